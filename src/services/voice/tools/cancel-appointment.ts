import type { Appointment } from '../../../domain';
import { unfinished } from '../booking';
import { askerOf } from '../conversation';
import { changeFields, earlierMeant, findAppointment, ruleAgainst, tooLate } from '../find-appointment';
import { serviceOf } from '../caller';
import { answer, failure, type ToolResult, type Turn } from '../turn';
import { spokenStart } from '../understanding';
import {
  appointmentId,
  DATE,
  nameOfAppointment,
  OLD_DATE,
  OLD_TIME,
  REASON,
  serviceOfAppointment,
  text,
  TIME,
} from './arguments';
import { defineTool } from './define-tool';
import { appointmentsField, field, serviceField } from './fields';

export const cancelAppointment = defineTool({
  name: 'cancel_appointment',
  aliases: [],
  effect: 'write',
  describe: {
    de: 'Sagt einen bestehenden Termin des Anrufers ab. Vorher nachfragen, ob er wirklich abgesagt werden soll.',
    en: 'Cancels an existing appointment of the caller. Ask first whether it is really to be cancelled.',
  },
  // Every date is where the appointment stands.
  args: {
    appointment_date: text('date', [...OLD_DATE, ...DATE], {
      de: 'Tag des abzusagenden Termins, wenn der Anrufer ihn nennt.',
      en: 'Day of the appointment to cancel, when the caller names it.',
    }).optional(),
    appointment_time: text('time', [...OLD_TIME, ...TIME], {
      de: 'Uhrzeit des abzusagenden Termins, wenn der Anrufer sie nennt.',
      en: 'Time of the appointment to cancel, when the caller names it.',
    }).optional(),
    appointment_id: appointmentId.optional(),
    customer_name: nameOfAppointment.optional(),
    reason: text('reason', REASON, {
      de: 'Grund der Absage, nur wenn der Anrufer einen nennt.',
      en: 'Reason for cancelling, only when the caller gives one.',
    }).optional(),
    service_name: serviceOfAppointment.optional(),
  },
  statuses: ['cancelled', 'multiple_found', 'not_found', 'pending_confirmation'],
  answer: {
    cancelled: field.flag,
    appointment_id: field.text,
    booking_uid: field.text,
    ...serviceField,
    old_time: field.wallClock,
    idempotent_replay: field.flag,
    ...appointmentsField,
  },
  agent: {
    announcement: {
      de: 'Einen Moment bitte, ich sage den Termin ab.',
      en: 'One moment please, I am cancelling the appointment.',
    },
    variables: { cancelled: '$.cancelled', cancel_status: '$.status' },
  },
  run: async (turn, args) => {
    const { deps, conversation, phrases } = turn;
    const { appointment_id: id, appointment_date: date, appointment_time: time, customer_name: name } = args;
    const wanted = { id, date, time, name, service: args.service_name };
    const found = await findAppointment(turn, wanted, 'cancel');
    const { appointment } = found;
    if (!appointment) {
      const before = await earlierMeant(turn, wanted, 'cancel');
      return before ? cancelled(turn, before, true) : found.result;
    }
    const service = serviceOf(conversation, appointment);
    const fields = changeFields(conversation, appointment, service);
    const { cancelHoursBefore } = conversation.profile.company.settings;
    if (tooLate(appointment, conversation.now, cancelHoursBefore))
      return failure('not_allowed', phrases.tooLateToCancel(cancelHoursBefore), fields);
    const rule = ruleAgainst('cancel', appointment, service, conversation.now);
    if (rule) return failure('not_changeable', phrases.refusedWith('not_changeable'), { ...fields, reason: rule });
    await conversation.callRecorded();
    const request = { appointment, service, reason: args.reason ?? null };
    const outcome = await deps.bookings.cancel(await askerOf(conversation), request);
    if (outcome.kind === 'done') return cancelled(turn, appointment, outcome.replay);
    if (outcome.kind === 'taken') return failure('error', phrases.refused(), fields);
    const pending = phrases.cancelPending(spokenStart(conversation, appointment.startsAt));
    return unfinished(turn, outcome, fields, pending);
  },
});

function cancelled({ conversation, phrases }: Turn, appointment: Appointment, isReplay: boolean): ToolResult {
  const service = serviceOf(conversation, appointment);
  const start = spokenStart(conversation, appointment.startsAt);
  return answer('cancelled', phrases.cancelled(service?.name ?? '', start), {
    ...changeFields(conversation, appointment, service),
    cancelled: true,
    idempotent_replay: isReplay,
  });
}
