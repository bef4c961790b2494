import type { Appointment, Service } from '../../../domain';
import { LANGUAGES } from '../../language/languages';
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
  matchService,
  readWhen,
} from '../understanding';
import { ownUpcoming, serviceOf } from '../own-appointments';
import { newStart } from '../new-start';
import { unfinished } from './create-booking';
import type { VoiceArgs } from '../voice-request';
import { answer, failure, fromObstacle, type Tool, type ToolDeps, type ToolResult } from './tool';

/** More appointments than these are not read out. */
const SPOKEN_APPOINTMENTS = 3;

export const rescheduleAppointment: Tool = async (deps, conversation, args, say) => {
  const found = await whichAppointment(
    deps,
    conversation,
    { date: args.oldDate, time: args.oldTime, id: args.appointmentId, service: args.serviceName },
    'move',
    say,
  );
  if (isObstacle(found)) {
    // Named by the start it had before: the same request again.
    const before = found.obstacle.status === 'not_found' ? await deps.bookings.earlier(conversation, 'move') : null;
    if (!before) return unresolved(found);
    return reschedule(deps, conversation, before, args, say, true);
  }
  return reschedule(deps, conversation, found.appointment, args, say, false);
};

/** @param onlyRepeat the appointment is only meant when it already has the wished start */
async function reschedule(
  deps: ToolDeps,
  conversation: Conversation,
  appointment: Appointment,
  args: VoiceArgs,
  say: Phrases,
  onlyRepeat: boolean,
): Promise<ToolResult> {
  const service = serviceOf(conversation, appointment);
  const { rescheduleHoursBefore } = conversation.profile.company.settings;
  const fields = changeFields(conversation, appointment, service);
  if (tooLate(appointment, conversation.now, rescheduleHoursBefore))
    return failure('not_allowed', say.tooLateToMove(rescheduleHoursBefore), fields);
  const when = newStart(
    conversation,
    appointment,
    { date: args.newDate ?? args.desiredDate, time: args.newTime ?? args.desiredTime, datetime: args.datetime },
    say,
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
  if (onlyRepeat) return answer('not_found', say.appointmentNotFound(), { appointments: [] });
  return move(deps, conversation, appointment, service, when.startAt, args.reason ?? null, fields, say);
}

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
  const reservations = await conversation.reservations();
  const free =
    (await deps.bookings.isMovingTo(appointment, startAt)) ||
    (!reservations.reservedForOthers(service, startAt.getTime()) &&
      (await isFree(conversation, service, subject, appointment, startAt)));
  await conversation.callRecorded();
  const change = { appointment, service, reason };
  const outcome = await deps.bookings.move(await askerOf(conversation), change, startAt, free ? null : 'never_free');
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
    service: args.serviceName,
  };
  const found = await whichAppointment(deps, conversation, wanted, 'cancel', say);
  if (isObstacle(found)) {
    const before = await deps.bookings.earlier(conversation, 'cancel');
    const isMeant = before && (!wanted.id || before.id === wanted.id || before.calcomBookingUid === wanted.id);
    if (isMeant && found.obstacle.status === 'not_found') return cancelledBefore(conversation, before, say);
    return unresolved(found);
  }
  const { appointment } = found;
  const service = serviceOf(conversation, appointment);
  const fields = changeFields(conversation, appointment, service);
  const start = spokenStart(conversation, appointment.startsAt);
  const { cancelHoursBefore } = conversation.profile.company.settings;
  if (tooLate(appointment, conversation.now, cancelHoursBefore))
    return failure('not_allowed', say.tooLateToCancel(cancelHoursBefore), fields);
  await conversation.callRecorded();
  const outcome = await deps.bookings.cancel(await askerOf(conversation), {
    appointment,
    service,
    reason: args.reason ?? null,
  });
  if (outcome.kind === 'done') {
    return answer('cancelled', say.cancelled(service?.name ?? '', start), {
      ...fields,
      cancelled: true,
      idempotent_replay: outcome.replay,
    });
  }
  if (outcome.kind === 'taken') return failure('error', say.refused(), fields);
  return unfinished(conversation, outcome, fields, say.cancelPending(start), say);
};

function cancelledBefore(conversation: Conversation, appointment: Appointment, say: Phrases): ToolResult {
  const service = serviceOf(conversation, appointment);
  return answer('cancelled', say.cancelled(service?.name ?? '', spokenStart(conversation, appointment.startsAt)), {
    ...changeFields(conversation, appointment, service),
    cancelled: true,
    idempotent_replay: true,
  });
}

function unresolved(found: Obstacle & { answer: ToolResult }): ToolResult {
  const { status } = found.obstacle;
  return status === 'not_found' || status === 'multiple_found' ? found.answer : fromObstacle(found);
}

interface Wanted {
  id?: string | undefined;
  date?: string | undefined;
  time?: string | undefined;
  service?: string | undefined;
}

type Found = { appointment: Appointment } | (Obstacle & { answer: ToolResult });

/** The one appointment meant. An id or a time that fits none of the caller's own is asked about, never replaced by another. */
async function whichAppointment(
  deps: ToolDeps,
  conversation: Conversation,
  wanted: Wanted,
  purpose: 'cancel' | 'move',
  say: Phrases,
): Promise<Found> {
  const own = await ownUpcoming(deps, conversation);
  if (own.length === 0) return notFound(conversation, own, purpose, say);
  const byId = wanted.id ? own.find((one) => one.id === wanted.id || one.calcomBookingUid === wanted.id) : undefined;
  if (byId) return { appointment: byId };
  let fitting = ofService(conversation, own, wanted.service);
  if (wanted.date || wanted.time) {
    const when = readWhen(
      conversation,
      {
        date: wanted.date ?? localDate(fitting[0]?.startsAt ?? conversation.now, conversation.timeZone),
        time: wanted.time,
      },
      say,
    );
    if (isObstacle(when)) return { ...when, answer: fromObstacle(when) };
    fitting = fitting.filter((one) =>
      when.kind === 'instant'
        ? one.startsAt.getTime() === when.startAt.getTime()
        : localDate(one.startsAt, conversation.timeZone) === when.date,
    );
  } else if (wanted.id) return notFound(conversation, own, purpose, say);
  const [only] = fitting;
  if (!only) return notFound(conversation, own, purpose, say);
  if (fitting.length === 1) return { appointment: only };
  return {
    ...obstacle('multiple_found', ''),
    answer: answer('multiple_found', say.severalAppointments(spokenAppointments(conversation, fitting), purpose), {
      appointments: fitting.slice(0, 10).map((one) => appointmentFields(conversation, one)),
    }),
  };
}

function notFound(
  conversation: Conversation,
  own: Appointment[],
  purpose: 'cancel' | 'move',
  say: Phrases,
): Obstacle & { answer: ToolResult } {
  const missed = obstacle('not_found', say.appointmentNotFound());
  if (own.length === 0 && conversation.anonymous)
    return { ...missed, answer: failure('not_allowed', say.notAllowed(), {}) };
  const message =
    own.length === 0
      ? say.appointmentNotFound()
      : say.otherAppointments(spokenAppointments(conversation, own), purpose);
  const appointments = own.slice(0, 10).map((one) => appointmentFields(conversation, one));
  return { ...missed, answer: answer('not_found', message, { appointments }) };
}

/** Those of the service named, if any are; a name that says nothing of the kind narrows nothing. */
function ofService(conversation: Conversation, own: Appointment[], said: string | undefined): Appointment[] {
  if (!said) return own;
  const services = own.map((one) => serviceOf(conversation, one)).filter((one) => one !== null);
  const meant = matchService(conversation, said, services);
  const fitting = own.filter((one) => meant !== null && serviceOf(conversation, one)?.id === meant.id);
  return fitting.length > 0 ? fitting : own;
}

/** With its service where they differ: "am Freitag, den 27. November, um halb drei für Bartpflege". */
export function spokenAppointments(conversation: Conversation, appointments: Appointment[]): string[] {
  const { times } = LANGUAGES[conversation.language];
  return appointments.slice(0, SPOKEN_APPOINTMENTS).map((one) => {
    const { instant } = spokenStart(conversation, one.startsAt);
    const service = serviceOf(conversation, one)?.name;
    return service ? times.startOfService(instant, service) : instant;
  });
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
