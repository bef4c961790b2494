import { DateTime, FixedOffsetZone, IANAZone, type Zone } from 'luxon';
import type { LocalDate } from './domain';
import { InvalidInput } from './errors';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Days on which a zone's clocks are changed are rare; what else is asked for spans half a year. */
const MOST_DAYS_REMEMBERED = 2000;
const MOST_ZONES = 700;
const MOST_DAYS = 92;

/**
 * A zone that remembers its offset by UTC day: asking the runtime's calendar costs a hundred times as much, and one
 * answer to a caller asks dozens of times.
 */
class RememberingZone extends IANAZone {
  /** null for a day on which the clocks are changed. */
  readonly #byDay = new Map<number, number | null>();

  override offset(atMs: number): number {
    const day = Math.floor(atMs / DAY_MS);
    if (!Number.isFinite(day)) return super.offset(atMs);
    let known = this.#byDay.get(day);
    if (known === undefined) {
      const first = super.offset(day * DAY_MS);
      known = first === super.offset((day + 1) * DAY_MS) ? first : null;
      if (this.#byDay.size >= MOST_DAYS_REMEMBERED) this.#byDay.clear();
      this.#byDay.set(day, known);
    }
    return known ?? super.offset(atMs);
  }
}

const zones = new Map<string, Zone>();

/** To be given to luxon in place of a zone's name. */
export function zoneNamed(name: string): Zone {
  let zone = zones.get(name);
  if (!zone) {
    zone = /^(?:utc|gmt)$/i.test(name) ? FixedOffsetZone.utcInstance : new RememberingZone(name);
    if (zones.size >= MOST_ZONES) zones.clear();
    zones.set(name, zone);
  }
  return zone;
}

/** Minutes east of UTC. */
export function offsetMinutes(zone: string, atMs: number): number {
  return zoneNamed(zone).offset(atMs);
}

/** The instant on the zone's wall clock; with its own methods it can be moved and formatted. */
export function inZone(at: Date | number, zone: string): DateTime {
  return DateTime.fromMillis(typeof at === 'number' ? at : at.getTime(), { zone: zoneNamed(zone) });
}

/** Epoch milliseconds as if the zone's wall clock were UTC's: its parts are read with Date's UTC methods. */
export function wallMs(zone: string, atMs: number): number {
  return atMs + offsetMinutes(zone, atMs) * MINUTE_MS;
}

/** The instants at which the zone's wall clock shows that time, in order: none in a gap, two when it is repeated. */
export function instantsAt(zone: string, wallClockMs: number): number[] {
  const [before, after] = [offsetMinutes(zone, wallClockMs - DAY_MS), offsetMinutes(zone, wallClockMs + DAY_MS)];
  if (before === after) return [wallClockMs - before * MINUTE_MS];
  return [before, after]
    .map((offset) => wallClockMs - offset * MINUTE_MS)
    .filter((atMs) => wallMs(zone, atMs) === wallClockMs)
    .sort((a, b) => a - b);
}

/**
 * The instant of a time on a day of the zone, epoch milliseconds; of two the first.
 * @param clock `HH:mm`, `24:00` included; a time that a zone skips counts as the one an hour later
 */
export function instantOn(date: LocalDate, clock: string, zone: string): number {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  const wall = Date.parse(`${date}T00:00:00Z`) + (hour * 60 + minute) * MINUTE_MS;
  return instantsAt(zone, wall)[0] ?? instantsAt(zone, wall + 60 * MINUTE_MS)[0] ?? wall;
}

/** The date on the zone's wall clock at that instant: today, when it is now. */
export function localDate(at: Date | number, zone: string): LocalDate {
  return utcDay(wallMs(zone, typeof at === 'number' ? at : at.getTime()));
}

export function addDays(date: LocalDate, days: number): LocalDate {
  return utcDay(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS);
}

/** Calendar days from `from` to `to`, negative when `to` is earlier. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/**
 * All days from `from` to `to`, both included.
 * @throws InvalidInput when a date is not one, the range is upside down or longer than 92 days
 */
export function eachDay(from: LocalDate, to: LocalDate): LocalDate[] {
  if (from === to && /^\d{4}-\d\d-\d\d$/.test(from)) return [from];
  const last = daysBetween(from, to);
  if (!(last >= 0)) throw new InvalidInput('The last day must not be before the first.');
  if (last >= MOST_DAYS) throw new InvalidInput(`At most ${MOST_DAYS} days can be asked for at once.`);
  return Array.from({ length: last + 1 }, (_, index) => addDays(from, index));
}

export function utcDay(atMs: number): LocalDate {
  const at = new Date(atMs);
  const year = String(at.getUTCFullYear()).padStart(4, '0');
  return `${year}-${twoDigits(at.getUTCMonth() + 1)}-${twoDigits(at.getUTCDate())}`;
}

function twoDigits(count: number): string {
  return count < 10 ? `0${count}` : String(count);
}

/** Every day that an interval touches in whatever zone a reader may use. */
export function daysAnywhere(startMs: number, endMs: number): LocalDate[] {
  return eachDay(utcDay(startMs - 12 * 3_600_000), utcDay(endMs + 14 * 3_600_000));
}
