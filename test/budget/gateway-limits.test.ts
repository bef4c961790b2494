import { RateLimited } from '../../src/errors';
import { CalcomApiRateLimiter } from '../../src/services/calcom-api-rate-limiter';
import type { SendLog } from '../../src/services/calcom/calcom-budget';
import type { Priority } from '../../src/services/calcom/calcom-ports';
import { GatewayLimits } from '../../src/services/calcom/gateway-limits';
import { FakeClock } from '../support/fake-clock';
import { mostIn, OPTIONS } from './support/fleet-simulation';
import { MemoryLogServer } from './support/memory-send-log';
import { RecordingLog } from './support/recording-log';

const quiet = { increment: () => Promise.resolve(), read: () => Promise.resolve(0) };

/** One gateway with an exact log for each name, as on Redis. */
function gateway(options: { logIsAway?: boolean; fleetSize?: number } = {}) {
  const clock = new FakeClock();
  const servers = new Map<string, MemoryLogServer>();
  const serverOf = (key: string): MemoryLogServer => {
    const server = servers.get(key) ?? new MemoryLogServer(() => clock.monotonicMs());
    servers.set(key, server);
    return server;
  };
  const asked = async <T>(key: string, ask: (server: MemoryLogServer) => T): Promise<T> => {
    if (options.logIsAway) throw new Error('the log is away');
    return ask(serverOf(key));
  };
  const log: SendLog = {
    connection: 0,
    reserve: (key, request) => asked(key, (server) => server.reserve(request)),
    release: (key, owner, id) => asked(key, (server) => server.release(owner, id)),
    read: (key) => asked(key, (server) => server.read()),
    restore: (key, knowledge) => asked(key, (server) => server.restore(knowledge)),
    note: (key, limits) => asked(key, (server) => server.note(limits)),
    clearLimits: (key) => asked(key, (server) => server.clearLimits()),
  };
  const budget = { ...OPTIONS, burstPerSecond: 9, fleetSize: options.fleetSize ?? 1 };
  const keys = new CalcomApiRateLimiter({ log, counters: quiet, clock, logger: new RecordingLog() }, budget);
  const limits = new GatewayLimits({ log, keys, clock }, { ...budget, addressBurstPerSecond: 18 });
  const sent: { key: string; priority: Priority; atMs: number }[] = [];
  let refused = 0;
  return {
    clock,
    sent,
    refused: () => refused,
    async ask(key: string, priority: Priority, tenantId: string, operator?: string): Promise<boolean> {
      try {
        const request = { credential: { id: key }, tenantId, priority, maxWaitMs: 3000 };
        await limits.acquire({ ...request, ...(operator ? { operator } : {}) });
        sent.push({ key, priority, atMs: clock.monotonicMs() });
        return true;
      } catch (error) {
        expect(error).toBeInstanceOf(RateLimited);
        refused++;
        return false;
      }
    },
    async until(ms: number, stepMs = 50): Promise<void> {
      for (let passedMs = 0; passedMs < ms; passedMs += stepMs) await clock.advance(stepMs);
    },
    timesOf: (priority?: Priority) =>
      sent.filter((one) => !priority || one.priority === priority).map(({ atMs }) => atMs),
  };
}

test('a caller with a new key each time gets no more of one address, and no more than one token’s part', async () => {
  const g = gateway();
  for (let round = 0; round < 20; round++) {
    for (let n = 0; n < 6; n++) void g.ask(`tried-${round}-${n}`, 'operator', 'a', 'token:a');
    await g.until(1000);
  }
  expect(mostIn(g.timesOf(), 1000)).toBeLessThanOrEqual(9);
  expect(g.sent.length).toBe(Math.floor(118 * 0.35));
  expect(g.sent.length + g.refused()).toBe(120);
});

test('operators of many tokens leave callers of the same key more than half of it', async () => {
  const g = gateway();
  for (let round = 0; round < 40; round++) {
    for (let n = 0; n < 4; n++) void g.ask('shared', 'operator', 'a', `token:${n}`);
    await g.until(500);
  }
  const operators = g.timesOf('operator').length;
  expect(operators).toBe(Math.floor(118 * 0.45));
  for (let n = 0; n < 47; n++) {
    const place = g.ask('shared', 'live', 'b');
    await g.until(500);
    expect(await place).toBe(true);
  }
});

test('callers of many keys leave one address at its pace, and bookings find the places that reads leave', async () => {
  const g = gateway();
  for (let round = 0; round < 10; round++) {
    for (let n = 0; n < 40; n++) void g.ask(`key-${n}`, 'live', `company-${n}`);
    for (let n = 0; n < 2; n++) void g.ask(`key-${n}`, 'booking', `company-${n}`);
    await g.until(500);
  }
  await g.until(4000);
  expect(mostIn(g.timesOf(), 1000)).toBeLessThanOrEqual(18);
  expect(mostIn(g.timesOf('live'), 1000)).toBeLessThanOrEqual(14);
  expect(g.timesOf('booking')).toHaveLength(20);
});

test('without the shared log each process keeps to its part of both', async () => {
  const g = gateway({ logIsAway: true, fleetSize: 3 });
  for (let round = 0; round < 20; round++) {
    for (let n = 0; n < 6; n++) void g.ask(`tried-${round}-${n}`, 'operator', 'a', 'token:a');
    await g.until(1000);
  }
  expect(mostIn(g.timesOf(), 1000)).toBeLessThanOrEqual(3);
  expect(g.sent.length).toBeLessThanOrEqual(Math.floor(Math.floor(118 * 0.35) / 3));
  expect(g.sent.length).toBeGreaterThan(3);
});

test('a refused place is given back everywhere', async () => {
  const g = gateway();
  // The key's own budget for operators is spent by callers, so that only the log of the token has places.
  for (let n = 0; n < 85; n++) {
    void g.ask('full', 'live', `company-${n % 7}`);
    await g.until(200);
  }
  for (let n = 0; n < 60; n++) expect(await g.ask('full', 'operator', 'a', 'token:a')).toBe(false);
  let granted = 0;
  for (let n = 0; n < 41; n++) {
    const place = g.ask('free', 'operator', 'a', 'token:a');
    await g.until(300);
    if (await place) granted++;
  }
  expect(granted).toBe(41);
});
