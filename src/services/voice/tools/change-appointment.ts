import type { Appointment, Service } from '../../domain';
import { askerOf, type Conversation } from '../conversation';
import { alternativeFields, alternativesFor, readDays, spokenList } from '../offers';
import type { Phrases } from '../phrases';
import {
  isObstacle,
  isoWithOffset,
  localDate,
  missing,
  obstacle,
  type Obstacle,
  spokenStart,
  wallClock,
  whichTime,
} from '../understanding';
import { unfinished } from './create-booking';
import { answer, failure, fromObstacle, type Tool, type ToolDeps, type ToolResult } from './tool';

/** More appointments than these are not read out. */
const SPOKEN_APPOINTMENTS = 3;

export const rescheduleAppointment: Tool = async (deps, conversation, args, say) => {
  const found = await whichAppointment(
    deps,
    conversation,
    { date: args.oldDate, time: args.oldTime, id: args.appointmentId },
    'move',
    say,
  );
  if (isObstacle(found))
    return found.obstacle.status === 'not_found' || found.obstacle.status === 'multiple_found'
      ? found.answer
      : fromObstacle(found);
  const { appointment } = found;
  const service = serviceOf(conversation, appointment);
  const { rescheduleHoursBefore } = conversation.profile.company.settings;
  const fields = changeFields(conversation, appointment, service);
  if (tooLate(appointment, conversation.now, rescheduleHoursBefore))
    return failure('not_allowed', say.tooLateToMove(rescheduleHoursBefore), fields);
  const said = {
    date: args.newDate ?? args.desiredDate,
    time: args.newTime ?? args.desiredTime,
    datetime: args.datetime,
  };
  // "Eine Stunde später" names no day: then the appointment's own day is meant.
  const when = whichTime(
    conversation,
    said.date || said.datetime
      ? said
      : { ...said, date: said.time ? localDate(appointment.startsAt, conversation.timeZone) : undefined },
    say,
    { date: 'new_date', time: 'new_time' },
  );
  if (isObstacle(when)) return fromObstacle(when);
  if (when.kind === 'day') return fromObstacle(missing(say, 'new_time'));
  if (!service) return failure('error', say.refused(), fields);
  if (when.startAt.getTime() === appointment.startsAt.getTime()) {
    return answer('rescheduled', say.rescheduled(service.name, spokenStart(conversation, when.startAt)), {
      ...fields,
      ...movedTo(conversation, appointment, when.startAt),
      idempotent_replay: true,
    });
  }
  return move(deps, conversation, appointment, service, when.startAt, args.reason ?? null, fields, say);
};

async function move(
  deps: ToolDeps,
  conversation: Conversation,
  appointment: Appointment,
  service: Service,
  startAt: Date,
  reason: string | null,
  fields: Record<string, unknown>,
  say: Phrases,
): Promise<ToolResult> {
  const start = spokenStart(conversation, startAt);
  const movingUid = appointment.calcomBookingUid ?? undefined;
  // The same person keeps the appointment, unless Cal.com's round robin hands it out anew.
  const subject = { service, hostIds: [], ...(movingUid ? { movingUid } : {}) };
  const takenAnswer = async (): Promise<ToolResult> => {
    const offer = await alternativesFor(
      deps,
      conversation,
      { service, hostIds: [] },
      {
        desiredAt: startAt,
        desiredDate: localDate(startAt, conversation.timeZone),
        preference: null,
      },
    ).catch(() => ({ alternatives: [], stale: true }));
    return answer('slot_taken', say.moveTaken(start, spokenList(offer)), {
      ...fields,
      alternatives: offer.alternatives.map(alternativeFields),
    });
  };
  if (!(await isFree(conversation, service, subject, appointment, startAt))) return takenAnswer();
  await conversation.callRecorded();
  const outcome = await deps.bookings.move(await askerOf(conversation), appointment, service, startAt, reason);
  if (outcome.kind === 'taken') return takenAnswer();
  if (outcome.kind !== 'done') return unfinished(conversation, outcome, fields, say.movePending(start), say);
  conversation.memory.day = localDate(startAt, conversation.timeZone);
  const isRequested = outcome.appointment.status === 'pending';
  return answer(
    'rescheduled',
    isRequested ? say.requested(service.name, start) : say.rescheduled(service.name, start),
    {
      ...fields,
      ...movedTo(conversation, outcome.appointment, outcome.appointment.startsAt),
      alternatives: [],
      idempotent_replay: outcome.replay,
    },
  );
}

/** Its own time counts as free: only where old and new overlap does that need Cal.com's own reckoning. */
async function isFree(
  conversation: Conversation,
  service: Service,
  subject: { service: Service; hostIds: number[]; movingUid?: string },
  appointment: Appointment,
  startAt: Date,
): Promise<boolean> {
  const date = localDate(startAt, conversation.timeZone);
  const startMs = startAt.getTime();
  const listed = await readDays(conversation, { service, hostIds: [] }, date, date);
  if ((listed.days.get(date) ?? []).includes(startMs)) return true;
  const endMs = startMs + (appointment.endsAt.getTime() - appointment.startsAt.getTime());
  const guardMs = (service.bufferBeforeMinutes + service.bufferAfterMinutes) * 60_000;
  const touchesOwn =
    startMs < appointment.endsAt.getTime() + guardMs && appointment.startsAt.getTime() - guardMs < endMs;
  if (!touchesOwn) return false;
  const own = await readDays(conversation, subject, date, date);
  return (own.days.get(date) ?? []).includes(startMs);
}

export const cancelAppointment: Tool = async (deps, conversation, args, say) => {
  const wanted = {
    date: args.oldDate ?? args.desiredDate,
    time: args.oldTime ?? args.desiredTime,
    id: args.appointmentId,
  };
  const found = await whichAppointment(deps, conversation, wanted, 'cancel', say);
  if (isObstacle(found))
    return found.obstacle.status === 'not_found' || found.obstacle.status === 'multiple_found'
      ? found.answer
      : fromObstacle(found);
  const { appointment } = found;
  const service = serviceOf(conversation, appointment);
  const fields = changeFields(conversation, appointment, service);
  const start = spokenStart(conversation, appointment.startsAt);
  const { cancelHoursBefore } = conversation.profile.company.settings;
  if (tooLate(appointment, conversation.now, cancelHoursBefore))
    return failure('not_allowed', say.tooLateToCancel(cancelHoursBefore), fields);
  await conversation.callRecorded();
  const outcome = await deps.bookings.cancel(await askerOf(conversation), appointment, service, args.reason ?? null);
  if (outcome.kind === 'done' || (outcome.kind === 'refused' && outcome.reason === 'already_cancelled')) {
    return answer('cancelled', say.cancelled(service?.name ?? '', start), {
      ...fields,
      cancelled: true,
      idempotent_replay: outcome.kind === 'done' && outcome.replay,
    });
  }
  if (outcome.kind === 'taken') return failure('error', say.refused(), fields);
  return unfinished(conversation, outcome, fields, say.cancelPending(start), say);
};

/** Upcoming appointments that this caller may touch: their own by number, or those made in this very call. */
export async function ownUpcoming(deps: ToolDeps, conversation: Conversation): Promise<Appointment[]> {
  const customer = conversation.anonymous ? null : await conversation.customer();
  const filter = { statuses: ['booked' as const, 'pending' as const], endsAfter: conversation.now, limit: 50 };
  const lists = await Promise.all([
    customer ? deps.appointments.list(conversation.companyId, { ...filter, customerId: customer.id }) : [],
    conversation.callId
      ? deps.appointments.list(conversation.companyId, { ...filter, callId: conversation.callId })
      : [],
  ]);
  // Requested ones that a host has yet to confirm belong to them; an intent that Cal.com has not answered does not.
  const standing = lists.flat().filter((one) => one.calcomBookingUid !== null);
  const byId = new Map(standing.map((appointment) => [appointment.id, appointment]));
  return [...byId.values()].sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
}

async function whichAppointment(
  deps: ToolDeps,
  conversation: Conversation,
  wanted: { id?: string | undefined; date?: string | undefined; time?: string | undefined },
  purpose: 'cancel' | 'move',
  say: Phrases,
): Promise<{ appointment: Appointment } | (Obstacle & { answer: ToolResult })> {
  const own = await ownUpcoming(deps, conversation);
  const none = (): Obstacle & { answer: ToolResult } => ({
    ...obstacle('not_found', say.appointmentNotFound()),
    answer:
      conversation.anonymous && own.length === 0
        ? failure('not_allowed', say.notAllowed(), {})
        : answer('not_found', say.appointmentNotFound(), { appointments: [] }),
  });
  if (own.length === 0) return none();
  const byId = wanted.id ? own.find((one) => one.id === wanted.id || one.calcomBookingUid === wanted.id) : undefined;
  if (byId) return { appointment: byId };
  let fitting = own;
  if (wanted.date || wanted.time) {
    const when = whichTime(
      conversation,
      {
        date: wanted.date ?? localDate(own[0]?.startsAt ?? conversation.now, conversation.timeZone),
        time: wanted.time,
      },
      say,
    );
    if (isObstacle(when)) return { ...when, answer: fromObstacle(when) };
    fitting = own.filter((one) =>
      when.kind === 'instant'
        ? one.startsAt.getTime() === when.startAt.getTime()
        : localDate(one.startsAt, conversation.timeZone) === when.date,
    );
    if (when.kind === 'instant' && fitting.length === 0)
      fitting = own.filter((one) => localDate(one.startsAt, conversation.timeZone) === when.date);
  }
  const [only] = fitting;
  if (!only) return none();
  if (fitting.length === 1) return { appointment: only };
  const spoken = fitting.slice(0, SPOKEN_APPOINTMENTS).map((one) => spokenStart(conversation, one.startsAt).instant);
  return {
    ...obstacle('multiple_found', ''),
    answer: answer('multiple_found', say.severalAppointments(spoken, purpose), {
      appointments: fitting.slice(0, 10).map((one) => appointmentFields(conversation, one)),
    }),
  };
}

export function appointmentFields(conversation: Conversation, appointment: Appointment): Record<string, unknown> {
  const { profile, timeZone } = conversation;
  const start = spokenStart(conversation, appointment.startsAt);
  const clock = wallClock(appointment.startsAt, timeZone);
  return {
    id: appointment.id,
    date: clock.slice(0, 10),
    time: clock.slice(11),
    datetime: isoWithOffset(appointment.startsAt, timeZone),
    service: serviceOf(conversation, appointment)?.name ?? null,
    staff: profile.staff.find((person) => person.id === appointment.staffId)?.name ?? null,
    status: appointment.status,
    duration_minutes: Math.round((appointment.endsAt.getTime() - appointment.startsAt.getTime()) / 60_000),
    human_date: start.date,
    human_time: start.time,
  };
}

export function serviceOf(conversation: Conversation, appointment: Appointment): Service | null {
  const { services } = conversation.profile;
  return (
    services.find((one) => one.id === appointment.serviceId) ??
    services.find((one) => one.calcomEventTypeId === appointment.calcomEventTypeId) ??
    null
  );
}

function changeFields(
  conversation: Conversation,
  appointment: Appointment,
  service: Service | null,
): Record<string, unknown> {
  return {
    appointment_id: appointment.id,
    booking_uid: appointment.calcomBookingUid,
    service: service ? { id: service.id, name: service.name, duration_minutes: service.durationMinutes } : null,
    old_time: wallClock(appointment.startsAt, conversation.timeZone),
    idempotent_replay: false,
  };
}

function movedTo(conversation: Conversation, appointment: Appointment, startAt: Date): Record<string, unknown> {
  return {
    rescheduled: true,
    booking_uid: appointment.calcomBookingUid,
    new_time: wallClock(startAt, conversation.timeZone),
    appointment_time: wallClock(startAt, conversation.timeZone),
    datetime: isoWithOffset(startAt, conversation.timeZone),
  };
}

function tooLate(appointment: Appointment, now: Date, hours: number): boolean {
  return hours > 0 && appointment.startsAt.getTime() - now.getTime() < hours * 3_600_000;
}
