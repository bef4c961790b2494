import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { luaScripts, type RedisConnections } from '../../src/infra/redis';
import { RedisSendLog } from '../../src/infra/redis-send-log';
import {
  ASKING_MS,
  FAVOURED_OWNER,
  REORDER_MS,
  sendRules,
  WINDOW_MS,
  type SendLog,
} from '../../src/services/calcom/calcom-budget';
import { MemoryLogServer, MemorySendLog } from './support/memory-send-log';
import { mostIn, OPTIONS } from './support/fleet-simulation';
import { testRedis } from '../support/servers';
import type { SendRequest } from '../../src/infra/redis-send-log';

let redis: RedisConnections;
/** On invented time, see `nowMs`. */
let driven: RedisSendLog;
let nowMs = 0;
beforeAll(async () => {
  redis = await testRedis();
  driven = new RedisSendLog(redis, { ...settings, nowMs: () => nowMs });
});
afterAll(() => redis.close());

const settings = {
  prefix: 'calcom:budget',
  windowMs: WINDOW_MS,
  askingMs: ASKING_MS,
  reorderMs: REORDER_MS,
  favoured: FAVOURED_OWNER,
};
const RULES = sendRules(OPTIONS);
const request = (over: Partial<SendRequest> = {}): SendRequest => ({
  ...RULES.live,
  id: randomUUID(),
  owner: 'live:t1',
  notBeforeMs: 0,
  maxWaitMs: 0,
  ...over,
});

type Step =
  | {
      kind: 'reserve';
      afterMs: number;
      priority: 'booking' | 'live' | 'background';
      tenant: number;
      notBeforeMs: number;
      maxWaitMs: number;
      times: number;
    }
  | { kind: 'release'; afterMs: number; which: number }
  | { kind: 'restore'; afterMs: number; ages: number[]; coldForMs: number; which: number }
  | { kind: 'block'; afterMs: number; blockMs: number }
  | { kind: 'hint'; afterMs: number; ageMs: number; remaining: number; resetMs: number }
  | { kind: 'clear' | 'read'; afterMs: number };

const afterMs = fc.oneof(
  fc.integer({ min: 0, max: 40 }),
  fc.integer({ min: 0, max: 3000 }),
  fc.integer({ min: 0, max: 70_000 }),
);
const reserve = fc.record({
  kind: fc.constant('reserve' as const),
  afterMs,
  priority: fc.constantFrom('booking' as const, 'live' as const, 'background' as const),
  tenant: fc.integer({ min: 0, max: 3 }),
  notBeforeMs: fc.constantFrom(0, 0, 0, 300),
  maxWaitMs: fc.constantFrom(0, 500, 1700, 65_000),
  times: fc.constantFrom(1, 3, 12, 40),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: reserve },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), afterMs, which: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('restore' as const),
      afterMs,
      ages: fc.array(fc.integer({ min: -2000, max: 61_000 }), { maxLength: 5 }),
      coldForMs: fc.constantFrom(0, 0, 61_000),
      which: fc.nat(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('block' as const),
      afterMs,
      blockMs: fc.integer({ min: 1, max: 61_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('hint' as const),
      afterMs,
      ageMs: fc.integer({ min: 0, max: 3000 }),
      remaining: fc.integer({ min: 0, max: 119 }),
      resetMs: fc.integer({ min: 1, max: 60_000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('clear' as const, 'read' as const), afterMs }) },
);

test('the scripts on Redis and the in-memory log give the same answer to everything', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      nowMs = Date.parse('2026-11-24T08:00:00Z');
      const real: SendLog = driven;
      const model: SendLog = new MemorySendLog(new MemoryLogServer(() => nowMs));
      const key = randomUUID();
      const names: { owner: string; id: string }[] = [];
      const named = (which: number) => names[which % Math.max(1, names.length)] ?? { owner: 'live:t0', id: 'nobody' };
      const both = async (ask: (log: SendLog) => Promise<unknown>): Promise<void> => {
        const answer = await ask(real);
        expect(answer).toEqual(await ask(model));
      };
      for (const action of steps) {
        nowMs += action.afterMs;
        if (action.kind === 'reserve') {
          for (let i = 0; i < action.times; i++) {
            const { priority, notBeforeMs, maxWaitMs } = action;
            const asked = request({
              ...RULES[priority],
              id: `i${names.length}`,
              owner: `${priority}:t${action.tenant}`,
              notBeforeMs,
              maxWaitMs,
            });
            names.push(asked);
            await both((log) => log.reserve(key, asked));
          }
        } else if (action.kind === 'release')
          await both((log) => log.release(key, named(action.which).owner, named(action.which).id));
        else if (action.kind === 'restore') {
          const sent = action.ages.map((ageMs, i) => ({
            ...(i % 2 ? named(action.which + i) : { owner: 'live:t9', id: `r${i}` }),
            ageMs,
          }));
          await both((log) =>
            log.restore(key, {
              sent: sent.map(({ owner, id, ageMs }) => ({ owner, id, ageMs })),
              neverSent: [named(action.which)],
              coldForMs: action.coldForMs,
            }),
          );
        } else if (action.kind === 'block') await both((log) => log.note(key, { blockMs: action.blockMs, hint: null }));
        else if (action.kind === 'hint') {
          const { remaining, resetMs, ageMs } = action;
          await both((log) => log.note(key, { blockMs: 0, hint: { fromMs: nowMs - ageMs, remaining, resetMs } }));
        } else if (action.kind === 'clear') await both((log) => log.clearLimits(key));
        await both((log) => log.read(key));
      }
    }),
    { numRuns: 300 },
  );
});

test('on Redis no schedule puts more than the cap into a window, or reads beyond their share', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(reserve, { minLength: 5, maxLength: 30 }), async (steps) => {
      nowMs = Date.parse('2026-11-24T08:00:00Z');
      const key = randomUUID();
      const sends: { atMs: number; priority: string }[] = [];
      for (const { priority, tenant, times, maxWaitMs, ...action } of steps) {
        nowMs += action.afterMs;
        const answers = await Promise.all(
          Array.from({ length: times }, () =>
            driven.reserve(key, request({ ...RULES[priority], owner: `${priority}:t${tenant}`, maxWaitMs })),
          ),
        );
        for (const { granted, waitMs, view } of answers)
          if (granted) sends.push({ atMs: view.nowMs + waitMs, priority });
      }
      const times = (of: string[]): number[] =>
        sends.filter((send) => of.includes(send.priority)).map((send) => send.atMs);
      expect(mostIn(times(['booking', 'live', 'background']), WINDOW_MS)).toBeLessThanOrEqual(118);
      expect(mostIn(times(['live', 'background']), WINDOW_MS)).toBeLessThanOrEqual(100);
      expect(mostIn(times(['background']), WINDOW_MS)).toBeLessThanOrEqual(60);
      expect(mostIn(times(['booking', 'live', 'background']), 1000)).toBeLessThanOrEqual(10);
    }),
    { numRuns: 150 },
  );
});

test('many processes asking at one instant share one log, on the server’s own clock', async () => {
  const logs = Array.from({ length: 4 }, () => new RedisSendLog(redis, settings));
  const key = randomUUID();
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, i) => logs[i % 4]!.reserve(key, request({ maxWaitMs: 60_000 }))),
  );
  const times = answers.filter((answer) => answer.granted).map((answer) => answer.view.nowMs + answer.waitMs);
  expect(times).toHaveLength(100);
  expect(mostIn(times, 1000)).toBe(8);
  expect((await logs[0]!.read(key)).sentAtMs).toHaveLength(100);
});

test('a place asked for twice under one name counts once, and a released one is free again', async () => {
  const log = new RedisSendLog(redis, settings);
  const key = randomUUID();
  const asked = request();
  await log.reserve(key, asked);
  await log.reserve(key, asked);
  expect((await log.read(key)).sentAtMs).toHaveLength(1);
  await log.release(key, asked.owner, asked.id);
  expect((await log.read(key)).sentAtMs).toHaveLength(0);
});

test('a fresh or emptied log says that it is cold for one window, and restoring it fills in what is known', async () => {
  const log = new RedisSendLog(redis, settings);
  const key = randomUUID();
  const first = await log.reserve(key, request());
  expect(first.view.coldUntilMs - first.view.nowMs).toBe(WINDOW_MS);
  await redis.commands.del(`calcom:budget:{${key}}:log`);
  await log.restore(key, {
    sent: [
      { owner: 'live:t1', id: 'a', ageMs: 5000 },
      { owner: 'live:t1', id: 'b', ageMs: -200 },
    ],
    neverSent: [],
    coldForMs: 0,
  });
  await log.restore(key, { sent: [{ owner: 'live:t1', id: 'a', ageMs: 5000 }], neverSent: [], coldForMs: 0 });
  const view = await log.read(key);
  expect(view.sentAtMs).toHaveLength(2);
  expect(view.coldUntilMs).toBeGreaterThan(view.nowMs);
});

test('every key of a log lies in one cluster slot and expires', async () => {
  const log = new RedisSendLog(redis, settings);
  const key = randomUUID();
  await log.reserve(key, request());
  await log.note(key, { blockMs: 1000, hint: null });
  const names = ['log', 'limits', 'askers'].map((part) => `calcom:budget:{${key}}:${part}`);
  for (const name of names) expect(await redis.commands.pttl(name)).toBeGreaterThan(0);
});

test('every script names as many keys as its file says and explains itself', () => {
  const folder = path.join(__dirname, '../../src/infra/lua');
  const own = /^(reserveSend|readSends|restoreSends|noteSendLimits|circuit\w+)-/;
  const files = readdirSync(folder).filter((file) => own.test(file));
  expect(files).toHaveLength(7);
  for (const file of files) {
    const text = readFileSync(path.join(folder, file), 'utf8');
    const highest = Math.max(...[...text.matchAll(/KEYS\[(\d+)\]/g)].map((match) => Number(match[1])));
    expect(`${file} ${highest}`).toBe(`${file} ${luaScripts(folder)[file.split('-')[0]!]!.numberOfKeys}`);
    expect(text).toMatch(/^-- Purpose: .*\n(--.*\n)*-- KEYS\[1\].*\n(--.*\n)*-- RETURN /);
  }
});
