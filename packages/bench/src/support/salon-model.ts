import { jittered, timeToLiveMs } from '../../../../src/services/availability/fetch-plan';
import { SLOT_CACHE_DEFAULTS } from '../../../../src/services/availability/ports';
import { DateTime } from 'luxon';

/** What a salon's telephone does in its busiest hour, and what of it reaches Cal.com. */
export interface Outcome {
  hours: number;
  calls: number;
  questions: number;
  bookings: number;
  /** Questions that had to wait for Cal.com. */
  waited: number;
  /** Requests to Cal.com: horizons, bookings, comparisons. */
  upstream: number;
  /** The busiest 60 s of the busiest key, one key a salon. */
  mostPerKey: number;
  /** The busiest 60 s of all salons together, as one key would see them. */
  mostTogether: number;
  eventTypes: number;
  daysKept: number;
}

const HOUR_MS = 3_600_000;
const WINDOW_MS = 60_000;
/** Calls of a salon in its busiest hour: forty a day, twice the average of ten hours. */
const CALLS_PER_HOUR = 8;
const SERVICES = 5;
/** Of a hundred calls so many ask once more for another time, and so many book. */
const ASK_AGAIN = 0.7;
const BOOK = 0.35;
/** Half of what is asked for is today or tomorrow; the rest within two weeks. */
const SOON = 0.5;
/** Starts that are free on a day: often few, sometimes none. */
const FREE = [0, 2, 4, 8, 12, 16];
/** The comparison with Cal.com, one listing a company. */
const COMPARE_EVERY_MS = 180_000;
/** The caches of the hour before are the ones the hour begins with. */
const WARM_UP_MS = HOUR_MS;
const TODAY = '2026-11-24';
const DAYS = Array.from({ length: SLOT_CACHE_DEFAULTS.horizonDays }, (_, ahead) =>
  DateTime.fromISO(TODAY).plus({ days: ahead }).toFormat('yyyy-MM-dd'),
);

export function simulate(options: { salons: number; hours: number; seed: number }): Outcome {
  const random = randomFrom(options.seed);
  const untilMs = WARM_UP_MS + options.hours * HOUR_MS;
  const outcome = { calls: 0, questions: 0, bookings: 0, waited: 0, upstream: 0, mostPerKey: 0 };
  const together: number[] = [];
  for (let salon = 0; salon < options.salons; salon++) {
    const sent = salonSends(outcome, random, untilMs);
    outcome.upstream += sent.length;
    outcome.mostPerKey = Math.max(outcome.mostPerKey, mostInWindow(sent));
    for (const atMs of sent) together.push(atMs);
  }
  return {
    ...outcome,
    hours: options.hours,
    mostTogether: mostInWindow(together),
    eventTypes: options.salons * SERVICES,
    daysKept: DAYS.length,
  };
}

interface KnownDay {
  begunAtMs: number;
  freshUntilMs: number;
}

type Counted = Pick<Outcome, 'calls' | 'questions' | 'bookings' | 'waited'>;

/** The requests of one salon after the warm-up, in order. */
function salonSends(counted: Counted, random: () => number, untilMs: number): number[] {
  const known = Array.from({ length: SERVICES }, () => new Map<number, KnownDay>());
  const dirty = new Set<number>();
  const sends: number[] = [];
  const free = DAYS.map(() => FREE[Math.floor(random() * FREE.length)] ?? 0);
  const fetch = (service: number, atMs: number): void => {
    sends.push(atMs);
    dirty.delete(service);
    DAYS.forEach((day, ahead) => {
      const lifeMs = jittered(timeToLiveMs(day, TODAY, free[ahead] ?? 0, { closed: false, silent: false }), random);
      known[service]?.set(ahead, { begunAtMs: atMs, freshUntilMs: atMs + lifeMs });
    });
  };
  const ask = (service: number, ahead: number, atMs: number): void => {
    if (atMs >= WARM_UP_MS) counted.questions += 1;
    const day = known[service]?.get(ahead);
    if (!day || day.freshUntilMs <= atMs) {
      if (atMs >= WARM_UP_MS) counted.waited += 1;
      return fetch(service, atMs);
    }
    // Behind the answer: an old day that is asked for, or starts that only our own booking hides.
    const refreshAtMs = day.begunAtMs + (day.freshUntilMs - day.begunAtMs) * SLOT_CACHE_DEFAULTS.refreshAt;
    if (atMs >= refreshAtMs || dirty.has(service)) fetch(service, atMs);
  };
  for (let atMs = random() * COMPARE_EVERY_MS; atMs < untilMs; atMs += COMPARE_EVERY_MS) sends.push(atMs);
  for (let atMs = pause(random); atMs < untilMs; atMs += pause(random)) {
    // The first services are asked for most.
    const service = Math.min(SERVICES - 1, Math.floor(SERVICES * random() ** 2));
    const ahead = random() < SOON ? Math.floor(random() * 2) : Math.floor(random() * DAYS.length);
    if (atMs >= WARM_UP_MS) counted.calls += 1;
    ask(service, ahead, atMs);
    if (random() < ASK_AGAIN) ask(service, Math.min(DAYS.length - 1, ahead + 1), atMs + 20_000);
    if (random() < BOOK) {
      if (atMs >= WARM_UP_MS) counted.bookings += 1;
      sends.push(atMs + 40_000);
      dirty.add(service);
    }
  }
  return sends.filter((atMs) => atMs >= WARM_UP_MS && atMs < untilMs).sort((one, other) => one - other);
}

/** Callers know nothing of each other: the time to the next one has no memory. */
function pause(random: () => number): number {
  return (-Math.log(1 - random()) * HOUR_MS) / CALLS_PER_HOUR;
}

function mostInWindow(times: number[]): number {
  times.sort((one, other) => one - other);
  let most = 0;
  for (let from = 0, to = 0; to < times.length; to++) {
    while ((times[from] ?? 0) <= (times[to] ?? 0) - WINDOW_MS) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

/** The same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
