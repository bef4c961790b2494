import {
  CircuitOpen,
  DeadlineExceeded,
  RateLimited,
  UpstreamRejected,
  UpstreamThrottled,
  UpstreamUnavailable,
} from '../../src/errors';
import { silentLogger } from '../../src/infra/logger';
import { CalcomApiRateLimiter } from '../../src/services/calcom-api-rate-limiter';
import { CalcomEgress, type EgressRequest } from '../../src/services/calcom/calcom-egress';
import type { RedisMetricHashes } from '../../src/infra/redis-metric-hashes';
import { CalcomPerformanceMonitor } from '../../src/services/calcom/calcom-performance-monitor';
import type { UpstreamCall } from '../../src/services/calcom/calcom-ports';
import { CircuitBreaker } from '../../src/services/circuit-breaker';
import { runWithRequest, type RequestContext } from '../../src/request-context';
import { LocalCircuit } from '../../src/services/calcom/shared-circuit';
import { MemoryHours } from './support/memory-hours';
import { FakeClock } from '../support/fake-clock';
import { OPTIONS } from './support/fleet-simulation';
import { MemoryLogServer, MemorySendLog } from './support/memory-send-log';

function makeEgress() {
  const clock = new FakeClock();
  const server = new MemoryLogServer(() => clock.nowMs());
  const counters = { increment: jest.fn(() => Promise.resolve()), read: () => Promise.resolve(0) };
  const limiter = new CalcomApiRateLimiter(
    { log: new MemorySendLog(server), counters, clock, logger: silentLogger },
    OPTIONS,
  );
  const breaker = new CircuitBreaker({ shared: new LocalCircuit(clock), clock, logger: silentLogger });
  const figures: Record<string, number> = {};
  const store: Pick<RedisMetricHashes, 'add' | 'read'> = {
    add: (hashes) => {
      for (const hash of hashes)
        for (const [name, figure] of Object.entries(hash.figures)) figures[name] = (figures[name] ?? 0) + figure;
      return Promise.resolve();
    },
    read: (keys) => Promise.resolve(keys.map(() => ({}))),
  };
  const monitor = new CalcomPerformanceMonitor({
    store,
    hours: new MemoryHours(),
    limiter,
    breaker,
    clock,
    logger: silentLogger,
  });
  const egress = new CalcomEgress({ limiter, breaker, monitor, clock });
  const request = (over: Partial<EgressRequest> = {}): EgressRequest => ({
    credential: { id: 'key', apiKey: 'cal_test_not_a_key' },
    tenantId: 't1',
    endpoint: '/slots',
    circuit: 'reads',
    priority: 'live',
    timeoutMs: 3000,
    ...over,
  });
  const used = (): number => server.read().sentAtMs.length;
  return { clock, server, counters, limiter, breaker, monitor, egress, request, used, figures };
}

/** Lets what was begun reach its first wait, then moves time. */
async function pass(clock: FakeClock, ms: number): Promise<void> {
  await clock.advance(0);
  await clock.advance(ms);
}

const ok = (call: UpstreamCall): Promise<string> => {
  call.onAnswer?.({ status: 200, rateLimit: null, retryAfterMs: null });
  return Promise.resolve('answer');
};
const broken = (neverSent = false): UpstreamUnavailable => new UpstreamUnavailable('reset', neverSent);
/** Answers when its signal says stop, as an HTTP client does. */
const hanging = (call: UpstreamCall): Promise<string> =>
  new Promise((_, reject) => call.signal.addEventListener('abort', () => reject(new Error('aborted'))));

function inRequest(remainingMs: number): { context: RequestContext; hangUp: () => void; left: { ms: number } } {
  const controller = new AbortController();
  const left = { ms: remainingMs };
  const context: RequestContext = {
    requestId: 'r1',
    tenantId: null,
    callId: null,
    deadline: { signal: controller.signal, remainingMs: () => left.ms },
    steps: [],
  };
  return { context, left, hangUp: () => controller.abort(new DeadlineExceeded('the caller hung up', true)) };
}

test('a request takes a place, goes out with its credential and leaves a trace', async () => {
  const { egress, request, used, monitor, figures, counters } = makeEgress();
  const { context } = inRequest(2500);
  const send = jest.fn(ok);
  await expect(runWithRequest(context, () => egress.run(request(), send))).resolves.toBe('answer');
  expect(send).toHaveBeenCalledWith(
    expect.objectContaining({ credential: { id: 'key', apiKey: 'cal_test_not_a_key' } }),
  );
  expect(used()).toBe(1);
  expect(counters.increment).toHaveBeenCalledTimes(1);
  expect(context.steps).toEqual([
    expect.objectContaining({ operation: '/slots', status: 200, source: 'upstream', attempts: 1, waitedMs: 0 }),
  ]);
  await monitor.flush();
  expect(figures).toMatchObject({ total_calls: 1, status_success: 1, status_200: 1, cached_calls: 0 });
});

test('a request without a place is refused at once, counted and not sent', async () => {
  const { egress, request, monitor, figures, clock } = makeEgress();
  const { context } = inRequest(2500);
  const send = jest.fn(ok);
  const all = runWithRequest(context, () =>
    Promise.allSettled(Array.from({ length: 40 }, () => egress.run(request(), send))),
  );
  await pass(clock, 2000);
  const refused = (await all).filter((result) => result.status === 'rejected');
  // Eight a second in the 1.7 s that 2.5 s leave beside the usual 0.8 s of an answer.
  expect(send).toHaveBeenCalledTimes(16);
  expect(refused).toHaveLength(24);
  for (const result of refused) expect(result.reason).toBeInstanceOf(RateLimited);
  expect(context.steps.filter((step) => step.source === 'refused' && step.detail === 'rate_limited')).toHaveLength(24);
  await monitor.flush();
  expect(figures).toMatchObject({ total_calls: 16, waited_calls: 8, refused_calls: 24 });
});

test('the wait for a place leaves time for the answer, by what this question usually takes', async () => {
  const { egress, request, monitor, clock } = makeEgress();
  for (let i = 0; i < 20; i++) monitor.recordSample('event-type:7', 2000);
  const { context } = inRequest(2500);
  const all = runWithRequest(context, () =>
    Promise.allSettled(Array.from({ length: 10 }, () => egress.run(request({ sampleKey: 'event-type:7' }), ok))),
  );
  await pass(clock, 2000);
  expect((await all).filter((result) => result.status === 'fulfilled')).toHaveLength(8);
});

test('while the circuit is open nothing is sent and no budget is used', async () => {
  const { egress, request, used } = makeEgress();
  for (let i = 0; i < 5; i++)
    await egress.run(request({ circuit: 'writes' }), () => Promise.reject(broken())).catch(() => undefined);
  const before = used();
  const send = jest.fn(ok);
  await expect(egress.run(request({ circuit: 'writes' }), send)).rejects.toBeInstanceOf(CircuitOpen);
  expect(send).not.toHaveBeenCalled();
  expect(used()).toBe(before);
});

test('a probe that finds no place in the budget is given back', async () => {
  const { egress, request, clock, breaker } = makeEgress();
  for (let i = 0; i < 5; i++)
    await egress.run(request({ circuit: 'writes' }), () => Promise.reject(broken())).catch(() => undefined);
  await pass(clock, 60_000);
  const reads = Promise.allSettled(
    Array.from({ length: 20 }, () => egress.run(request({ priority: 'booking', maxWaitMs: 0 }), ok)),
  );
  await pass(clock, 0);
  await reads;
  await expect(egress.run(request({ circuit: 'writes', maxWaitMs: 0 }), ok)).rejects.toBeInstanceOf(RateLimited);
  await pass(clock, 1000);
  await expect(breaker.enter('key', 'writes', 1000)).resolves.toMatchObject({ probe: true });
});

test('a connection failure of a read is tried twice more, each time with a place of its own', async () => {
  const { egress, request, used, clock } = makeEgress();
  const { context } = inRequest(2500);
  const send = jest.fn(ok).mockRejectedValueOnce(broken()).mockRejectedValueOnce(broken());
  const answer = runWithRequest(context, () => egress.run(request(), send));
  await pass(clock, 99);
  expect(send).toHaveBeenCalledTimes(1);
  await pass(clock, 1);
  expect(send).toHaveBeenCalledTimes(2);
  await pass(clock, 100);
  await expect(answer).resolves.toBe('answer');
  expect(used()).toBe(3);
  expect(context.steps).toEqual([expect.objectContaining({ attempts: 3, status: 200 })]);
});

test('after three connection failures the last one is thrown', async () => {
  const { egress, request, clock } = makeEgress();
  const send = jest.fn(() => Promise.reject(broken()));
  const answer = expect(egress.run(request(), send)).rejects.toBeInstanceOf(UpstreamUnavailable);
  await pass(clock, 200);
  await answer;
  expect(send).toHaveBeenCalledTimes(3);
});

test.each([
  ['a write', { circuit: 'writes' as const }, () => broken()],
  ['a 5xx', {}, () => new UpstreamUnavailable('502', false, { upstreamStatus: 502 })],
  ['a refusal', {}, () => new UpstreamRejected(400, 'validation', '')],
])('%s is never tried again', async (_, over, error) => {
  const { egress, request, clock } = makeEgress();
  const send = jest.fn(() => Promise.reject(error()));
  await expect(egress.run(request(over), send)).rejects.toThrow();
  await pass(clock, 1000);
  expect(send).toHaveBeenCalledTimes(1);
});

test('no retry begins that the deadline leaves no time for', async () => {
  const { egress, request } = makeEgress();
  const { context } = inRequest(90);
  const send = jest.fn(() => Promise.reject(broken()));
  await expect(runWithRequest(context, () => egress.run(request(), send))).rejects.toBeInstanceOf(UpstreamUnavailable);
  expect(send).toHaveBeenCalledTimes(1);
});

test('a request that certainly never left does not count', async () => {
  const { egress, request, used } = makeEgress();
  await expect(egress.run(request({ circuit: 'writes' }), () => Promise.reject(broken(true)))).rejects.toThrow();
  expect(used()).toBe(0);
});

test('a timeout ends the exchange as a fault of Cal.com and is not tried again', async () => {
  const { egress, request, clock, breaker } = makeEgress();
  const send = jest.fn(hanging);
  const answer = expect(egress.run(request(), send)).rejects.toBeInstanceOf(UpstreamUnavailable);
  await pass(clock, 3000);
  await answer;
  await pass(clock, 500);
  expect(send).toHaveBeenCalledTimes(1);
  expect((await breaker.getStatus('key'))[0]).toMatchObject({ failure_count: 1 });
});

test('a caller who hangs up ends a read without blaming Cal.com', async () => {
  const { egress, request, clock, breaker } = makeEgress();
  const { context, hangUp } = inRequest(2500);
  const answer = expect(runWithRequest(context, () => egress.run(request(), hanging))).rejects.toMatchObject({
    callerGone: true,
  });
  await pass(clock, 1500);
  hangUp();
  await answer;
  expect((await breaker.getStatus('key'))[0]).toMatchObject({ failure_count: 0 });
});

test('a write that has left is not ended by a caller who hangs up', async () => {
  const { egress, request, clock } = makeEgress();
  const { context, hangUp } = inRequest(8000);
  const send = jest.fn(async (call: UpstreamCall) => {
    await clock.sleep(2000, call.signal);
    return 'booked';
  });
  const answer = runWithRequest(context, () =>
    egress.run(request({ circuit: 'writes', priority: 'booking', timeoutMs: 5000 }), send),
  );
  await pass(clock, 1000);
  hangUp();
  await pass(clock, 1000);
  await expect(answer).resolves.toBe('booked');
});

test('a caller who hung up before anything was sent costs nothing', async () => {
  const { egress, request, used } = makeEgress();
  const { context, hangUp } = inRequest(2500);
  hangUp();
  const send = jest.fn(ok);
  await expect(runWithRequest(context, () => egress.run(request(), send))).rejects.toMatchObject({ callerGone: true });
  expect(send).not.toHaveBeenCalled();
  expect(used()).toBe(0);
});

test.each([
  [300, 0],
  [1500, 1],
])('our own deadline after %i ms in flight counts %i time against Cal.com', async (inFlightMs, faults) => {
  const { egress, request, clock, breaker } = makeEgress();
  const controller = new AbortController();
  const answer = expect(egress.run(request({ signal: controller.signal }), hanging)).rejects.toBeInstanceOf(
    DeadlineExceeded,
  );
  await pass(clock, inFlightMs);
  controller.abort(new DeadlineExceeded());
  await answer;
  expect((await breaker.getStatus('key'))[0]).toMatchObject({ failure_count: faults });
});

test('a 429 blocks the key even when the client told of it by its error alone', async () => {
  const { egress, request } = makeEgress();
  await expect(egress.run(request(), () => Promise.reject(new UpstreamThrottled(45_000)))).rejects.toBeInstanceOf(
    UpstreamThrottled,
  );
  await expect(egress.run(request({ priority: 'booking' }), ok)).rejects.toMatchObject({ retryAfterMs: 45_000 });
});

describe('while the circuit is open', () => {
  const opened = async (kit: ReturnType<typeof makeEgress>): Promise<void> => {
    const fail = (): Promise<string> => Promise.reject(new UpstreamUnavailable('500', false, { upstreamStatus: 500 }));
    for (let fault = 0; fault < 5; fault++) {
      await expect(kit.egress.run(kit.request({ circuit: 'writes' }), fail)).rejects.toBeInstanceOf(
        UpstreamUnavailable,
      );
    }
  };
  const settling = (): RequestContext => ({ ...inRequest(7000).context, settling: true });

  test('an unknown outcome is asked about every five seconds, by one process', async () => {
    const kit = makeEgress();
    await opened(kit);
    const { clock, egress, request } = kit;
    const send = jest.fn(() => Promise.reject(broken()));
    const ask = (): Promise<unknown> =>
      runWithRequest(settling(), () => egress.run(request({ circuit: 'writes' }), send)).catch(
        (error: unknown) => error,
      );
    expect(await ask()).toBeInstanceOf(UpstreamUnavailable);
    expect(await ask()).toBeInstanceOf(CircuitOpen);
    await expect(
      runWithRequest(inRequest(7000).context, () => egress.run(request({ circuit: 'writes' }), send)),
    ).rejects.toBeInstanceOf(CircuitOpen);
    await pass(clock, 5000);
    expect(await ask()).toBeInstanceOf(UpstreamUnavailable);
    expect(send).toHaveBeenCalledTimes(2);
  });

  test('once Cal.com answers, all unknown outcomes are asked about at once', async () => {
    const kit = makeEgress();
    await opened(kit);
    const ask = (): Promise<unknown> =>
      runWithRequest(settling(), () => kit.egress.run(kit.request({ circuit: 'writes' }), ok));
    await expect(ask()).resolves.toBe('answer');
    await expect(ask()).resolves.toBe('answer');
  });
});

test('a request leaves once it may, and not at all when it may not', async () => {
  const { egress, request, used } = makeEgress();
  const send = jest.fn(ok);
  let allow: () => void = () => undefined;
  const allowed = new Promise<void>((resolve) => (allow = resolve));
  const running = egress.run(request({ mayLeave: () => allowed }), send);
  await new Promise(setImmediate);
  expect([used(), send.mock.calls.length]).toEqual([1, 0]);
  allow();
  await expect(running).resolves.toBe('answer');

  const gone = new Error('no longer wanted');
  await expect(egress.run(request({ mayLeave: () => Promise.reject(gone) }), send)).rejects.toBe(gone);
  expect(send).toHaveBeenCalledTimes(1);
  // Its place is given back.
  expect(used()).toBe(1);
});

test('a request that was held back for long leaves in a place of its own moment', async () => {
  const { egress, request, server, clock } = makeEgress();
  const beganMs = clock.nowMs();
  const heldBack = clock.sleep(5000);
  const running = egress.run(request({ mayLeave: () => heldBack }), ok);
  await pass(clock, 5000);
  await expect(running).resolves.toBe('answer');
  expect(server.read().sentAtMs).toEqual([beganMs + 5000]);
});
