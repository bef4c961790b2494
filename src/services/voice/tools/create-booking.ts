import { book } from '../booking';
import { resolveBookingRequest, resolveCustomerName } from '../booking-request';
import { missing } from '../turn';
import { confirmSecond, personArguments, slotArguments } from './arguments';
import { defineTool } from './define-tool';
import { bookingFields } from './fields';

export const createBooking = defineTool({
  name: 'create_booking',
  aliases: ['book_appointment', 'start_booking', 'book_appointment_cal'],
  effect: 'write',
  describe: {
    de: 'Bucht den Termin fest. Nur aufrufen, wenn Leistung, Tag, Uhrzeit und Name feststehen und der Anrufer zugestimmt hat. Erst wenn booked true ist, ist der Termin gebucht.',
    en: 'Books the appointment. Call it only when service, day, time and name are settled and the caller has agreed. Only when booked is true is the appointment booked.',
  },
  args: { ...slotArguments, ...personArguments, confirm: confirmSecond.optional() },
  statuses: ['booked', 'slot_taken', 'pending_confirmation'],
  answer: bookingFields,
  agent: {
    announcement: {
      de: 'Einen Moment bitte, ich trage den Termin ein.',
      en: 'One moment please, I am putting the appointment in.',
    },
    variables: {
      booked: '$.booked',
      booking_status: '$.status',
      appointment_id: '$.appointment_id',
      booking_uid: '$.booking_uid',
    },
  },
  run: async (turn, args) => {
    const request = resolveBookingRequest(turn, args);
    const name = await resolveCustomerName(turn.conversation, args.customer_name);
    if (!name) throw missing(turn, 'customer_name');
    return book(turn, request, name, args);
  },
});
