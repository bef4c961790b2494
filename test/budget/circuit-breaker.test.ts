import fc from 'fast-check';
import {
  CircuitOpen,
  DeadlineExceeded,
  OutcomeUnknown,
  UpstreamMalformed,
  UpstreamRejected,
  UpstreamThrottled,
  UpstreamUnauthorised,
  UpstreamUnavailable,
} from '../../src/errors';
import { CircuitBreaker, type CircuitPass } from '../../src/services/circuit-breaker';
import { LocalCircuit, type SharedCircuit } from '../../src/services/calcom/shared-circuit';
import { FakeClock } from '../support/fake-clock';
import { circuitSchedules, circuitVerdict } from './support/circuit-simulation';
import { RecordingLog } from './support/recording-log';

const down = (): UpstreamUnavailable => new UpstreamUnavailable('502', false, { upstreamStatus: 502 });

function makeFleet(processes = 1) {
  const clock = new FakeClock();
  const server = new LocalCircuit(clock);
  const asked: string[] = [];
  let away = false;
  const shared: SharedCircuit = {
    enter: async (...args) => (asked.push('enter'), away ? Promise.reject(new Error('away')) : server.enter(...args)),
    report: async (...args) => (
      asked.push('report'),
      away ? Promise.reject(new Error('away')) : server.report(...args)
    ),
    reset: async (...args) => (asked.push('reset'), away ? Promise.reject(new Error('away')) : server.reset(...args)),
  };
  const logger = new RecordingLog();
  const breakers = Array.from({ length: processes }, () => new CircuitBreaker({ shared, clock, logger }));
  const enter = (process = 0): Promise<CircuitPass> => breakers[process]!.enter('key', 'reads', 3000);
  const call = async (error?: unknown, process = 0): Promise<void> =>
    (await enter(process)).settle(error === undefined ? {} : { error });
  const fail = async (times: number, process = 0): Promise<void> => {
    for (let i = 0; i < times; i++) await call(down(), process);
  };
  return {
    clock,
    breaker: breakers[0]!,
    breakers,
    logger,
    asked,
    enter,
    call,
    fail,
    setAway: (state: boolean) => (away = state),
  };
}

test('while all is well a call costs no question of its own', async () => {
  const { clock, asked, call } = makeFleet();
  await call();
  asked.length = 0;
  for (let i = 0; i < 50; i++) await call();
  expect(asked).toEqual([]);
  await clock.advance(201);
  for (let i = 0; i < 50; i++) await call();
  expect(asked).toEqual(['enter']);
});

test.each([
  ['5xx or a broken connection', () => down()],
  ['an unreadable answer', () => new UpstreamMalformed('html')],
  ['a write without an outcome', () => new OutcomeUnknown()],
  ['our deadline while Cal.com was asked', () => new DeadlineExceeded()],
])('%s counts', async (_, error) => {
  const { call, enter } = makeFleet();
  for (let i = 0; i < 5; i++) await call(error());
  await expect(enter()).rejects.toBeInstanceOf(CircuitOpen);
});

test.each([
  ['a refusal', () => new UpstreamRejected(400, 'slot_not_available', 'taken')],
  ['a wrong key', () => new UpstreamUnauthorised(401)],
  ['a 429', () => new UpstreamThrottled(60_000)],
  ['a caller who hung up', () => new DeadlineExceeded('gone', true)],
  ['a mistake of our own', () => new TypeError('oops')],
])('%s never counts', async (_, error) => {
  const { call, enter } = makeFleet();
  for (let i = 0; i < 20; i++) await call(error());
  await expect(enter()).resolves.toBeDefined();
});

test('a refusal between faults shows that Cal.com answers, a 429 does not', async () => {
  const { call, fail, enter } = makeFleet();
  await fail(4);
  await call(new UpstreamRejected(404, 'not_found', ''));
  await fail(4);
  await call(new UpstreamThrottled(1));
  await expect(enter()).resolves.toBeDefined();
  await fail(1);
  await expect(enter()).rejects.toBeInstanceOf(CircuitOpen);
});

test('what one process finds out another knows within 200 ms, and at once when it asks beside its budget', async () => {
  const { clock, enter, fail } = makeFleet(2);
  await (await enter(1)).settle({});
  const early = await enter(1);
  await fail(5, 0);
  await clock.advance(201);
  await expect(early.recheck()).rejects.toBeInstanceOf(CircuitOpen);
  await expect(enter(1)).rejects.toMatchObject({ retryAfterMs: 59_799 });
});

test('an open circuit refuses from memory and tells the time left', async () => {
  const { clock, asked, enter, fail } = makeFleet();
  await fail(5);
  asked.length = 0;
  await clock.advance(100);
  for (let i = 0; i < 100; i++) await expect(enter()).rejects.toMatchObject({ retryAfterMs: 59_900 });
  expect(asked).toEqual([]);
});

test('half-open there is one probe over all processes and the rest is refused at once', async () => {
  const { clock, enter, fail, call, logger } = makeFleet(2);
  await fail(5);
  await clock.advance(60_000);
  const probe = await enter(0);
  expect(probe.probe).toBe(true);
  await expect(enter(0)).rejects.toBeInstanceOf(CircuitOpen);
  await expect(enter(1)).rejects.toMatchObject({ retryAfterMs: 3000 });
  await probe.settle({});
  await call(undefined, 1);
  await expect(enter(0)).resolves.toMatchObject({ probe: false });
  expect(logger.said.map(({ message }) => message)).toEqual([
    'circuit opened',
    'circuit is half-open',
    'circuit closed',
  ]);
});

test('a probe given back unused lets the next one try', async () => {
  const { clock, enter, fail } = makeFleet();
  await fail(5);
  await clock.advance(60_000);
  (await enter()).abandon();
  await expect(enter()).resolves.toMatchObject({ probe: true });
});

test('a pass settles once', async () => {
  const { enter, breaker } = makeFleet();
  const pass = await enter();
  for (let i = 0; i < 5; i++) await pass.settle({ error: down() });
  expect((await breaker.getStatus('key'))[0]).toMatchObject({ state: 'closed', failure_count: 1 });
});

test('reads and writes, and different keys, have circuits of their own', async () => {
  const { breaker, fail } = makeFleet();
  await fail(5);
  await expect(breaker.enter('key', 'writes', 5000)).resolves.toBeDefined();
  await expect(breaker.enter('other', 'reads', 5000)).resolves.toBeDefined();
  expect((await breaker.getStatus('key')).map(({ state }) => state)).toEqual(['open', 'closed']);
});

test('without the shared state a process goes on from what it last saw, and says so once', async () => {
  const { clock, enter, fail, logger, setAway, call } = makeFleet();
  await fail(3);
  setAway(true);
  await clock.advance(300);
  await fail(2);
  await expect(enter()).rejects.toBeInstanceOf(CircuitOpen);
  await clock.advance(60_000);
  await call();
  await call();
  await expect(enter()).resolves.toMatchObject({ probe: false });
  expect(logger.at('warn').filter((message) => message.includes('away'))).toHaveLength(1);
});

test('the status has the source’s fields, and an operator can close it', async () => {
  const { breaker, clock, fail, enter } = makeFleet();
  await fail(5);
  await clock.advance(12_500);
  expect(await breaker.getStatus('key')).toEqual([
    {
      service: 'calcom_api:reads',
      key: 'key',
      state: 'open',
      failure_count: 5,
      success_count: 0,
      failure_threshold: 5,
      recovery_timeout: 60,
      opened_at: '2026-11-24T08:00:00.000Z',
      seconds_until_retry: 48,
    },
    expect.objectContaining({ service: 'calcom_api:writes', state: 'closed', opened_at: null, seconds_until_retry: 0 }),
  ]);
  await breaker.reset('key');
  await expect(enter()).resolves.toBeDefined();
});

test('isFailing reflects the first fault of any process, and the first success after it', async () => {
  const { breakers, clock, call, fail } = makeFleet(2);
  const told = (): Promise<boolean> => breakers[1]!.isFailing('key', 'reads');
  expect(await told()).toBe(false);
  await fail(1, 0);
  await clock.advance(30);
  expect(await told()).toBe(true);
  expect(await breakers[1]!.isFailing('key', 'writes')).toBe(false);
  await call();
  await clock.advance(30);
  expect(await told()).toBe(false);
  await fail(5, 0);
  await clock.advance(60_000);
  expect(await told()).toBe(true);
});

test('whatever Cal.com, the shared state and the processes do, one probe is under way at most and the rules decide', async () => {
  await fc.assert(
    fc.asyncProperty(circuitSchedules, async (schedule) => {
      expect(await circuitVerdict(schedule)).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
