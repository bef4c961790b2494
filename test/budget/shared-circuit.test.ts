import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { RedisConnections } from '../../src/infra/redis';
import { RedisCircuit } from '../../src/infra/redis-circuit';
import { CIRCUIT_RULES } from '../../src/services/circuit-breaker';
import { LocalCircuit, type SharedCircuit } from '../../src/services/calcom/shared-circuit';
import { testRedis } from '../support/servers';
import type { CircuitView } from '../../src/infra/redis-circuit';

const START_MS = Date.parse('2026-11-24T08:00:00Z');
let nowMs = START_MS;
let redis: RedisConnections;
beforeAll(async () => {
  redis = await testRedis();
});
afterAll(() => redis.close());

const kinds: [string, () => SharedCircuit][] = [
  ['on Redis', () => new RedisCircuit(redis, () => nowMs)],
  ['in one process', () => new LocalCircuit({ nowMs: () => nowMs, monotonicMs: () => nowMs })],
];

describe.each(kinds)('a circuit %s', (_, create) => {
  const setUp = () => {
    nowMs = START_MS;
    const circuit = create();
    const name = randomUUID();
    const enter = (token: string | null = randomUUID()) => circuit.enter(name, token, 3000, CIRCUIT_RULES);
    const report = (generation: number, outcome: 'success' | 'fault' | 'unknown', token: string | null = null) =>
      circuit.report(name, { generation, token, outcome }, CIRCUIT_RULES);
    const open = async (): Promise<CircuitView> => {
      let view = (await enter()).view;
      for (let i = 0; i < 5; i++) view = await report(view.generation, 'fault');
      return view;
    };
    return { circuit, name, enter, report, open };
  };

  test('opens at the fifth fault in a row and says when to come back', async () => {
    const { enter, report } = setUp();
    for (let i = 0; i < 4; i++) expect(await report(0, 'fault')).toMatchObject({ state: 'closed', faults: i + 1 });
    expect(await report(0, 'fault')).toEqual({
      state: 'open',
      generation: 1,
      retryMs: 60_000,
      faults: 5,
      successes: 0,
      openedAtMs: START_MS,
      changed: true,
    });
    nowMs += 20_000;
    expect(await enter()).toMatchObject({
      verdict: 'refused',
      view: { state: 'open', retryMs: 40_000, changed: false },
    });
  });

  test('a success in between starts the count again, a result that says nothing does not', async () => {
    const { report } = setUp();
    for (let i = 0; i < 4; i++) await report(0, 'fault');
    expect(await report(0, 'unknown')).toMatchObject({ faults: 4 });
    expect(await report(0, 'success')).toMatchObject({ faults: 0 });
    for (let i = 0; i < 4; i++) expect(await report(0, 'fault')).toMatchObject({ state: 'closed' });
  });

  test('faults from before an idle minute no longer count', async () => {
    const { report } = setUp();
    for (let i = 0; i < 4; i++) await report(0, 'fault');
    nowMs += 60_000;
    expect(await report(0, 'fault')).toMatchObject({ state: 'closed', faults: 1 });
  });

  test('after a minute exactly one of many gets the probe', async () => {
    const { enter, open } = setUp();
    await open();
    nowMs += 60_000;
    const verdicts = await Promise.all(Array.from({ length: 20 }, () => enter()));
    expect(verdicts.map(({ verdict }) => verdict).sort()).toEqual(['probe', ...new Array<string>(19).fill('refused')]);
    expect(verdicts.filter(({ view }) => view.changed)).toHaveLength(1);
    expect(verdicts.find(({ verdict }) => verdict === 'refused')?.view).toMatchObject({
      state: 'half_open',
      retryMs: 3000,
    });
  });

  test('two good probes, one after the other, close it', async () => {
    const { enter, report, open } = setUp();
    await open();
    nowMs += 60_000;
    const first = await enter('a');
    expect(await report(first.view.generation, 'success', 'a')).toMatchObject({
      state: 'half_open',
      successes: 1,
      retryMs: 0,
    });
    const second = await enter('b');
    expect(second.verdict).toBe('probe');
    expect(await report(second.view.generation, 'success', 'b')).toMatchObject({
      state: 'closed',
      faults: 0,
      changed: true,
    });
    expect((await enter()).verdict).toBe('pass');
  });

  test('a bad probe opens it for another minute', async () => {
    const { enter, report, open } = setUp();
    await open();
    nowMs += 60_000;
    const { view } = await enter('a');
    expect(await report(view.generation, 'fault', 'a')).toMatchObject({
      state: 'open',
      retryMs: 60_000,
      changed: true,
    });
  });

  test('a probe that was given back, or whose process died, goes to the next', async () => {
    const { enter, report, open } = setUp();
    await open();
    nowMs += 60_000;
    const given = await enter('a');
    await report(given.view.generation, 'unknown', 'a');
    expect((await enter('b')).verdict).toBe('probe');
    nowMs += 2999;
    expect((await enter('c')).verdict).toBe('refused');
    nowMs += 1;
    expect((await enter('d')).verdict).toBe('probe');
  });

  test('what began in an older state, or as a probe that was taken over, no longer counts', async () => {
    const { enter, report, open } = setUp();
    const { generation } = await open();
    expect(await report(generation - 1, 'success')).toMatchObject({ state: 'open' });
    nowMs += 60_000;
    const { view } = await enter('a');
    expect(await report(0, 'fault')).toMatchObject({ state: 'half_open' });
    nowMs += 3000;
    await enter('b');
    expect(await report(view.generation, 'success', 'a')).toMatchObject({ successes: 0 });
    expect(await report(view.generation, 'fault', 'a')).toMatchObject({ state: 'half_open' });
  });

  test('looking changes nothing', async () => {
    const { enter, open } = setUp();
    await open();
    nowMs += 60_000;
    expect(await enter(null)).toMatchObject({ verdict: 'refused', view: { state: 'open', retryMs: 0 } });
    expect((await enter('a')).verdict).toBe('probe');
  });

  test('closed by hand it forgets, and calls from before do not count', async () => {
    const { circuit, name, enter, report, open } = setUp();
    const { generation } = await open();
    expect(await circuit.reset(name)).toMatchObject({ state: 'closed', faults: 0, changed: true });
    expect(await report(generation, 'fault')).toMatchObject({ faults: 0 });
    expect((await enter()).verdict).toBe('pass');
  });
});

type Step = { waitMs: number; caller: number; act: 'enter' | 'success' | 'fault' | 'unknown' | 'look' | 'reset' };
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    waitMs: fc.constantFrom(0, 0, 0, 1, 500, 3000, 20_000, 60_000),
    caller: fc.integer({ min: 0, max: 4 }),
    act: fc.constantFrom('enter', 'enter', 'fault', 'fault', 'fault', 'success', 'unknown', 'look', 'reset'),
  }),
  { minLength: 5, maxLength: 60 },
);

test('the scripts and the one-process circuit agree in every schedule, with never two probes at a time', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (schedule) => {
      nowMs = START_MS;
      const [real, model] = kinds.map(([, create]) => create());
      const name = randomUUID();
      const passes = new Map<number, { generation: number; token: string | null; untilMs: number }>();
      const probing = new Map<string, number>();
      for (const [i, { waitMs, caller, act }] of schedule.entries()) {
        nowMs += waitMs;
        const ask = async (question: (circuit: SharedCircuit) => Promise<unknown>): Promise<unknown> => {
          const answer = await question(real!);
          expect(answer).toEqual(await question(model!));
          return answer;
        };
        if (act === 'look') await ask((circuit) => circuit.enter(name, null, 3000, CIRCUIT_RULES));
        else if (act === 'reset') {
          if (i % 7 === 0) await ask((circuit) => circuit.reset(name));
        } else if (act === 'enter') {
          const token = `${i}`;
          const { verdict, view } = (await ask((circuit) =>
            circuit.enter(name, token, 3000, CIRCUIT_RULES),
          )) as Awaited<ReturnType<SharedCircuit['enter']>>;
          if (verdict === 'refused') continue;
          const key = `${view.generation}`;
          if (verdict === 'probe') {
            expect(probing.get(key) ?? 0).toBeLessThanOrEqual(nowMs);
            probing.set(key, nowMs + 3000);
          }
          passes.set(caller, {
            generation: view.generation,
            token: verdict === 'probe' ? token : null,
            untilMs: nowMs + 3000,
          });
        } else {
          const pass = passes.get(caller) ?? { generation: 0, token: null, untilMs: 0 };
          passes.delete(caller);
          await ask((circuit) => circuit.report(name, { ...pass, outcome: act }, CIRCUIT_RULES));
          if (pass.token && pass.untilMs === probing.get(`${pass.generation}`)) probing.delete(`${pass.generation}`);
        }
      }
    }),
    { numRuns: 400 },
  );
});
