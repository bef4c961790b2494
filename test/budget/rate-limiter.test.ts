import { environment } from '../../src/config';
import { RateLimited } from '../../src/errors';
import type { SendPermit } from '../../src/services/calcom-api-rate-limiter';
import { sendRules } from '../../src/services/calcom/calcom-budget';
import type { Priority } from '../../src/services/calcom/calcom-ports';
import { OPTIONS } from './support/fleet-simulation';
import { makeFleet } from './support/limiter-fleet';

const answer = (over: Partial<Parameters<SendPermit['observe']>[0]> = {}) => ({
  status: 200,
  rateLimit: null,
  retryAfterMs: null,
  ...over,
});

test('the default budget is 118 in 61 s, of which reads may fill 100 and background work 60', () => {
  const rules = sendRules(OPTIONS);
  expect([rules.cap, rules.booking.windowLimit, rules.live.restLimit, rules.background.windowLimit]).toEqual([
    118, 118, 100, 60,
  ]);
  expect(rules.live.windowLimit).toBe(109);
  expect([rules.booking.paceLimit, rules.live.paceLimit, rules.background.paceLimit]).toEqual([10, 8, 5]);
});

test('with nothing configured no two seconds hold the twenty requests for which accounts were locked', () => {
  const burst = environment.CALCOM_BURST_PER_SECOND.parse(undefined);
  expect(2 * sendRules({ ...OPTIONS, burstPerSecond: burst }).booking.paceLimit).toBeLessThan(20);
});

test('other limits keep the proportions, and the smallest one still has a place for every class', () => {
  expect(sendRules({ ...OPTIONS, limitPerMinute: 500 }).live.restLimit).toBe(423);
  const least = sendRules({ ...OPTIONS, limitPerMinute: 10, backgroundSharePct: 5, burstPerSecond: 1 });
  expect([least.cap, least.background.windowLimit, least.background.paceLimit, least.live.paceLimit]).toEqual([
    8, 1, 1, 1,
  ]);
});

test('each class stops at its share, and the refusal says when to come back', async () => {
  const { fill, ask, clock } = makeFleet();
  const startMs = clock.nowMs();
  expect(await fill('background', 70)).toBe(60);
  expect(await fill('live', 60)).toBe(40);
  expect(await fill('booking', 30)).toBe(18);
  expect(await fill('live', 30)).toBe(0);
  const refusal = await ask('booking').catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(RateLimited);
  expect((refusal as RateLimited).retryAfterMs).toBe(startMs + 61_000 - clock.nowMs());
});

test('a refusal is known for a moment without asking, for requests that cannot wait longer', async () => {
  const { fill, ask, limiter, clock, logs } = makeFleet();
  const same = (priority: 'live' | 'booking', maxWaitMs: number) =>
    limiter.knownRefusal({ credential: { id: 'main' }, tenantId: 't1', priority, maxWaitMs });
  await fill('live', 100);
  expect(same('live', 0)).toBeNull();
  const refusal = await ask('live', 4000).catch((error: unknown) => error as RateLimited);
  const reserve = jest.spyOn(logs[0]!, 'reserve');
  expect(same('live', 4000)).toMatchObject({ retryAfterMs: (refusal as RateLimited).retryAfterMs });
  expect(same('live', 61_000)).toBeNull();
  expect(same('booking', 4000)).toBeNull();
  await clock.advance(251);
  expect(same('live', 4000)).toBeNull();
  expect(reserve).not.toHaveBeenCalled();
});

test('asking for a place that is free is no wait', async () => {
  const { ask, clock, logs } = makeFleet();
  const reserve = logs[0]!.reserve.bind(logs[0]);
  jest.spyOn(logs[0]!, 'reserve').mockImplementation(async (...asked) => {
    await clock.sleep(40);
    return reserve(...asked);
  });
  let waitedMs: number | null = null;
  void ask('live', 1700).then((permit) => (waitedMs = permit.waitedMs));
  for (let ms = 0; ms < 500 && waitedMs === null; ms++) await clock.advance(1);
  expect(waitedMs).toBe(0);
});

test('a place within the acceptable wait is waited for, one beyond it is refused without waiting', async () => {
  const { ask, clock } = makeFleet();
  for (let i = 0; i < 8; i++) await ask('live');
  const asked = ask('live', 1700);
  await clock.advance(0);
  await clock.advance(999);
  let done = false;
  void asked.then(() => (done = true));
  await clock.advance(0);
  expect(done).toBe(false);
  await clock.advance(1);
  expect((await asked).waitedMs).toBe(1000);
  await expect(ask('live', 200)).resolves.toBeDefined();
  for (let i = 0; i < 7; i++) await ask('live', 0).catch(() => undefined);
  await expect(ask('live', 200)).rejects.toBeInstanceOf(RateLimited);
});

test('who gives up while waiting leaves the place to others', async () => {
  const { ask, clock, server } = makeFleet();
  for (let i = 0; i < 8; i++) await ask('live');
  const stop = new AbortController();
  const asked = ask('live', 1700, 0, stop.signal);
  const gone = expect(asked).rejects.toThrow('gone');
  await clock.advance(500);
  expect(server.read().sentAtMs).toHaveLength(9);
  stop.abort(new Error('gone'));
  await gone;
  expect(server.read().sentAtMs).toHaveLength(8);
});

test('a released place is free again, an observed failure is not', async () => {
  const { ask, server } = makeFleet();
  (await ask()).release();
  (await ask()).observe(answer({ status: 500 }));
  expect(server.read().sentAtMs).toHaveLength(1);
});

test('background work waits its turn beyond the first second without holding places ahead', async () => {
  const { ask, clock, server } = makeFleet();
  const asked = Array.from({ length: 12 }, () => ask('background', 10_000));
  await clock.advance(0);
  expect(server.read().sentAtMs.length).toBeLessThanOrEqual(10);
  await clock.advance(4000);
  await Promise.all(asked);
  expect(server.read().sentAtMs).toHaveLength(12);
});

test('a 429 stops every process for as long as Cal.com says, and raises one alarm', async () => {
  const { ask, clock, logger } = makeFleet(2);
  const [first, second] = [await ask('live'), await ask('live')];
  first.observe(
    answer({ status: 429, rateLimit: { limit: 120, remaining: 0, resetMs: 30_000 }, retryAfterMs: 20_000 }),
  );
  second.observe(answer({ status: 429, rateLimit: { limit: 120, remaining: 0, resetMs: 30_000 } }));
  await clock.advance(0);
  for (const process of [0, 1]) {
    await expect(ask('booking', 5000, process)).rejects.toMatchObject({ retryAfterMs: 30_000 });
  }
  expect(logger.at('error')).toEqual(['Cal.com throttles this key; nothing is sent until the block ends']);
  await clock.advance(30_000);
  await expect(ask('booking', 0, 1)).resolves.toBeDefined();
});

test('a 429 that says nothing blocks for a minute', async () => {
  const { ask } = makeFleet();
  (await ask()).observe(answer({ status: 429 }));
  await expect(ask('booking', 5000)).rejects.toMatchObject({ retryAfterMs: 60_000 });
});

test('a block that begins while others wait for their place takes the places back', async () => {
  const { ask, clock, server } = makeFleet(2);
  const first = await ask('live', 0, 0);
  for (let i = 0; i < 7; i++) await ask('live', 0, 0);
  const waiting = ask('live', 1700, 1);
  const refused = expect(waiting).rejects.toMatchObject({ retryAfterMs: 39_000 });
  await clock.advance(0);
  first.observe(answer({ status: 429, retryAfterMs: 40_000 }));
  await clock.advance(1000);
  await refused;
  expect(server.read().sentAtMs).toHaveLength(8);
});

test('when another program uses the key, what Cal.com says is left is all that is sent until its window ends', async () => {
  const { ask, clock } = makeFleet(2);
  (await ask('live', 0, 0)).observe(answer({ rateLimit: { limit: 120, remaining: 20, resetMs: 40_000 } }));
  await clock.advance(1);
  for (const process of [0, 1]) await expect(ask('live', 0, process)).resolves.toBeDefined();
  await expect(ask('live', 1000, 0)).rejects.toMatchObject({ retryAfterMs: 39_999 });
  await expect(ask('booking', 0, 1)).resolves.toBeDefined();
  await clock.advance(40_000);
  await expect(ask('live', 0, 1)).resolves.toBeDefined();
});

test('reads and background work go on where Cal.com allows far less than is configured', async () => {
  const { ask, clock } = makeFleet(1, { limitPerMinute: 2000, burstPerSecond: 100 });
  (await ask()).observe(answer({ rateLimit: { limit: 120, remaining: 119, resetMs: 60_000 } }));
  await clock.advance(1);
  await expect(ask('live')).resolves.toBeDefined();
  await expect(ask('background')).resolves.toBeDefined();
});

test('a remainder that our own sends explain changes nothing', async () => {
  const { ask, server } = makeFleet();
  await ask();
  (await ask()).observe(answer({ rateLimit: { limit: 120, remaining: 118, resetMs: 50_000 } }));
  expect(server.read().hint).toBeNull();
});

test('an operator’s reset lifts blocks and keeps what was sent', async () => {
  const { ask, limiter, server } = makeFleet();
  (await ask()).observe(answer({ status: 429 }));
  await limiter.reset('main');
  await expect(ask()).resolves.toBeDefined();
  expect(server.read().sentAtMs).toHaveLength(2);
});

test('a promise that comes too late to be kept is given back and reserved again', async () => {
  const { ask, clock, server, logs } = makeFleet();
  const log = logs[0]!;
  const reserve = log.reserve.bind(log);
  jest.spyOn(log, 'reserve').mockImplementationOnce(async (key, request) => {
    const decision = await reserve(key, request);
    await clock.sleep(3000);
    return decision;
  });
  const asked = ask('booking');
  await clock.advance(0);
  await clock.advance(3000);
  await asked;
  expect(server.read().sentAtMs).toEqual([clock.nowMs()]);
});

test('alone without the log a process goes on with its own exact count, and says so once', async () => {
  const { ask, fill, clock, server, logger, limiter } = makeFleet();
  expect(await fill('live', 50)).toBe(50);
  server.state = 'down';
  expect(await fill('live', 80)).toBe(50);
  expect(await fill('booking', 30)).toBe(18);
  await expect(ask('booking')).rejects.toBeInstanceOf(RateLimited);
  expect(logger.at('warn')).toEqual(['the shared request budget is away; keeping to a safe share of it']);
  expect((await limiter.status())[0]).toMatchObject({ mode: 'local', requests_last_60s: 118 });
  server.state = 'up';
  await clock.advance(300);
  await ask('booking').catch(() => undefined);
  await clock.advance(0);
  expect(server.read().sentAtMs).toHaveLength(118);
  expect(logger.at('info')).toEqual(['the shared request budget is back']);
});

test('in a fleet of four each process keeps to a quarter while the log is away, bookings included', async () => {
  const { ask, warmUp, server, limiters, clock } = makeFleet(4);
  await warmUp();
  server.state = 'down';
  await Promise.all(limiters.map((limiter) => limiter.refresh()));
  const granted = async (priority: Priority, process: number): Promise<number> =>
    ask(priority, 0, process).then(
      () => 1,
      () => 0,
    );
  let reads = 0;
  const bookings = [0, 0, 0, 0];
  for (let second = 0; second < 45; second++) {
    for (const process of [0, 1, 2, 3]) {
      reads += await granted('live', process);
      if (second % 5 === 0) bookings[process]! += await granted('booking', process);
    }
    await clock.advance(1000);
  }
  // Ten sends may be unknown from the moment of the loss: a quarter of what is left is 22 reads and 27 in all.
  expect(reads + bookings.reduce((sum, count) => sum + count, 0)).toBe(4 * 27);
  for (const count of bookings) expect(count).toBeGreaterThanOrEqual(5);
});

test('what others may have sent before a loss is not sent again', async () => {
  const { fill, ask, warmUp, server, clock } = makeFleet(2);
  await warmUp();
  await ask('live', 0, 0);
  await clock.advance(5000);
  server.state = 'down';
  // Unseen for five seconds at ten a second: 60 may be gone, its own one among them; half of the other 58 is free.
  expect(await fill('booking', 60, 0)).toBe(29);
});

test('an emptied log is trusted only together with what the process itself remembers', async () => {
  const { fill, server, limiter } = makeFleet();
  expect(await fill('live', 90)).toBe(90);
  server.forget();
  expect(await fill('live', 90)).toBe(10);
  expect((await limiter.status())[0]).toMatchObject({ mode: 'cold' });
});

test('a first start on an empty log may send at once', async () => {
  const { ask, limiter } = makeFleet(4);
  await expect(ask('live')).resolves.toBeDefined();
  expect((await limiter.status())[0]).toMatchObject({ mode: 'cold', requests_last_60s: 1 });
});

test('a log that comes back without its last moments gets what was sent', async () => {
  const { ask, server, logs, clock } = makeFleet();
  await ask();
  await clock.advance(500);
  await ask();
  server.forget(clock.nowMs() - 100);
  logs[0]!.connection++;
  await ask();
  expect(server.read().sentAtMs).toHaveLength(3);
});

test('a process that has nothing to ask tells it all the same: the others must count what it sent', async () => {
  const { ask, limiter, server, logs, clock } = makeFleet(2);
  await ask();
  server.forget(clock.nowMs() - 100);
  logs[0]!.connection++;
  await limiter.refresh();
  expect(server.read().sentAtMs).toHaveLength(1);
});

test('a shared clock set forward makes no room', async () => {
  const { fill, warmUp, server, clock, logger } = makeFleet();
  await warmUp();
  expect(await fill('live', 100)).toBe(100);
  await clock.advance(100);
  server.clockOffsetMs += 55_000;
  expect(await fill('live', 100)).toBe(0);
  expect(logger.at('warn')).toEqual(['the shared clock was set forward; keeping to a safe share for a window']);
});

test('keys do not share a budget', async () => {
  const { fill, limiter } = makeFleet();
  expect(await fill('booking', 118)).toBe(118);
  await expect(
    limiter.acquire({ credential: { id: 'other' }, tenantId: 't1', priority: 'booking', maxWaitMs: 0 }),
  ).rejects.toBeDefined();
});

test('minute counters carry the source’s name for the main key and the key’s id for others', async () => {
  const { ask, counters, limiter } = makeFleet();
  (await ask()).sending();
  (await limiter.acquire({ credential: { id: 'other' }, tenantId: 't1', priority: 'live', maxWaitMs: 0 })).sending();
  expect([...counters.counts]).toEqual([
    ['calcom_api_rate_limit:2026-11-24-08-00', 1],
    ['calcom_api_rate_limit:other:2026-11-24-08-00', 1],
  ]);
});

test.each([
  [10, 'ok', 108, 8.33],
  [100, 'warning', 18, 83.33],
  [125, 'exceeded', 0, 104.17],
])('the status of %i requests this minute is %s', async (count, status, remaining, utilization) => {
  const { limiter, counters } = makeFleet();
  counters.counts.set('calcom_api_rate_limit:2026-11-24-08-00', count);
  expect(await limiter.status(['main'])).toEqual([
    {
      key: 'main',
      main: true,
      current_minute: '2026-11-24-08-00',
      requests_this_minute: count,
      requests_last_60s: 0,
      limit: 120,
      remaining,
      utilization_pct: utilization,
      status,
      blocked_until: null,
      mode: 'cold',
    },
  ]);
});

test('the status shows until when Cal.com blocks the key', async () => {
  const { ask, limiter, clock } = makeFleet();
  (await ask()).observe(answer({ status: 429 }));
  await clock.advance(20_000);
  expect((await limiter.status())[0]).toMatchObject({ blocked_until: '2026-11-24T08:01:00.000Z' });
});
