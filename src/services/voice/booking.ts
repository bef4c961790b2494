import type { Appointment } from '../../domain';
import type { BookingOutcome } from '../booking/booking-service';
import { OTHER_HOST } from '../booking/host-wish';
import type { RefusalReason } from '../booking/reason-texts';
import { isTooSoon, isUpstreamReason, REFUSALS } from '../booking/refusals';
import { OTHER_KEY } from '../booking/verification';
import { holidayOn, withinHours } from '../tenants/opening-hours';
import { remember, tooShortNotice } from './availability-check';
import type { BookingArguments, BookingRequest } from './booking-request';
import { askerOf, bookableServices, type Conversation } from './conversation';
import { hostFields, hostSentence } from './hosts';
import type { Phrases } from './phrases';
import { alternativesIn, alternativesTo, earliestStartMs, noOffer, readDays, spokenList } from './offers';
import { minutesOf, serviceOf, staffName } from './caller';
import { serviceFields, withLength } from './resolve-service';
import { askAboutSecond, NOTHING_STANDS, standingBookings, wasAsked } from './second-booking';
import { answer, failure, type ToolResult, type Turn } from './turn';
import { holidaySaid, localDate, spokenStart, startFields } from './understanding';
import { recordUnfulfilled } from './turn';

/** Books exactly that start in that name and tells what came of it. */
export async function book(
  turn: Turn,
  request: BookingRequest,
  said: string,
  args: BookingArguments,
): Promise<ToolResult> {
  const { deps, conversation, phrases } = turn;
  const { memory } = conversation;
  const startMs = request.startAt.getTime();
  const start = spokenStart(conversation, request.startAt);
  const fields = bookingFields(conversation, request);
  const earliestMs = earliestStartMs(conversation, request.service);
  if (startMs < conversation.now.getTime()) return failure('past_time', phrases.pastTime(), fields);
  // Independent of each other, and a caller waits: all are asked at once.
  const [isRepeat, found, reservations] = await Promise.all([
    deps.bookings.isRepeat(conversation),
    standingBookings(turn, request, said),
    conversation.reservations(),
  ]);
  const standing = isRepeat ? NOTHING_STANDS : found;
  if (standing.same?.calcomBookingUid) {
    const minutes = minutesOf(standing.same);
    if (request.service.chosenMinutes !== undefined && request.service.chosenMinutes !== minutes)
      turn.asides.push(phrases.bookedLength(minutes));
    return bookedBefore(turn, standing.same);
  }
  if (standing.doubt && !(args.confirm === true && wasAsked(turn, request, said)))
    return askAboutSecond(turn, request, said, standing.doubt, fields);
  // A name heard a little differently is the name under which the booking is under way.
  const name = standing.same?.attendeeName ?? said;
  const open = await seemsOpen(conversation, request);
  const reason: RefusalReason | null =
    startMs < earliestMs || !open
      ? 'never_free'
      : reservations.reservedForOthers(request.service, startMs)
        ? 'reserved'
        : null;

  const { companyId, callId, callerPhone } = conversation;
  const { customer_phone: phone = callerPhone, customer_email: email = null } = args;
  // Booking for another person never renames the caller: only a caller without a record gets the name said.
  const customer =
    callerPhone &&
    ((await conversation.customer()) ?? (await deps.customers.ensure(companyId, { phone: callerPhone, name, email })));
  await conversation.callRecorded();
  if (customer) {
    conversation.customer = () => Promise.resolve(customer);
    if (callId) deps.background.run('attach the customer', deps.calls.attachCustomer(companyId, callId, customer.id));
  }
  const outcome = await deps.bookings.book(
    await askerOf(conversation),
    {
      service: request.service,
      startAt: request.startAt,
      attendee: { name, phone, email, isSecond: standing.sameStart.length > 0 },
      wishedHostId: request.hostIds[0] ?? null,
      isHostRequired: args.staff_required ?? false,
      notes: args.notes ?? null,
    },
    reason,
  );
  if (outcome.kind === 'done') {
    const { appointment } = outcome;
    memory.appointmentIds = [...new Set([...memory.appointmentIds, appointment.id])];
    memory.awaiting = null;
    memory.secondBooking = null;
    memory.checkedMs = null;
    memory.customerName = null;
    deps.background.run('release holds', deps.holds.release(conversation.companyId, conversation.owner));
    releaseReservations(turn, appointment);
    const host = hostFields(conversation, appointment);
    const done = {
      ...{ ...fields, ...host, appointment_id: appointment.id, booking_uid: appointment.calcomBookingUid },
      ...{ alternatives: [], idempotent_replay: outcome.replay },
    };
    const whose = hostSentence(turn, appointment);
    if (appointment.status === 'pending')
      return answer('pending_confirmation', phrases.requested(request.service.name, start) + whose, done);
    const sentence = outcome.replay
      ? phrases.bookedAlready(request.service.name, start, appointment.attendeeName) + whose
      : bookedNow(turn, request, name, appointment);
    return answer('booked', sentence, { ...done, booked: true });
  }
  if (outcome.kind === 'taken') {
    if (isTooSoon(outcome.reason) || startMs < earliestMs) {
      const early = await tooShortNotice(turn, request, request.startAt, fields);
      if (early) return early;
    }
    if (outcome.reason === OTHER_KEY && standing.sameStart.length > 0)
      return failure('missing_fields', phrases.secondNeedsNumber(name), {
        ...fields,
        missing_fields: ['customer_phone'],
      });
    return taken(turn, request, outcome.reason === OTHER_HOST ? OTHER_HOST : (reason ?? 'host_busy'));
  }
  return unfinished(turn, outcome, fields, phrases.pending(request.service.name, start));
}

/**
 * The booking takes the place of what was reserved for it. While it is only a request, Cal.com keeps nothing free for it,
 * so the reservation of its own start stays until it ends by itself.
 */
function releaseReservations({ deps, conversation }: Turn, appointment: Appointment): void {
  const { memory, calcom } = conversation;
  const { status, startsAt } = appointment;
  for (const { calcomUid, startMs } of memory.reservations) {
    const keepsFree = status === 'pending' && startMs === startsAt.getTime();
    if (calcomUid && !keepsFree)
      deps.background.run('release a reservation at Cal.com', calcom.releaseReservation(calcomUid));
  }
  memory.reservations = [];
}

/** Says what was booked and whose it is. A question comes last: whether another host will do, else what else was asked for. */
function bookedNow(turn: Turn, { service, startAt }: BookingRequest, name: string, appointment: Appointment): string {
  const { conversation, phrases } = turn;
  const { wishes } = conversation.memory;
  const start = spokenStart(conversation, startAt);
  const whose = hostSentence(turn, appointment);
  const [next, ...later] = wishes.later.filter((wish) => wish.forNextPerson || !wish.services.includes(service.name));
  const isHonoured = hostFields(conversation, appointment).staff_honoured !== false;
  if (isHonoured) wishes.later = later;
  return next !== undefined && isHonoured
    ? phrases.bookedFirst(service.name, start, name, next)
    : phrases.booked(service.name, start, name, whose !== '') + whose;
}

/** Books what was summed up and awaits the caller's yes; null when its service is no longer offered. */
export async function bookAwaited(
  turn: Turn,
  awaiting: NonNullable<Turn['conversation']['memory']['awaiting']>,
  args: BookingArguments,
): Promise<ToolResult | null> {
  const { conversation } = turn;
  const usual = bookableServices(conversation).find((one) => one.id === awaiting.serviceId);
  if (!usual) return null;
  const service = withLength(usual, awaiting.lengthMinutes);
  const request = { service, hostIds: conversation.memory.hostIds, startAt: new Date(awaiting.startMs) };
  return book(turn, request, args.customer_name ?? awaiting.name, {
    customer_phone: args.customer_phone ?? awaiting.phone ?? undefined,
    customer_email: args.customer_email ?? awaiting.email ?? undefined,
    notes: args.notes,
    confirm: true,
    staff_required: args.staff_required ?? awaiting.isHostRequired,
  });
}

/** What this call has booked last, as it stands now; one that Cal.com has not answered yet included. */
export async function lastBooked({ deps, conversation }: Turn): Promise<Appointment | null> {
  const { companyId, callId, memory, now } = conversation;
  if (callId === null) return null;
  const filter = { callId, statuses: ['booked' as const, 'pending' as const], endsAfter: now };
  const standing = await deps.appointments.list(companyId, filter);
  const settled = memory.appointmentIds.map((id) => standing.find((one) => one.id === id));
  return settled.findLast((one) => one !== undefined) ?? standing.at(-1) ?? null;
}

/** The same booking once more: nothing is booked. */
export function bookedBefore(turn: Turn, appointment: Appointment): ToolResult {
  const { conversation, phrases } = turn;
  const service = serviceOf(conversation, appointment);
  const start = spokenStart(conversation, appointment.startsAt);
  const name = service?.name ?? '';
  const fields = {
    appointment_id: appointment.id,
    booking_uid: appointment.calcomBookingUid,
    ...startFields(conversation, appointment.startsAt),
    service: service && serviceFields(service),
    ...hostFields(conversation, appointment),
    idempotent_replay: true,
  };
  const whose = hostSentence(turn, appointment);
  if (appointment.status === 'booked') {
    const message = phrases.bookedAlready(name, start, appointment.attendeeName) + whose;
    return answer('booked', message, { ...fields, booked: true });
  }
  const isRequested = appointment.calcomBookingUid !== null;
  const message = isRequested ? phrases.requested(name, start) + whose : phrases.pending(name, start);
  return answer('pending_confirmation', message, fields);
}

/** Cal.com lists starts on a grid of five minutes at the finest, but would book any. */
const GRID_MS = 5 * 60_000;

/**
 * On a holiday nothing is. Outside the opening hours and off every grid only what Cal.com itself lists may be booked; otherwise Cal.com's answer
 * to the booking decides, without a question beforehand.
 */
async function seemsOpen(conversation: Conversation, request: BookingRequest): Promise<boolean> {
  const { memory, timeZone, profile } = conversation;
  const startMs = request.startAt.getTime();
  const date = localDate(request.startAt, timeZone);
  if (holidayOn(profile.branch.holidays, date)) return false;
  if (memory.checkedMs === startMs || memory.offeredMs.includes(startMs)) return true;
  const onSomeGrid = startMs % GRID_MS === 0;
  if (onSomeGrid && withinHours(request.startAt, profile.branch.hours, timeZone)) return true;
  const listed = await readDays(conversation, request, date, date);
  return (listed.days.get(date) ?? []).includes(startMs);
}

async function taken(
  turn: Turn,
  request: BookingRequest,
  reason: RefusalReason | typeof OTHER_HOST,
): Promise<ToolResult> {
  const { deps, conversation, phrases } = turn;
  const { service, hostIds, startAt } = request;
  const offer = await alternativesTo(turn, request, startAt).catch(noOffer);
  conversation.memory.checkedMs = null;
  conversation.memory.awaiting = null;
  if (offer.alternatives.length === 0) recordUnfulfilled(deps, conversation, service.id, startAt);
  remember(turn, service);
  const start = spokenStart(conversation, startAt);
  const wished = staffName(conversation, hostIds[0] ?? null);
  const holiday = holidaySaid(conversation, localDate(startAt, conversation.timeZone));
  const others = spokenList(offer);
  const message =
    reason === OTHER_HOST && wished !== null
      ? phrases.staffNotFree(wished, start, others)
      : holiday
        ? phrases.closedThen(holiday, others)
        : reason === 'never_free'
          ? phrases.unavailable(start, others)
          : phrases.slotTaken(start, others);
  return answer('slot_taken', message, {
    ...bookingFields(conversation, request),
    ...(holiday ? { reason: 'closed' } : {}),
    ...(reason === OTHER_HOST ? { staff_honoured: false, reason } : {}),
    alternatives: alternativesIn(offer),
  });
}

function bookingFields(conversation: Conversation, request: BookingRequest): Record<string, unknown> {
  return {
    booked: false,
    ...startFields(conversation, request.startAt),
    service: serviceFields(request.service),
    idempotent_replay: false,
  };
}

/** What to say when the request was not sent, was refused, or is not settled yet. */
export function unfinished(
  { conversation, phrases }: Turn,
  outcome: Exclude<BookingOutcome, { kind: 'done' | 'taken' }>,
  fields: Record<string, unknown>,
  pendingMessage: string,
): ToolResult {
  switch (outcome.kind) {
    case 'pending':
      conversation.memory.pendingOperationIds = [
        ...new Set([...conversation.memory.pendingOperationIds, outcome.operationId]),
      ];
      return answer('pending_confirmation', pendingMessage, { ...fields });
    case 'refused': {
      const { status, message } = spokenRefusal(phrases, outcome.reason);
      return failure(status, message, { ...fields, reason: outcome.reason });
    }
    case 'not_sent': {
      const { code } = outcome.error;
      if (code === 'rate_limited' || code === 'deadline_exceeded' || code === 'overloaded' || code === 'conflict')
        return failure('busy', phrases.busy(), fields);
      if (code === 'store_unavailable' || code === 'internal') return failure('error', phrases.error(), fields);
      return failure('upstream_unavailable', phrases.unavailableUpstream(), fields);
    }
  }
}

/** A refusal as status and sentence; refusals without a sentence of their own share a general one. */
export function spokenRefusal(
  phrases: Phrases,
  reason: Extract<BookingOutcome, { kind: 'refused' }>['reason'],
): { status: string; message: string } {
  if (reason === 'changed_repeat' || reason === 'superseded')
    return { status: 'error', message: phrases.refusedWith(reason) };
  const status = isUpstreamReason(reason) ? REFUSALS[reason].status : 'error';
  switch (status) {
    case 'not_allowed':
      return { status, message: phrases.refused() };
    case 'not_found':
    case 'error':
    case 'slot_taken':
    case 'too_short_notice':
      return { status: 'error', message: phrases.refused() };
    default:
      return { status, message: phrases.refusedWith(status) };
  }
}
