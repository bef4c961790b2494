import type { AffectedEventType, KnownDay, SlotQuestion } from './ports';
import type { FenceState, FetchToken } from '../../infra/fence-text';

const MINUTE_MS = 60_000;

/** A booked time that must no longer be offered, seen from one event type. */
export interface BlockedInterval {
  /** The occupied time with the buffers of both sides, epoch milliseconds, half-open. */
  fromMs: number;
  toMs: number;
  /** How long an appointment of this event type takes when the question does not say. */
  lengthMs: number;
  /** The occupied host; null when not known. */
  hostId: number | null;
  /** It may hide more than it must: a listing made after the booking is worth its request. */
  uncertain: boolean;
}

export interface StoredBlockedInterval extends BlockedInterval {
  incarnation: string;
  epoch: number;
  atMs: number;
}

export interface LocalBlockedInterval extends BlockedInterval {
  label: string;
  /** Local clock, epoch milliseconds. */
  atMs: number;
}

interface Occupied {
  startMs: number;
  endMs: number;
  hostId: number | null;
}

/** @param booked the event type of the booking, `affected` the one whose starts it blocks */
export function blockedIntervalFor(
  occupied: Occupied,
  booked: AffectedEventType,
  affected: AffectedEventType,
): BlockedInterval {
  return {
    fromMs: occupied.startMs - (booked.bufferBeforeMinutes + affected.bufferAfterMinutes) * MINUTE_MS,
    toMs: occupied.endMs + (booked.bufferAfterMinutes + affected.bufferBeforeMinutes) * MINUTE_MS,
    lengthMs: affected.lengthMinutes * MINUTE_MS,
    hostId: occupied.hostId,
    uncertain: booked.eventTypeId === affected.eventTypeId || affected.mayHaveRoom,
  };
}

export function blockedIntervalLabel(occupied: Occupied): string {
  return `${occupied.startMs}_${occupied.endMs}_${occupied.hostId ?? 0}`;
}

export function encodeBlockedInterval(interval: BlockedInterval): string {
  return [interval.fromMs, interval.toMs, interval.lengthMs, interval.hostId ?? 0, interval.uncertain ? 1 : 0].join(
    '_',
  );
}

function decodeBlockedInterval(payload: string): BlockedInterval {
  const [fromMs = 0, toMs = 0, lengthMs = 0, hostId = 0, uncertain = 0] = payload.split('_').map(Number);
  return { fromMs, toMs, lengthMs, hostId: hostId === 0 ? null : hostId, uncertain: uncertain === 1 };
}

const decoded = new WeakMap<FenceState, readonly StoredBlockedInterval[]>();

function blockedIntervalsOf(fence: FenceState | null): readonly StoredBlockedInterval[] {
  if (!fence || fence.marks.length === 0) return [];
  const known = decoded.get(fence);
  if (known) return known;
  const blocked = fence.marks.map(({ epoch, atMs, payload }) => ({
    ...decodeBlockedInterval(payload),
    incarnation: fence.incarnation,
    epoch,
    atMs,
  }));
  decoded.set(fence, blocked);
  return blocked;
}

/**
 * Whether what was fetched under `token` may still list the time. A fetch knows of a booking when it began after it
 * by the store's count, and late enough for Cal.com's own cache. Without a token nothing is known.
 */
function appliesTo(interval: StoredBlockedInterval, token: FetchToken | null, settleMs: number): boolean {
  if (!token) return true;
  const beganAfter = token.incarnation !== interval.incarnation || token.epoch >= interval.epoch;
  return !(beganAfter && token.begunAtMs >= interval.atMs + settleMs);
}

/** The occupied host is not among those asked for. */
function concernsOthers(interval: BlockedInterval, hostIds: readonly number[] | undefined): boolean {
  return interval.hostId !== null && hostIds !== undefined && hostIds.length > 0 && !hostIds.includes(interval.hostId);
}

/** Whether the interval can touch any start of an ascending list at all; spares looking at each. */
export function isNear(
  interval: BlockedInterval,
  starts: readonly number[],
  durationMinutes: number | undefined,
): boolean {
  const [first] = starts;
  const last = starts.at(-1);
  return (
    first !== undefined &&
    last !== undefined &&
    first < interval.toMs &&
    last + lengthMs(interval, durationMinutes) > interval.fromMs
  );
}

/** @param durationMinutes what the question asks for; the event type's own length when absent */
function excludeBlocked(
  starts: readonly number[],
  blocked: readonly BlockedInterval[],
  durationMinutes: number | undefined,
): number[] {
  if (blocked.length === 0) return starts.slice();
  return starts.filter((startMs) => !blocked.some((interval) => hits(startMs, interval, durationMinutes)));
}

function hits(startMs: number, interval: BlockedInterval, durationMinutes: number | undefined): boolean {
  return startMs < interval.toMs && startMs + lengthMs(interval, durationMinutes) > interval.fromMs;
}

function lengthMs(interval: BlockedInterval, durationMinutes: number | undefined): number {
  return Math.max(1, durationMinutes === undefined ? interval.lengthMs : durationMinutes * MINUTE_MS);
}

export interface Offered {
  starts: number[];
  /** Bookings that hide some of the day's starts, perhaps more than they must. */
  hiddenBy: readonly StoredBlockedInterval[];
}

/** The starts of a day that may be offered: without the times that were booked since the day's fetch began. */
export function offered(
  day: KnownDay,
  fences: readonly (FenceState | null)[],
  localBlocked: readonly LocalBlockedInterval[],
  question: Pick<SlotQuestion, 'hostIds' | 'durationMinutes'>,
  settleMs: number,
): Offered {
  const { hostIds, durationMinutes } = question;
  const placed: StoredBlockedInterval[] = [];
  for (const fence of new Set(fences)) {
    for (const interval of blockedIntervalsOf(fence)) {
      if (!isNear(interval, day.starts, durationMinutes)) continue;
      if (appliesTo(interval, day.token, settleMs) && !concernsOthers(interval, hostIds)) placed.push(interval);
    }
  }
  const local = localBlocked.filter(
    (interval) =>
      isNear(interval, day.starts, durationMinutes) &&
      day.begunAtMs < interval.atMs + settleMs &&
      !concernsOthers(interval, hostIds),
  );
  const starts = excludeBlocked(day.starts, [...placed, ...local], durationMinutes);
  if (starts.length === day.starts.length) return { starts, hiddenBy: [] };
  const hiddenBy = placed.filter(
    (interval) =>
      interval.uncertain && excludeBlocked(day.starts, [interval], durationMinutes).length < day.starts.length,
  );
  return { starts, hiddenBy };
}
