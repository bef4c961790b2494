import type { Appointment, Service } from '../../../domain';
import { OTHER_HOST } from '../../booking/host-wish';
import type { AppointmentChange } from '../../booking/intent';
import { isTooSoon } from '../../booking/refusals';
import { tooShortNotice } from '../availability-check';
import { unfinished } from '../booking';
import { askerOf, type Conversation } from '../conversation';
import { changeFields, earlierMeant, findAppointment, movedTo, ruleAgainst, tooLate } from '../find-appointment';
import { hostFields as hostOf, movedHostSentence } from '../hosts';
import {
  alternativesIn,
  alternativesTo,
  earliestStartMs,
  noOffer,
  readDays,
  type SlotSubject,
  spokenList,
} from '../offers';
import { serviceOf, staffName } from '../caller';
import { answer, failure, missing, type ToolResult, type Turn } from '../turn';
import { holidaySaid, localDate, newStart, spokenStart, wallClock } from '../understanding';
import {
  appointmentId,
  CONFIRM,
  DATE,
  datetime,
  flag,
  nameOfAppointment,
  OLD_DATE,
  OLD_TIME,
  REASON,
  serviceOfAppointment,
  STAFF_REQUIRED,
  text,
  TIME,
} from './arguments';
import { defineTool } from './define-tool';
import { alternativesField, appointmentsField, field, hostFields, serviceField, startField } from './fields';

export const rescheduleAppointment = defineTool({
  name: 'reschedule_appointment',
  aliases: [],
  effect: 'write',
  describe: {
    de: 'Verschiebt einen bestehenden Termin des Anrufers. Erst aufrufen, wenn der neue Tag und die neue Uhrzeit feststehen und der Anrufer zugestimmt hat.',
    en: 'Moves an existing appointment of the caller. Call it only when the new day and time are settled and the caller has agreed.',
  },
  // "appointment_date" is where the appointment stands, every other date where it is to go.
  args: {
    new_date: text('date', ['new_datum', 'neues_datum', ...DATE.filter((name) => name !== 'appointment_date')], {
      de: 'Neuer Tag, so wie der Anrufer ihn sagt.',
      en: 'The new day, as the caller says it.',
    }),
    new_time: text('time', ['new_uhrzeit', 'neue_uhrzeit', ...TIME.filter((name) => name !== 'appointment_time')], {
      de: 'Neue Uhrzeit, so wie der Anrufer sie sagt.',
      en: 'The new time, as the caller says it.',
    }),
    old_date: text('date', [...OLD_DATE, 'appointment_date'], {
      de: 'Tag des bestehenden Termins, wenn der Anrufer ihn nennt.',
      en: 'Day of the existing appointment, when the caller names it.',
    }).optional(),
    old_time: text('time', [...OLD_TIME, 'appointment_time'], {
      de: 'Uhrzeit des bestehenden Termins, wenn der Anrufer sie nennt.',
      en: 'Time of the existing appointment, when the caller names it.',
    }).optional(),
    appointment_id: appointmentId.optional(),
    customer_name: nameOfAppointment.optional(),
    new_datetime: datetime.optional(),
    service_name: serviceOfAppointment.optional(),
    confirm: flag('yesNo', CONFIRM).optional(),
    reason: text('reason', REASON).optional(),
    staff_required: flag('yesNo', STAFF_REQUIRED, {
      de: 'true nur, wenn der Termin unbedingt bei derselben Person bleiben soll und sonst nicht verschoben werden darf.',
      en: 'true only when the appointment must stay with the same member of staff and otherwise must not be moved.',
    }).optional(),
  },
  statuses: ['rescheduled', 'slot_taken', 'multiple_found', 'not_found', 'pending_confirmation'],
  answer: {
    rescheduled: field.flag,
    appointment_id: field.text,
    booking_uid: field.text,
    old_time: field.wallClock,
    new_time: field.wallClock,
    appointment_time: field.wallClock,
    ...startField,
    ...serviceField,
    ...hostFields,
    idempotent_replay: field.flag,
    ...appointmentsField,
    ...alternativesField,
  },
  agent: {
    announcement: {
      de: 'Einen Moment bitte, ich verschiebe den Termin.',
      en: 'One moment please, I am moving the appointment.',
    },
    variables: {
      rescheduled: '$.rescheduled',
      reschedule_status: '$.status',
      appointment_id: '$.appointment_id',
    },
  },
  run: async (turn, args) => {
    const { old_date: date, old_time: time, appointment_id: id, service_name: service, customer_name: name } = args;
    const wanted = { id, date, time, service, name };
    const found = await findAppointment(turn, wanted, 'move');
    if (found.appointment) return reschedule(turn, found.appointment, args, false);
    // Named by the start it had before: the same request again.
    const before = await earlierMeant(turn, wanted, 'move');
    return before ? reschedule(turn, before, args, true) : found.result;
  },
});

/** @param onlyRepeat the appointment is only meant when it already has the requested start */
async function reschedule(
  turn: Turn,
  appointment: Appointment,
  args: Partial<Record<'new_date' | 'new_time' | 'new_datetime' | 'reason', string | undefined>> & {
    staff_required?: boolean | undefined;
  },
  onlyRepeat: boolean,
): Promise<ToolResult> {
  const { conversation, phrases } = turn;
  const service = serviceOf(conversation, appointment);
  const { rescheduleHoursBefore } = conversation.profile.company.settings;
  const fields = changeFields(conversation, appointment, service);
  if (tooLate(appointment, conversation.now, rescheduleHoursBefore))
    return failure('not_allowed', phrases.tooLateToMove(rescheduleHoursBefore), fields);
  const said = { date: args.new_date, time: args.new_time, datetime: args.new_datetime };
  const when = newStart(turn, appointment, said);
  if (when.kind === 'day') throw missing(turn, 'new_time');
  if (!service) return failure('error', phrases.refused(), fields);
  if (when.startAt.getTime() === appointment.startsAt.getTime()) {
    const { previousStartsAt, attendeeName } = appointment;
    const start = spokenStart(conversation, when.startAt);
    const message = previousStartsAt
      ? phrases.rescheduled(service.name, start)
      : phrases.bookedAlready(service.name, start, attendeeName);
    return answer('rescheduled', message, {
      ...fields,
      old_time: wallClock(previousStartsAt ?? appointment.startsAt, conversation.timeZone),
      ...movedTo(conversation, appointment, when.startAt),
      idempotent_replay: true,
    });
  }
  const rule = ruleAgainst('move', appointment, service, conversation.now);
  if (rule) return failure('not_changeable', phrases.refusedWith('not_changeable'), { ...fields, reason: rule });
  if (onlyRepeat) return answer('not_found', phrases.appointmentNotFound(), { appointments: [] });
  if (appointment.status === 'pending') {
    // Moved with the owner's key, a request would count as confirmed by the owner.
    const { status } = await turn.deps.bookings.asItIsAtCalcom(appointment);
    const asked = spokenStart(conversation, appointment.startsAt);
    if (status === 'pending')
      return failure('not_changeable', phrases.moveUnconfirmed(asked), { ...fields, reason: 'awaiting_confirmation' });
  }
  const keeper = appointment.wishedHostId ?? appointment.calcomHostId;
  const requiredHostId = args.staff_required === true && service.schedulingType === 'roundRobin' ? keeper : null;
  const change = { appointment, service, reason: args.reason ?? null, requiredHostId };
  return move(turn, change, when.startAt, fields);
}

async function move(
  turn: Turn,
  change: AppointmentChange & { service: Service; requiredHostId: number | null },
  startAt: Date,
  fields: Record<string, unknown>,
): Promise<ToolResult> {
  const { appointment, service, requiredHostId } = change;
  const { deps, conversation, phrases } = turn;
  const start = spokenStart(conversation, startAt);
  // The same person keeps the appointment, unless Cal.com's round robin reassigns it.
  const hostIds = requiredHostId === null ? [] : [requiredHostId];
  const subject = { service, hostIds, movingUid: appointment.calcomBookingUid };
  const takenAnswer = async (isUndone: boolean): Promise<ToolResult> => {
    const offer = await alternativesTo(turn, { service, hostIds }, startAt).catch(noOffer);
    const keeper = staffName(conversation, requiredHostId);
    const taken = { ...fields, alternatives: alternativesIn(offer) };
    const spoken = spokenList(offer);
    const holiday = holidaySaid(conversation, localDate(startAt, conversation.timeZone));
    if (holiday) return answer('slot_taken', phrases.closedThen(holiday, spoken, true), { ...taken, reason: 'closed' });
    if (keeper === null) return answer('slot_taken', phrases.moveTaken(start, spoken), taken);
    const message = phrases.moveStaffNotFree(keeper, start, spoken);
    if (!isUndone) return answer('slot_taken', message, taken);
    // Back at its old start it may be another host's all the same.
    const standing = await deps.bookings.asItIsAtCalcom(appointment);
    return answer('slot_taken', message + movedHostSentence(turn, appointment, standing), {
      ...{ ...taken, ...hostOf(conversation, standing) },
      ...{ booking_uid: standing.calcomBookingUid, staff_honoured: false, reason: OTHER_HOST },
    });
  };
  const reservations = await conversation.reservations();
  const isEarly = startAt.getTime() < earliestStartMs(conversation, service);
  const free =
    (await deps.bookings.isMovingTo(appointment, startAt)) ||
    (!isEarly &&
      !reservations.reservedForOthers(service, startAt.getTime()) &&
      (await isFree(conversation, subject, appointment, startAt)));
  await conversation.callRecorded();
  const outcome = await deps.bookings.move(await askerOf(conversation), change, startAt, free ? null : 'never_free');
  if (outcome.kind === 'taken') {
    return (
      ((isEarly || isTooSoon(outcome.reason)) && (await tooShortNotice(turn, subject, startAt, fields))) ||
      takenAnswer(outcome.reason === OTHER_HOST)
    );
  }
  if (outcome.kind !== 'done') return unfinished(turn, outcome, fields, phrases.movePending(start));
  conversation.memory.day = localDate(startAt, conversation.timeZone);
  const { appointment: moved, replay } = outcome;
  const sentence =
    moved.status === 'pending' ? phrases.requested(service.name, start) : phrases.rescheduled(service.name, start);
  return answer('rescheduled', sentence + movedHostSentence(turn, appointment, moved), {
    ...{ ...fields, ...movedTo(conversation, moved, moved.startsAt), ...hostOf(conversation, moved) },
    ...{ alternatives: [], idempotent_replay: replay },
  });
}

/** Its own time counts as free: only where old and new overlap does that need Cal.com's own reckoning. */
async function isFree(
  conversation: Conversation,
  subject: SlotSubject,
  appointment: Appointment,
  startAt: Date,
): Promise<boolean> {
  const { service } = subject;
  const date = localDate(startAt, conversation.timeZone);
  const startMs = startAt.getTime();
  const listed = await readDays(conversation, { ...subject, movingUid: null }, date, date);
  if ((listed.days.get(date) ?? []).includes(startMs)) return true;
  const endMs = startMs + (appointment.endsAt.getTime() - appointment.startsAt.getTime());
  const guardMs = (service.bufferBeforeMinutes + service.bufferAfterMinutes) * 60_000;
  const touchesOwn =
    startMs < appointment.endsAt.getTime() + guardMs && appointment.startsAt.getTime() - guardMs < endMs;
  if (!touchesOwn) return false;
  const own = await readDays(conversation, subject, date, date);
  return (own.days.get(date) ?? []).includes(startMs);
}
