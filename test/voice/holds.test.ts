import fc from 'fast-check';
import type { Service } from '../../src/domain';
import { HoldView, type Hold } from '../../src/services/availability/holds';

const MINUTE_MS = 60_000;
const hold = (kind: Hold['kind']): fc.Arbitrary<Hold> =>
  fc
    .record({
      owner: fc.constantFrom('me', 'anna', 'ben'),
      startMinute: fc.integer({ min: 0, max: 600 }),
      minutes: fc.integer({ min: 1, max: 200 }),
      resources: fc.subarray([1, 2, 3]),
    })
    .map(({ owner, startMinute, minutes, resources }) => ({
      token: 't',
      owner,
      kind,
      startMs: startMinute * MINUTE_MS,
      endMs: (startMinute + minutes) * MINUTE_MS,
      resources,
      untilMs: 0,
    }));
const service = fc
  .record({ hostIds: fc.subarray([1, 2, 3]), durationMinutes: fc.integer({ min: 1, max: 200 }) })
  .map((some) => ({ seats: 1, ...some }) as Service);

test('a start was offered to others exactly when something kept for another caller overlaps it on a host it could have', () => {
  fc.assert(
    fc.property(
      fc.array(hold('offer'), { maxLength: 12 }),
      fc.array(hold('reservation'), { maxLength: 3 }),
      service,
      fc.integer({ min: 0, max: 700 }),
      (offers, reservations, wanted, startMinute) => {
        const startMs = startMinute * MINUTE_MS;
        const endMs = startMs + wanted.durationMinutes * MINUTE_MS;
        const expected = [...offers, ...reservations].some(
          (one) =>
            one.owner !== 'me' &&
            one.startMs < endMs &&
            startMs < one.endMs &&
            (one.resources.length === 0 ||
              wanted.hostIds.length === 0 ||
              one.resources.some((id) => wanted.hostIds.includes(id))),
        );
        expect(new HoldView(reservations, offers, 'me').offeredToOthers(wanted, startMs)).toBe(expected);
      },
    ),
    { numRuns: 2000 },
  );
});
