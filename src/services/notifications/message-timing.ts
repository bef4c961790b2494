import { inZone } from '../../local-time';
import type { LocalDate } from '../../domain';
import type { Item, Receiver } from './notification-ports';

const MINUTE_MS = 60_000;
/** Things that come within this time go into one message. */
const GATHER_MS = 15_000;
/** Between two messages of events to one channel. */
const PAUSE_MS = MINUTE_MS;
/** A message that names more is of no use; the others follow in the next one. */
const MOST_ITEMS = 200;
/** Pauses after a failed try; after the last one the message is given up. */
const RETRY_AFTER_MS = [MINUTE_MS / 2, 2 * MINUTE_MS, 10 * MINUTE_MS, 60 * MINUTE_MS, 240 * MINUTE_MS];
const LONGEST_QUIET_MS = 25 * 3_600_000;

type Quiet = Pick<Receiver, 'quietFrom' | 'quietTo'>;

/** `HH:MM` on the zone's wall clock. */
const clockIn = (at: Date | number, timeZone: string): string => inZone(at, timeZone).toFormat('HH:mm');

/** Whether the channel's quiet hours hold; they may go over midnight. */
export function isQuiet({ quietFrom, quietTo }: Quiet, at: Date | number, timeZone: string): boolean {
  if (quietFrom === null || quietTo === null) return false;
  const now = clockIn(at, timeZone);
  return quietFrom < quietTo ? quietFrom <= now && now < quietTo : quietFrom <= now || now < quietTo;
}

/**
 * What of the waiting things belongs into a message now; empty: nothing yet.
 * @param items of this channel, oldest first
 * @param lastFormedAt when the channel's last message was formed
 */
export function itemsForNow(
  receiver: Quiet & Pick<Receiver, 'urgentAlways'>,
  items: readonly Item[],
  lastFormedAt: Date | null,
  now: Date,
  timeZone: string,
): Item[] {
  const isHeld = isQuiet(receiver, now, timeZone);
  const due = items.filter(({ isUrgent }) => !isHeld || (isUrgent && receiver.urgentAlways));
  const [oldest] = due;
  if (!oldest || now.getTime() - oldest.createdAt.getTime() < GATHER_MS) return [];
  if (lastFormedAt && now.getTime() - lastFormedAt.getTime() < PAUSE_MS) return [];
  return due.slice(0, MOST_ITEMS);
}

/**
 * When a message that failed is tried again.
 * @param attempts so far
 * @returns null: never
 */
export function nextTry(
  receiver: Quiet & Pick<Receiver, 'urgentAlways'>,
  { attempts, kind, isUrgent }: { attempts: number; kind: 'events' | 'daily'; isUrgent: boolean },
  now: Date,
  timeZone: string,
): Date | null {
  const pauseMs = RETRY_AFTER_MS[attempts - 1];
  if (pauseMs === undefined) return null;
  let atMs = now.getTime() + pauseMs;
  if (kind === 'daily' || (isUrgent && receiver.urgentAlways)) return new Date(atMs);
  const latestMs = atMs + LONGEST_QUIET_MS;
  // Quiet hours end with a minute.
  while (isQuiet(receiver, atMs, timeZone) && atMs < latestMs) atMs = (Math.floor(atMs / MINUTE_MS) + 1) * MINUTE_MS;
  return new Date(atMs);
}

/** Whether every try has been made. */
export function isSpent({ attempts }: { attempts: number }): boolean {
  return attempts > RETRY_AFTER_MS.length + 1;
}

/** The day that a daily report is about now: the one before, once its time of day has come; null before that. */
export function reportDay(
  { dailyAt, since }: Pick<Receiver, 'dailyAt' | 'since'>,
  now: Date,
  timeZone: string,
): LocalDate | null {
  const local = inZone(now, timeZone);
  if (local.toFormat('HH:mm') < dailyAt) return null;
  // A channel that was set up later today begins tomorrow.
  if (inZone(since, timeZone).toFormat('yyyy-MM-dd HH:mm') >= local.toFormat(`yyyy-MM-dd '${dailyAt}'`)) return null;
  return local.minus({ days: 1 }).toFormat('yyyy-MM-dd');
}

/** The instants between which a day of the zone lies. */
export function bounds(day: LocalDate, timeZone: string): { from: Date; to: Date } {
  const noon = inZone(new Date(`${day}T12:00:00Z`), timeZone);
  const [year, month, date] = day.split('-').map(Number);
  const start = noon.set({ year: year ?? 0, month: month ?? 1, day: date ?? 1 }).startOf('day');
  return { from: start.toJSDate(), to: start.plus({ days: 1 }).toJSDate() };
}
