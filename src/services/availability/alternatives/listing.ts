import { DateTime } from 'luxon';
import { inZone, zoneNamed } from '../../../local-time';
import type { LocalDate } from '../../../domain';

export interface ListedStart {
  startMs: number;
  date: LocalDate;
  /** Minutes since midnight on the wall clock. */
  minutes: number;
}

const DAY_MS = 86_400_000;

/** The starts that may be offered, by local day, with their wall-clock times. */
export class Listing {
  /** Days with at least one start, ascending. */
  readonly dates: readonly LocalDate[];
  readonly #zone: string;
  readonly #starts: ReadonlyMap<LocalDate, readonly number[]>;
  readonly #known = new Map<LocalDate, readonly ListedStart[]>();

  constructor(
    days: ReadonlyMap<LocalDate, readonly number[]>,
    zone: string,
    mayBeOffered: (startMs: number) => boolean,
  ) {
    const kept = [...days].map(([date, starts]): [LocalDate, number[]] => [
      date,
      [...new Set(starts)].filter(mayBeOffered).sort((a, b) => a - b),
    ]);
    this.#starts = new Map(kept.filter(([, starts]) => starts.length > 0));
    this.#zone = zone;
    this.dates = [...this.#starts.keys()].sort();
  }

  /** Ascending. */
  on(date: LocalDate): readonly ListedStart[] {
    const known = this.#known.get(date);
    if (known) return known;
    const starts = this.#starts.get(date) ?? [];
    const minutesOf = wallClockOf(date, this.#zone);
    const listed = starts.map((startMs) => ({ startMs, date, minutes: minutesOf(startMs) }));
    this.#known.set(date, listed);
    return listed;
  }
}

/** Asking the zone for every start is what costs; on a day without a clock change its midnight is enough. */
function wallClockOf(date: LocalDate, zone: string): (startMs: number) => number {
  const midnight = DateTime.fromISO(date, { zone: zoneNamed(zone) });
  const midnightMs = midnight.toMillis();
  if (midnight.plus({ days: 1 }).toMillis() - midnightMs === DAY_MS)
    return (startMs) => (startMs - midnightMs) / 60_000;
  return (startMs) => {
    const local = inZone(startMs, zone);
    return local.hour * 60 + local.minute;
  };
}
