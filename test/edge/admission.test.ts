import fc from 'fast-check';
import { LoopWatch } from '../../src/infra/loop-watch';
import { Admission } from '../../src/services/voice/admission';

const fill = (admission: Admission, subject: string, write = false): number => {
  let taken = 0;
  while (taken < 1000 && admission.enter(subject, write)) taken++;
  return taken;
};

test('one tenant alone does not take all places, so that the next one who rings finds one', () => {
  const admission = new Admission(100);
  expect(fill(admission, 'loud')).toBe(81);
  expect(admission.enter('quiet', false)).not.toBeNull();
});

test('the last tenth of all places is for bookings', () => {
  const admission = new Admission(100);
  for (let tenant = 0; tenant < 200; tenant++) admission.enter(`t${tenant}`, false);
  expect(admission.inWork).toBe(90);
  expect(admission.enter('new', false)).toBeNull();
  expect(fill(admission, 'booker', true)).toBe(1);
  for (let tenant = 0; tenant < 200; tenant++) admission.enter(`w${tenant}`, true);
  expect(admission.inWork).toBe(100);
});

test('above half of the capacity tenants get even shares', () => {
  const admission = new Admission(100);
  fill(admission, 'loud');
  const quiet = fill(admission, 'quiet');
  expect(quiet).toBe(9);
  // The loud one is beyond its half and gets nothing more until it is below.
  expect(admission.enter('loud', false)).toBeNull();
});

test('a tenant whose questions are beyond its share still books, while others call too', () => {
  const admission = new Admission(100);
  fill(admission, 'loud');
  fill(admission, 'quiet');
  expect(admission.enter('loud', false)).toBeNull();
  expect(fill(admission, 'loud', true)).toBe(9);
  // Not every place, though: the last one is there for another caller's booking.
  expect(admission.enter('quiet', true)).not.toBeNull();
});

test('a slow process takes fewer questions at once, and as many bookings as before', () => {
  let pressed = false;
  const admission = new Admission(100, () => pressed);
  pressed = true;
  expect(fill(admission, 'loud')).toBe(22);
  expect(admission.enter('quiet', false)).not.toBeNull();
  expect(fill(admission, 'booker', true)).toBeGreaterThan(20);
});

test('places come back exactly once', () => {
  const admission = new Admission(10);
  const leave = admission.enter('a', false)!;
  leave();
  leave();
  expect(admission.inWork).toBe(0);
});

test('never more than the capacity, and a caller with nothing in work gets in while questions have room', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 4, max: 60 }),
      fc.array(fc.record({ tenant: fc.nat(8), write: fc.boolean(), leave: fc.nat(3) }), { maxLength: 300 }),
      (capacity, steps) => {
        const admission = new Admission(capacity);
        const inside: { tenant: number; leave: () => void }[] = [];
        for (const { tenant, write, leave } of steps) {
          if (leave === 0 && inside.length > 0) inside.splice(tenant % inside.length, 1)[0]!.leave();
          const had = inside.filter((one) => one.tenant === tenant).length;
          const before = admission.inWork;
          const release = admission.enter(`t${tenant}`, write);
          if (release) inside.push({ tenant, leave: release });
          else if (had === 0) expect(before).toBeGreaterThanOrEqual(Math.floor(capacity * 0.9));
          expect(admission.inWork).toBe(inside.length);
          expect(inside.length).toBeLessThanOrEqual(capacity);
        }
      },
    ),
    { numRuns: 500 },
  );
});

describe('the watch over the event loop', () => {
  const run = (delays: number[]): boolean => {
    let nowMs = 0;
    const watch = new LoopWatch(() => nowMs);
    watch.tick();
    for (const delay of delays) {
      nowMs += 20 + delay;
      watch.tick();
    }
    return watch.pressed;
  };

  test('one long turn is no pressure, several in a row are', () => {
    expect(run([0, 300, 0, 0])).toBe(false);
    expect(run([50, 50])).toBe(false);
    expect(run([50, 50, 50])).toBe(true);
  });

  test('pressure is over a second after the last late turn', () => {
    expect(run([50, 50, 50, ...Array<number>(49).fill(0)])).toBe(true);
    expect(run([50, 50, 50, ...Array<number>(51).fill(0)])).toBe(false);
  });
});
