import fc from 'fast-check';
import { answerHeaders, rateLimitOf } from '../../src/calcom/answer-headers';

test('reads the default set, whatever the case of its names, in milliseconds', () => {
  const headers = answerHeaders({
    'X-RateLimit-Limit-Default': '120',
    'X-RATELIMIT-Remaining-Default': '99',
    'x-ratelimit-reset-default': 42,
  });
  expect(rateLimitOf(headers)).toEqual({ limit: 120, remaining: 99, resetMs: 42_000 });
});

test('reads headers without a suffix as well', () => {
  expect(rateLimitOf(answerHeaders({ 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': '1' }))).toEqual({
    limit: null,
    remaining: 3,
    resetMs: 1000,
  });
});

test('knows nothing when no remainder is named or it is no number', () => {
  expect(rateLimitOf(answerHeaders({ 'x-ratelimit-limit-default': '120' }))).toBeNull();
  expect(rateLimitOf(answerHeaders({ 'x-ratelimit-remaining-default': 'many' }))).toBeNull();
  expect(rateLimitOf(answerHeaders({ 'x-ratelimited': '1' }))).toBeNull();
});

test('of several sets the one with the smallest remainder decides, with its own limit and reset', () => {
  const set = fc.record({ limit: fc.nat(1000), remaining: fc.nat(500), reset: fc.nat(60) });
  fc.assert(
    fc.property(fc.array(set, { minLength: 1, maxLength: 6 }), (sets) => {
      const raw = Object.fromEntries(
        sets.flatMap(({ limit, remaining, reset }, index) => [
          [`X-RateLimit-Limit-Set${index}`, String(limit)],
          [`X-RateLimit-Remaining-Set${index}`, String(remaining)],
          [`X-RateLimit-Reset-Set${index}`, String(reset)],
        ]),
      ) as Record<string, string>;
      const found = rateLimitOf(answerHeaders(raw));
      expect(found?.remaining).toBe(Math.min(...sets.map(({ remaining }) => remaining)));
      expect(sets.map(({ limit, remaining, reset }) => ({ limit, remaining, resetMs: reset * 1000 }))).toContainEqual(
        found,
      );
    }),
  );
});
