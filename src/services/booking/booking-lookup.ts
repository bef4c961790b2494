import type { UpstreamBooking } from '../calcom/calcom-ports';
import type { BookingUpstream } from './booking-ports';
import type { Operation } from './ledger';
import { GATEWAY_KEY_FIELD, isCancelled, isMarked, isOff, seatOf } from './verification';

/** A start at the edge of the asked span must be inside it on Cal.com's clock as well. */
const MARGIN_MS = 60_000;
/** Look-ups of one event type that begin within this time share one list. */
const GATHER_MS = 30;
/** A shared list spans at most this much time, so that it stays on one page. */
const MOST_SPAN_MS = 24 * 3_600_000;
interface Span {
  fromMs: number;
  untilMs: number;
}

interface Gathering extends Span {
  list: Promise<{ bookings: UpstreamBooking[]; hasMore: boolean }>;
}

/** Finds out at Cal.com what became of operations whose answer is missing. */
export class BookingLookup {
  /** Lists that are about to be asked for, by company and event type. */
  readonly #gatherings = new Map<string, Gathering>();

  constructor(private readonly deps: { sleep: (ms: number) => Promise<void> }) {}

  /**
   * What became of an operation, as Cal.com knows it; null when it did not happen (yet). A booking that was made and
   * cancelled again is found as well: it must not be made a second time.
   */
  async find(operation: Operation, upstream: BookingUpstream): Promise<UpstreamBooking | null> {
    if (operation.kind !== 'book') {
      const old = await upstream.getBooking(operation.previousUid ?? '');
      if (operation.kind !== 'move') {
        const isDone = operation.kind === 'cancel' ? isCancelled : isMarked;
        return old && isDone(operation, old) ? old : null;
      }
      const next = old?.rescheduledToUid ? await upstream.getBooking(old.rescheduledToUid) : null;
      // A move to another time was made elsewhere: it is not ours.
      if (next?.startAt.getTime() !== operation.startAt.getTime()) return null;
      return { ...next, rescheduledFromUid: operation.previousUid };
    }
    // Its webhook came before its answer: the uid alone is enough, also where the key's list does not show the booking.
    const { gatewayKey } = operation;
    if (operation.upstreamUid) {
      const booking = await upstream.getBooking(operation.upstreamUid);
      return booking && seatOf(booking, gatewayKey);
    }
    const ours = (await this.#around(operation, upstream))
      .map((booking) => seatOf(booking, gatewayKey))
      .filter((booking) => booking.metadata[GATEWAY_KEY_FIELD] === gatewayKey);
    return ours.find((booking) => !isOff(booking)) ?? ours[0] ?? null;
  }

  /**
   * The event type's bookings around the operation's time. They are not searched by the attendee's address: where the
   * field is hidden, Cal.com replaces it by one of its own.
   */
  async #around(operation: Operation, upstream: BookingUpstream): Promise<UpstreamBooking[]> {
    const own: Span = {
      fromMs: operation.startAt.getTime() - MARGIN_MS,
      untilMs: operation.endAt.getTime() + MARGIN_MS,
    };
    const { bookings, hasMore } = await this.#gather(operation, own, upstream);
    return hasMore ? (await listOf(operation.eventTypeId, own, upstream)).bookings : bookings;
  }

  #gather({ companyId, eventTypeId }: Operation, own: Span, upstream: BookingUpstream): Gathering['list'] {
    const key = `${companyId}:${eventTypeId}`;
    const open = this.#gatherings.get(key);
    if (open) {
      const fromMs = Math.min(open.fromMs, own.fromMs);
      const untilMs = Math.max(open.untilMs, own.untilMs);
      if (untilMs - fromMs <= MOST_SPAN_MS) {
        Object.assign(open, { fromMs, untilMs });
        return open.list;
      }
    }
    const gathering: Gathering = { ...own, list: Promise.resolve({ bookings: [], hasMore: false }) };
    gathering.list = this.deps.sleep(GATHER_MS).then(() => {
      if (this.#gatherings.get(key) === gathering) this.#gatherings.delete(key);
      return listOf(eventTypeId, gathering, upstream);
    });
    this.#gatherings.set(key, gathering);
    return gathering.list;
  }
}

function listOf(eventTypeId: number, span: Span, upstream: BookingUpstream): Gathering['list'] {
  return upstream.listBookings({
    eventTypeIds: [eventTypeId],
    afterStartAt: new Date(span.fromMs),
    beforeEndAt: new Date(span.untilMs),
    status: ['upcoming', 'unconfirmed', 'past', 'cancelled'],
  });
}
