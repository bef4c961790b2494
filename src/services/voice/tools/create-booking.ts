import type { BookingOutcome } from '../../booking/booking-service';
import type { RefusalReason } from '../../booking/ledger';
import type { Service } from '../../../domain';
import { cleanEmail, cleanPersonName, normalisePhone } from '../../tenants/identity';
import { askerOf, bookableServices, type Conversation } from '../conversation';
import { alternativeFields, alternativesFor, readDays, spokenList } from '../offers';
import type { Phrases } from '../phrases';
import {
  isObstacle,
  isoWithOffset,
  localDate,
  missing,
  type Obstacle,
  spokenStart,
  wallClock,
  whichHosts,
  whichService,
  whichTime,
} from '../understanding';
import type { VoiceArgs } from '../voice-request';
import { withinHours } from '../../tenants/opening-hours';
import { checkStart, remember, serviceFields } from './check-availability';
import { answer, failure, fromObstacle, type Tool, type ToolDeps, type ToolResult } from './tool';

interface Wish {
  service: Service;
  hostIds: number[];
  startAt: Date;
}

export const createBooking: Tool = async (deps, conversation, args, say) => {
  const wish = whatIsWished(conversation, args, say);
  if (isObstacle(wish)) return fromObstacle(wish);
  const name = await whoseName(conversation, args);
  if (!name) return fromObstacle(missing(say, 'customer_name'));
  return book(
    deps,
    conversation,
    wish,
    { name, phone: args.customerPhone, email: args.customerEmail, notes: args.notes },
    say,
  );
};

/** Two steps in one tool: without a yes it checks and repeats the details, with a yes it books exactly those. */
export const collectAppointment: Tool = async (deps, conversation, args, say) => {
  const { memory } = conversation;
  const awaiting = memory.awaiting;
  if (args.confirm && awaiting && !saysWhat(args)) {
    const service = bookableServices(conversation).find((one) => one.id === awaiting.serviceId);
    if (service) {
      const details = {
        name: (args.customerName ? cleanPersonName(args.customerName) : null) ?? awaiting.name,
        phone: args.customerPhone ?? awaiting.phone ?? undefined,
        email: args.customerEmail ?? awaiting.email ?? undefined,
        notes: args.notes,
      };
      return book(
        deps,
        conversation,
        { service, hostIds: memory.hostIds, startAt: new Date(awaiting.startMs) },
        details,
        say,
      );
    }
  }
  if (args.confirm) return createBooking(deps, conversation, args, say);
  const wish = whatIsWished(conversation, args, say);
  if (isObstacle(wish)) return fromObstacle(wish);
  const checked = await checkStart(deps, conversation, wish.service, wish.hostIds, wish.startAt, say);
  memory.serviceId = wish.service.id;
  memory.hostIds = wish.hostIds;
  if (checked.status !== 'available')
    return { ...checked, fields: { ...checked.fields, awaiting_confirmation: false } };
  const name = await whoseName(conversation, args);
  if (!name)
    return failure('missing_fields', say.missing('customer_name'), {
      ...checked.fields,
      missing_fields: ['customer_name'],
      awaiting_confirmation: false,
    });
  memory.awaiting = {
    serviceId: wish.service.id,
    startMs: wish.startAt.getTime(),
    name,
    phone: args.customerPhone ?? null,
    email: args.customerEmail ?? null,
  };
  const start = spokenStart(conversation, wish.startAt);
  return answer('available', say.confirmDetails(wish.service.name, start, name), {
    ...checked.fields,
    awaiting_confirmation: true,
    next_action: 'confirm',
  });
};

/** A yes with a new wish in it is that wish, never the one summed up before. */
function saysWhat(args: VoiceArgs): boolean {
  return [args.desiredDate, args.desiredTime, args.datetime, args.serviceName, args.serviceId, args.staff].some(
    Boolean,
  );
}

/** The service, hosts and start: as said now, else as confirmed free a moment ago in this call. */
function whatIsWished(conversation: Conversation, args: VoiceArgs, say: Phrases): Wish | Obstacle {
  const service = whichService(conversation, args, say);
  if (isObstacle(service)) return service;
  const hosts = whichHosts(conversation, args, service.service, say);
  if (isObstacle(hosts)) return hosts;
  const { memory } = conversation;
  if (!args.desiredDate && !args.desiredTime && !args.datetime) {
    const agreed = memory.awaiting?.startMs ?? memory.checkedMs;
    if (agreed !== null && agreed !== undefined && service.service.id === memory.serviceId) {
      return { service: service.service, hostIds: hosts.hostIds, startAt: new Date(agreed) };
    }
    if (memory.day !== null) return missing(say, 'desired_time');
  }
  const when = whichTime(
    conversation,
    { date: args.desiredDate, time: args.desiredTime, datetime: args.datetime },
    say,
  );
  if (isObstacle(when)) return when;
  memory.serviceId = service.service.id;
  memory.day = when.date;
  if (when.kind === 'day') return missing(say, 'desired_time');
  return { service: service.service, hostIds: hosts.hostIds, startAt: when.startAt };
}

async function whoseName(conversation: Conversation, args: VoiceArgs): Promise<string | null> {
  const said = args.customerName ? cleanPersonName(args.customerName) : null;
  if (said) return said;
  if (args.customerName) return null;
  if (conversation.memory.awaiting) return conversation.memory.awaiting.name;
  return (await conversation.customer().catch(() => null))?.name ?? null;
}

async function book(
  deps: ToolDeps,
  conversation: Conversation,
  wish: Wish,
  details: { name: string; phone?: string | undefined; email?: string | undefined; notes?: string | undefined },
  say: Phrases,
): Promise<ToolResult> {
  const { memory } = conversation;
  const startMs = wish.startAt.getTime();
  const start = spokenStart(conversation, wish.startAt);
  const fields = bookingFields(conversation, wish);
  const earliestMs = conversation.now.getTime() + wish.service.minimumNoticeMinutes * 60_000;
  if (startMs < conversation.now.getTime()) return failure('past_time', say.pastTime(), fields);
  const reservations = await conversation.reservations();
  const open = await seemsOpen(conversation, wish);
  const hindrance: RefusalReason | null =
    startMs < earliestMs || !open
      ? 'never_free'
      : reservations.reservedForOthers(wish.service, startMs)
        ? 'reserved'
        : null;

  await conversation.callRecorded();
  const phone = (details.phone ? normalisePhone(details.phone) : null) ?? conversation.callerPhone;
  const email = details.email ? cleanEmail(details.email) : null;
  // Booking for somebody else never renames the caller: only a caller without a record gets the name said.
  if (conversation.callerPhone) {
    const known = await conversation.customer();
    const customer =
      known ??
      (await deps.customers.ensure(conversation.companyId, {
        phone: conversation.callerPhone,
        name: details.name,
        email,
      }));
    conversation.customer = () => Promise.resolve(customer);
    if (conversation.callId)
      deps.behind(
        'attach the customer',
        deps.calls.attachCustomer(conversation.companyId, conversation.callId, customer.id),
      );
  }
  const outcome = await deps.bookings.book(
    await askerOf(conversation),
    {
      service: wish.service,
      startAt: wish.startAt,
      attendee: { name: details.name, phone, email },
      wishedHostIds: wish.hostIds,
      notes: details.notes ?? null,
    },
    hindrance,
  );
  if (outcome.kind === 'done') {
    const { appointment } = outcome;
    memory.appointmentIds = [...new Set([...memory.appointmentIds, appointment.id])];
    memory.awaiting = null;
    memory.checkedMs = null;
    deps.behind('release holds', deps.holds.release(conversation.companyId, conversation.owner));
    if (appointment.status === 'pending') {
      return answer('pending_confirmation', say.requested(wish.service.name, start), {
        ...fields,
        appointment_id: appointment.id,
        booking_uid: appointment.calcomBookingUid,
        alternatives: [],
        idempotent_replay: outcome.replay,
      });
    }
    return answer(
      'booked',
      outcome.replay ? say.bookedAlready(wish.service.name, start) : say.booked(wish.service.name, start, details.name),
      {
        ...fields,
        booked: true,
        appointment_id: appointment.id,
        booking_uid: appointment.calcomBookingUid,
        alternatives: [],
        idempotent_replay: outcome.replay,
      },
    );
  }
  return outcome.kind === 'taken'
    ? taken(deps, conversation, wish, say, hindrance ?? 'host_busy')
    : unfinished(conversation, outcome, fields, say.pending(wish.service.name, start), say);
}

/** Cal.com lists starts on a grid of five minutes at the finest, but would book any. */
const GRID_MS = 5 * 60_000;

/**
 * Outside the opening hours and off every grid only what Cal.com itself lists may be booked; otherwise Cal.com's answer
 * to the booking decides, without a question beforehand.
 */
async function seemsOpen(conversation: Conversation, wish: Wish): Promise<boolean> {
  const { memory, timeZone, profile } = conversation;
  const startMs = wish.startAt.getTime();
  if (memory.checkedMs === startMs || memory.offeredMs.includes(startMs)) return true;
  const onSomeGrid = startMs % GRID_MS === 0;
  if (onSomeGrid && withinHours(wish.startAt, profile.branch.hours, timeZone)) return true;
  const date = localDate(wish.startAt, timeZone);
  const listed = await readDays(conversation, { service: wish.service, hostIds: wish.hostIds }, date, date);
  return (listed.days.get(date) ?? []).includes(startMs);
}

async function taken(
  deps: ToolDeps,
  conversation: Conversation,
  wish: Wish,
  say: Phrases,
  hindrance: RefusalReason,
): Promise<ToolResult> {
  const { service, hostIds, startAt } = wish;
  const offer = await alternativesFor(
    deps,
    conversation,
    { service, hostIds },
    {
      desiredAt: startAt,
      desiredDate: localDate(startAt, conversation.timeZone),
      preference: null,
    },
  ).catch(() => ({ alternatives: [], stale: true }));
  conversation.memory.checkedMs = null;
  conversation.memory.awaiting = null;
  if (offer.alternatives.length === 0) deps.unfulfilled(conversation, service.id, startAt);
  remember(deps, conversation, service);
  const start = spokenStart(conversation, startAt);
  const message =
    hindrance === 'never_free' ? say.unavailable(start, spokenList(offer)) : say.slotTaken(start, spokenList(offer));
  return answer('slot_taken', message, {
    ...bookingFields(conversation, wish),
    alternatives: offer.alternatives.map(alternativeFields),
  });
}

function bookingFields(conversation: Conversation, wish: Wish): Record<string, unknown> {
  return {
    booked: false,
    appointment_time: wallClock(wish.startAt, conversation.timeZone),
    datetime: isoWithOffset(wish.startAt, conversation.timeZone),
    service: serviceFields(wish.service),
    idempotent_replay: false,
  };
}

/** What to say when the request was not sent, was refused, or is not settled yet. */
export function unfinished(
  conversation: Conversation,
  outcome: Exclude<BookingOutcome, { kind: 'done' | 'taken' }>,
  fields: Record<string, unknown>,
  pendingMessage: string,
  say: Phrases,
): ToolResult {
  switch (outcome.kind) {
    case 'pending':
      conversation.memory.pendingOperationIds = [
        ...new Set([...conversation.memory.pendingOperationIds, outcome.operationId]),
      ];
      return answer('pending_confirmation', pendingMessage, { ...fields });
    case 'refused':
      return failure('error', say.refused(), { ...fields, reason: outcome.reason });
    case 'not_sent': {
      const { code } = outcome.error;
      if (code === 'rate_limited' || code === 'deadline_exceeded' || code === 'overloaded' || code === 'conflict')
        return failure('busy', say.busy(), fields);
      if (code === 'store_unavailable' || code === 'internal') return failure('error', say.error(), fields);
      return failure('upstream_unavailable', say.unavailableUpstream(), fields);
    }
  }
}
