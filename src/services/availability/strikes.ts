import type { AffectedEventType, Fence, FetchToken } from './slot-store';

const MINUTE_MS = 60_000;

/** A time that must no longer be offered because somebody has it, seen from one event type. */
export interface Strike {
  /** The occupied time with the buffers of both sides, epoch milliseconds, half-open. */
  fromMs: number;
  toMs: number;
  /** How long an appointment of this event type takes when the question does not say. */
  lengthMs: number;
  /** Who is occupied; null when not known. */
  hostId: number | null;
  /** The booking was of this very event type. */
  own: boolean;
}

export interface PlacedStrike extends Strike {
  incarnation: string;
  epoch: number;
  atMs: number;
}

export interface Occupied {
  startMs: number;
  endMs: number;
  hostId: number | null;
}

/** @param booked the event type of the booking, `affected` the one whose starts are struck */
export function strikeFor(occupied: Occupied, booked: AffectedEventType, affected: AffectedEventType): Strike {
  return {
    fromMs: occupied.startMs - (booked.bufferBeforeMinutes + affected.bufferAfterMinutes) * MINUTE_MS,
    toMs: occupied.endMs + (booked.bufferAfterMinutes + affected.bufferBeforeMinutes) * MINUTE_MS,
    lengthMs: affected.lengthMinutes * MINUTE_MS,
    hostId: occupied.hostId,
    own: booked.eventTypeId === affected.eventTypeId,
  };
}

export function strikeLabel(occupied: Occupied): string {
  return `${occupied.startMs}_${occupied.endMs}_${occupied.hostId ?? 0}`;
}

export function encodeStrike(strike: Strike): string {
  return [strike.fromMs, strike.toMs, strike.lengthMs, strike.hostId ?? 0, strike.own ? 1 : 0].join('_');
}

function decodeStrike(payload: string): Strike {
  const [fromMs = 0, toMs = 0, lengthMs = 0, hostId = 0, own = 0] = payload.split('_').map(Number);
  return { fromMs, toMs, lengthMs, hostId: hostId === 0 ? null : hostId, own: own === 1 };
}

const decoded = new WeakMap<Fence, readonly PlacedStrike[]>();

export function strikesOf(fence: Fence | null): readonly PlacedStrike[] {
  if (!fence || fence.marks.length === 0) return [];
  const known = decoded.get(fence);
  if (known) return known;
  const strikes = fence.marks.map(({ epoch, atMs, payload }) => ({
    ...decodeStrike(payload),
    incarnation: fence.incarnation,
    epoch,
    atMs,
  }));
  decoded.set(fence, strikes);
  return strikes;
}

/**
 * Whether what was fetched under `token` may still list the time. A fetch knows of a booking when it began after it
 * by the store's count, and late enough for Cal.com's own cache. Without a token nothing is known.
 */
export function binds(strike: PlacedStrike, token: FetchToken | null, settleMs: number): boolean {
  if (!token) return true;
  const beganAfter = token.incarnation !== strike.incarnation || token.epoch >= strike.epoch;
  return !(beganAfter && token.begunAtMs >= strike.atMs + settleMs);
}

/** The strike is about somebody whom the question left out. */
export function concernsOthers(strike: Strike, hostIds: readonly number[] | undefined): boolean {
  return strike.hostId !== null && hostIds !== undefined && hostIds.length > 0 && !hostIds.includes(strike.hostId);
}

/** Whether the strike can touch any start of an ascending list at all; spares looking at each. */
export function isNear(strike: Strike, starts: readonly number[], durationMinutes: number | undefined): boolean {
  const [first] = starts;
  const last = starts.at(-1);
  return (
    first !== undefined &&
    last !== undefined &&
    first < strike.toMs &&
    last + lengthMs(strike, durationMinutes) > strike.fromMs
  );
}

/** @param durationMinutes what the question asks for; the event type's own length when absent */
export function withoutStruck(
  starts: readonly number[],
  strikes: readonly Strike[],
  durationMinutes: number | undefined,
): number[] {
  if (strikes.length === 0) return starts.slice();
  return starts.filter((startMs) => !strikes.some((strike) => hits(startMs, strike, durationMinutes)));
}

function hits(startMs: number, strike: Strike, durationMinutes: number | undefined): boolean {
  return startMs < strike.toMs && startMs + lengthMs(strike, durationMinutes) > strike.fromMs;
}

function lengthMs(strike: Strike, durationMinutes: number | undefined): number {
  return Math.max(1, durationMinutes === undefined ? strike.lengthMs : durationMinutes * MINUTE_MS);
}
