import { checkStart } from '../availability-check';
import { bookAwaited } from '../booking';
import {
  type BookingArguments,
  hasBookingDetails,
  resolveBookingRequest,
  resolveCustomerName,
} from '../booking-request';
import { answer, failure, type ToolResult, type Turn } from '../turn';
import { spokenStart } from '../understanding';
import { CONFIRM, flag, personArguments, slotArguments } from './arguments';
import { createBooking } from './create-booking';
import { defineTool } from './define-tool';
import { availabilityFields, bookingFields, field } from './fields';

/** Two steps in one tool: without a yes it checks and repeats the details, with a yes it books exactly those. */
export const collectAppointment = defineTool({
  name: 'collect_appointment',
  aliases: ['collect_appointment_data'],
  effect: 'write',
  describe: {
    de: 'Prüfen und Buchen in zwei Schritten: erst mit confirm false prüfen und die Zusammenfassung vorlesen, nach dem Ja des Anrufers mit confirm true buchen. Ersatz für check_availability und create_booking in einfachen Abläufen.',
    en: "Checking and booking in two steps: first check with confirm false and read the summary out, then book with confirm true after the caller's yes. Replaces check_availability and create_booking in simple flows.",
  },
  args: {
    ...slotArguments,
    ...personArguments,
    confirm: flag('yesNo', CONFIRM, {
      de: 'true erst, nachdem die Zusammenfassung vorgelesen wurde und der Anrufer ja gesagt hat; sonst false.',
      en: 'true only after the summary was read out and the caller said yes; otherwise false.',
    }),
  },
  statuses: ['available', 'unavailable', 'booked', 'slot_taken', 'pending_confirmation'],
  answer: {
    ...availabilityFields,
    ...bookingFields,
    awaiting_confirmation: field.flag,
    bestaetigung_status: field.text.describe('confirmed, pending or null, as flows of the predecessor read it'),
    next_action: field.text,
  },
  agent: {
    announcement: { de: 'Einen Moment bitte.', en: 'One moment please.' },
    variables: {
      booked: '$.booked',
      awaiting_confirmation: '$.awaiting_confirmation',
      booking_status: '$.status',
      appointment_id: '$.appointment_id',
    },
  },
  run: async (turn, args) => {
    const { awaiting } = turn.conversation.memory;
    if (!args.confirm) return withConfirmationStatus(await checkAndSummarise(turn, args));
    // A yes with a new request in it is that request, never the one summed up before.
    const booking = awaiting && !hasBookingDetails(args) ? await bookAwaited(turn, awaiting, args) : null;
    return withConfirmationStatus(booking ?? (await createBooking.run(turn, args)));
  },
});

async function checkAndSummarise(turn: Turn, args: BookingArguments): Promise<ToolResult> {
  const { conversation, phrases } = turn;
  const { memory } = conversation;
  const request = resolveBookingRequest(turn, args);
  const { service, hostIds, startAt } = request;
  const checked = await checkStart(turn, request, startAt);
  memory.serviceId = service.id;
  memory.hostIds = hostIds;
  if (checked.status !== 'available') return checked;
  const name = await resolveCustomerName(conversation, args.customer_name);
  if (!name) {
    const fields = { ...checked.fields, missing_fields: ['customer_name'] };
    return failure('missing_fields', phrases.missing('customer_name'), fields);
  }
  memory.awaiting = {
    serviceId: service.id,
    startMs: startAt.getTime(),
    name,
    phone: args.customer_phone ?? null,
    email: args.customer_email ?? null,
    lengthMinutes: service.chosenMinutes ?? null,
    isHostRequired: args.staff_required ?? false,
  };
  const summary = phrases.confirmDetails(service.name, spokenStart(conversation, startAt), name);
  return answer('available', summary, { ...checked.fields, awaiting_confirmation: true, next_action: 'confirm' });
}

function withConfirmationStatus(result: ToolResult): ToolResult {
  const { booked, awaiting_confirmation: awaiting } = result.fields;
  const status = booked === true ? 'confirmed' : awaiting === true ? 'pending' : null;
  return { ...result, fields: { ...result.fields, bestaetigung_status: status } };
}
