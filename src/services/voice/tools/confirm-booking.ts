import { z } from 'zod';
import { bookAwaited, bookedBefore, lastBooked } from '../booking';
import { hasBookingDetails } from '../booking-request';
import { confirmSecond, personArguments, slotArguments } from './arguments';
import { createBooking } from './create-booking';
import { defineTool } from './define-tool';
import { bookingFields } from './fields';

/** With a service or a start like create_booking; with neither it settles what this call is about. */
export const confirmBooking = defineTool({
  name: 'confirm_booking',
  aliases: [],
  effect: 'write',
  describe: {
    de: 'Bucht, was in diesem Gespräch geprüft und vereinbart wurde, oder bestätigt noch einmal, was schon gebucht ist. Angaben nur, wenn sie von dem Vereinbarten abweichen. Erst wenn booked true ist, ist der Termin gebucht.',
    en: 'Books what was checked and agreed in this call, or confirms once more what is booked already. Give details only where they differ from what was agreed. Only when booked is true is the appointment booked.',
  },
  args: z.object({ ...slotArguments, ...personArguments, confirm: confirmSecond }).partial().shape,
  statuses: ['booked', 'slot_taken', 'pending_confirmation'],
  answer: bookingFields,
  agent: {
    announcement: { de: 'Einen Moment bitte.', en: 'One moment please.' },
    variables: createBooking.agent.variables,
  },
  run: async (turn, args) => {
    if (hasBookingDetails(args)) return createBooking.run(turn, args);
    const { awaiting } = turn.conversation.memory;
    // A summary that waits for the yes is younger than every booking of the call.
    const booking = awaiting && (await bookAwaited(turn, awaiting, args));
    if (booking) return booking;
    const standing = await lastBooked(turn);
    return standing ? bookedBefore(turn, standing) : createBooking.run(turn, args);
  },
});
