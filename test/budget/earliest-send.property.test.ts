import fc from 'fast-check';
import { earliestSend, type KnownSend } from '../../src/services/calcom/local-budget';
import { mostIn } from './support/fleet-simulation';
import type { SendRules } from '../../src/infra/redis-send-log';

const WINDOW_MS = 610;
const PACE_MS = 50;

/** Times the rule itself could have produced: no window of `windowMs` holds more than `limit`. */
const lawful = fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 40 }).map((times) => {
  const kept: number[] = [];
  for (const atMs of times) if (mostIn([...kept, atMs], WINDOW_MS) <= 12) kept.push(atMs);
  return kept.sort((a, b) => a - b);
});

const rules = (windowLimit: number, paceLimit: number): SendRules => ({
  windowMs: WINDOW_MS,
  windowLimit,
  restLimit: 0,
  paceMs: PACE_MS,
  paceLimit,
  hintReserve: 0,
  fairFrom: 0,
});

const situation = (times: number[], weight = 1) => ({
  sends: times.map((atMs): KnownSend => ({ atMs, owner: 'a' })),
  blockedUntilMs: 0,
  hint: null,
  askers: 1,
  reorderMs: 10,
  weight,
});

/** What the rules say, word for word: no window that holds the new send may hold more than the limit. */
function fits(atMs: number, times: number[], windowMs: number, limit: number): boolean {
  const near = times.filter((other) => Math.abs(other - atMs) < windowMs);
  return [...near, atMs].every((startMs) => {
    if (startMs > atMs || atMs - startMs >= windowMs) return true;
    return near.filter((other) => other >= startMs && other < startMs + windowMs).length + 1 <= limit;
  });
}

test('the found moment keeps every window that holds it, and no earlier one does', () => {
  fc.assert(
    fc.property(
      lawful,
      fc.integer({ min: 0, max: 2000 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 6 }),
      (times, startMs, windowLimit, paceLimit) => {
        const atMs = earliestSend(startMs, 'a', rules(windowLimit, paceLimit), situation(times));
        const ok = (ms: number): boolean =>
          fits(ms, times, WINDOW_MS, windowLimit) && fits(ms, times, PACE_MS, paceLimit);
        expect(ok(atMs)).toBe(true);
        for (let earlierMs = startMs; earlierMs < atMs; earlierMs++) expect(ok(earlierMs)).toBe(false);
      },
    ),
    { numRuns: 300 },
  );
});

test('a send that stands for several is found where several would fit at once', () => {
  fc.assert(
    fc.property(lawful, fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 2, max: 4 }), (times, startMs, weight) => {
      const atMs = earliestSend(startMs, 'a', rules(12, 12), situation(times, weight));
      const all = [...times, ...new Array<number>(weight).fill(atMs)];
      expect(mostIn(all, WINDOW_MS)).toBeLessThanOrEqual(12);
    }),
    { numRuns: 300 },
  );
});

test('there is no moment for a share of nothing', () => {
  expect(earliestSend(0, 'a', rules(3, 10), situation([], 4))).toBe(Number.POSITIVE_INFINITY);
});

test('what is kept for bookings is not used up by reads, and what bookings used of it does not slow the reads', () => {
  const sends = (reads: number, bookings: number): KnownSend[] =>
    Array.from({ length: reads + bookings }, (_, atMs) => ({ atMs, owner: atMs < reads ? 'live:a' : 'booking:a' }));
  const read = { ...rules(11, 50), restLimit: 8 };
  const at = (reads: number, bookings: number): number =>
    earliestSend(50, 'live:a', read, { ...situation([]), sends: sends(reads, bookings) });
  expect(at(7, 3)).toBe(50);
  expect(at(8, 0)).toBe(WINDOW_MS);
  expect(at(8, 3)).toBe(WINDOW_MS);
  expect(at(5, 6)).toBe(WINDOW_MS);
});

test('a block and a spent remainder are waited out', () => {
  const base = situation([100, 110, 120]);
  expect(earliestSend(130, 'a', rules(10, 10), { ...base, blockedUntilMs: 900 })).toBe(900);
  const hint = { fromMs: 100, untilMs: 700, remaining: 2 };
  expect(earliestSend(130, 'a', rules(10, 10), { ...base, hint })).toBe(700);
  expect(earliestSend(130, 'a', rules(10, 10), { ...base, hint: { ...hint, remaining: 3 } })).toBe(130);
  expect(
    earliestSend(130, 'a', { ...rules(10, 10), hintReserve: 1 }, { ...base, hint: { ...hint, remaining: 3 } }),
  ).toBe(700);
});

test('what left shortly before the measured send counts as having arrived after it', () => {
  const base = situation([95, 100]);
  const hint = { fromMs: 100, untilMs: 700, remaining: 1 };
  expect(earliestSend(130, 'a', rules(10, 10), { ...base, hint })).toBe(700);
  expect(earliestSend(130, 'a', rules(10, 10), { ...base, hint, reorderMs: 5 })).toBe(130);
});

test('above the common part an owner keeps to its equal share while others ask', () => {
  const sends = [0, 1, 2, 3, 4, 5, 6].map((atMs) => ({ atMs, owner: atMs < 5 ? 'hog' : 'other' }));
  const fair = { ...rules(10, 10), fairFrom: 7 };
  const shared = { ...situation([]), sends, askers: 2 };
  expect(earliestSend(100, 'hog', fair, shared)).toBe(WINDOW_MS);
  expect(earliestSend(100, 'other', fair, shared)).toBe(100);
  expect(earliestSend(100, 'hog', fair, { ...shared, askers: 1 })).toBe(100);
  expect(earliestSend(100, 'hog', { ...fair, fairFrom: 8 }, shared)).toBe(100);
});

test('while others ask no owner fills a second alone', () => {
  const sends = [100, 101, 102].map((atMs) => ({ atMs, owner: 'hog' }));
  const fair = { ...rules(20, 4), fairFrom: 15 };
  expect(earliestSend(103, 'hog', fair, { ...situation([]), sends, askers: 2 })).toBe(100 + PACE_MS);
  expect(earliestSend(103, 'other', fair, { ...situation([]), sends, askers: 2 })).toBe(103);
  expect(earliestSend(103, 'hog', fair, { ...situation([]), sends, askers: 1 })).toBe(103);
});
