import fc from 'fast-check';
import { mostIn, simulate, type Demand, type Schedule, type Send } from './support/fleet-simulation';
import { schedules, verdict } from './support/schedules';

const steady = (priority: Demand['priority'], perSecond: number, tenant = 1, lastsMs = 190_000): Demand => ({
  fromMs: 0,
  forMs: lastsMs,
  perSecond,
  priority,
  tenant,
});
const calm = (over: Partial<Schedule>): Schedule => ({
  seed: 11,
  processes: 4,
  jitterMs: 500,
  demands: [],
  troubles: [],
  lastsMs: 190_000,
  ...over,
});
const of = (sends: Send[], priority: Demand['priority']): Send[] => sends.filter((send) => send.priority === priority);

test('whatever is asked and whatever happens to the log, Cal.com never sees too much in 60 s', async () => {
  await fc.assert(
    fc.asyncProperty(schedules, async (schedule) => {
      expect(await verdict(schedule)).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test.each([
  [1, 2],
  [2, 0.25],
  [4, 0.25],
])(
  '%i saturated processes with %d bookings a second use at least 105 requests in every minute',
  async (processes, bookings) => {
    const { sends } = await simulate(
      calm({ processes, demands: [steady('live', 10), steady('booking', bookings, 2), steady('background', 2, 3)] }),
    );
    const times = sends.map((send) => send.arrivesAtMs).sort((a, b) => a - b);
    for (let minute = 0; minute < 3; minute++) {
      const fromMs = times[0]! + minute * 61_000;
      expect(times.filter((atMs) => atMs >= fromMs && atMs < fromMs + 61_000).length).toBeGreaterThanOrEqual(105);
    }
    expect(mostIn(times, 60_000)).toBeLessThanOrEqual(120);
  },
);

test('a flood of reads leaves room for every booking, and a flood of background work for every read', async () => {
  const flood = await simulate(
    calm({ demands: [steady('live', 20), steady('background', 20, 3), steady('booking', 0.25, 2)] }),
  );
  expect(flood.refused.filter((refusal) => refusal.priority === 'booking')).toEqual([]);
  const warming = await simulate(calm({ demands: [steady('background', 20, 3), steady('live', 0.6, 2)] }));
  expect(warming.refused.filter((refusal) => refusal.priority === 'live')).toEqual([]);
});

test.each([62_000, 75_000, 100_000])(
  'a store that comes back empty at %d ms, while reads have filled their share, costs at most two bookings their place',
  async (atMs) => {
    const { refused } = await simulate(
      calm({
        demands: [steady('live', 20), steady('booking', 0.25)],
        troubles: [{ atMs, kind: 'restart-empty', forMs: 2000 }],
      }),
    );
    expect(refused.filter((refusal) => refusal.priority === 'booking').length).toBeLessThanOrEqual(2);
  },
);

test('ten bookings among two hundred misses at one instant all leave within two seconds', async () => {
  const at = (priority: Demand['priority'], fromMs: number, count: number): Demand => ({
    fromMs,
    forMs: 1,
    perSecond: count * 1000,
    priority,
    tenant: 1,
  });
  const { sends, refused } = await simulate(
    calm({ demands: [at('live', 1000, 200), at('booking', 1000, 10)], lastsMs: 20_000, jitterMs: 0 }),
  );
  const bookings = of(sends, 'booking');
  expect(bookings).toHaveLength(10);
  const startMs = Math.min(...sends.map((send) => send.atMs));
  expect(Math.max(...bookings.map((send) => send.atMs - startMs))).toBeLessThanOrEqual(2100);
  expect(
    mostIn(
      sends.map((send) => send.atMs),
      990,
    ),
  ).toBeLessThanOrEqual(10);
  expect(Math.max(...refused.map((refusal) => refusal.afterMs))).toBeLessThanOrEqual(50);
  expect(Math.min(...refused.map((refusal) => refusal.retryAfterMs))).toBeGreaterThan(1700);
});

test('two bursts on either side of a minute boundary stay one budget', async () => {
  const burst = (fromMs: number): Demand => ({ fromMs, forMs: 5000, perSecond: 22, priority: 'live', tenant: 1 });
  const { sends } = await simulate(calm({ demands: [burst(55_000), burst(60_000)], lastsMs: 70_000 }));
  expect(
    mostIn(
      sends.map((send) => send.arrivesAtMs),
      60_000,
    ),
  ).toBeLessThanOrEqual(100);
});

test('places within a class are given in the order of asking', async () => {
  const { sends } = await simulate(
    calm({
      processes: 1,
      jitterMs: 0,
      demands: [{ fromMs: 0, forMs: 100, perSecond: 120, priority: 'live', tenant: 1 }],
      lastsMs: 10_000,
    }),
  );
  const times = sends.map((send) => send.atMs);
  expect(times.length).toBeGreaterThan(8);
  expect(times).toEqual([...times].sort((a, b) => a - b));
});

test('a tenant that floods a shared key cannot keep another from its part', async () => {
  const { sends, refused } = await simulate(calm({ demands: [steady('live', 20, 1), steady('live', 0.4, 2)] }));
  const quiet = of(sends, 'live').filter((send) => send.tenant === 2).length;
  const refusals = refused.filter((refusal) => refusal.tenant === 2).length;
  expect(quiet / (quiet + refusals)).toBeGreaterThan(0.95);
});

test('a log that goes back a second while it is cold forgets nothing that a process knew', async () => {
  const demand = (fromMs: number, forMs: number, perSecond: number): Demand => ({
    ...{ fromMs, forMs, perSecond },
    ...{ priority: 'live', tenant: 0 },
  });
  const schedule: Schedule = {
    ...{ seed: 0, processes: 2, jitterMs: 0, lastsMs: 130_000 },
    demands: [demand(83_179, 5824, 5.1510989010989015), demand(29_004, 6774, 13.876586950103336)],
    troubles: [{ atMs: 89_002, kind: 'restart-behind', forMs: 1 }],
  };
  expect(await verdict(schedule)).toEqual([]);
});

test("a clock that is set forward while the log is cold hides no send, neither of a class nor of Cal.com's limit", async () => {
  const demand = (priority: Demand['priority'], fromMs: number, forMs: number, perSecond: number): Demand => ({
    ...{ fromMs, forMs, perSecond, priority },
    tenant: 0,
  });
  const background: Schedule = {
    ...{ seed: 0, processes: 1, jitterMs: 0, lastsMs: 130_000 },
    demands: [
      demand('background', 5322, 58_501, 1.7264662142527478),
      demand('booking', 65_822, 20_000, 4.9),
      demand('background', 19_388, 5606, 11.77310024973243),
      demand('background', 9486, 3518, 19.61341671404207),
    ],
    troubles: [{ atMs: 65_826, kind: 'clock-forward', forMs: 3000 }],
  };
  const bookings: Schedule = {
    ...{ seed: 1, processes: 2, jitterMs: 0, lastsMs: 130_000 },
    demands: [demand('booking', 5000, 65_000, 10)],
    troubles: [{ atMs: 63_500, kind: 'clock-forward', forMs: 1 }],
  };
  expect(await verdict(background)).toEqual([]);
  expect(await verdict(bookings)).toEqual([]);
});

test('while the log is away a fleet still sends, and never beyond the limit', async () => {
  for (const processes of [1, 2, 4]) {
    const { sends } = await simulate(
      calm({
        processes,
        demands: [steady('live', 5), steady('booking', 0.3, 2)],
        troubles: [{ atMs: 5000, kind: 'away', forMs: 180_000 }],
      }),
    );
    expect(
      mostIn(
        sends.map((send) => send.arrivesAtMs),
        60_000,
      ),
    ).toBeLessThanOrEqual(120);
    const startMs = Math.min(...sends.map((send) => send.atMs));
    const later = sends.filter((send) => send.atMs > startMs + 70_000 && send.atMs <= startMs + 131_000);
    expect(of(later, 'live').length).toBeGreaterThan(75);
    expect(of(later, 'booking').length).toBeGreaterThan(8);
  }
});
