import fc from 'fast-check';
import { silentLogger } from '../../src/infra/logger';
import type { RedisConnections } from '../../src/infra/redis';
import { RedisCounters } from '../../src/infra/redis-counters';
import { RedisMetricHashes } from '../../src/infra/redis-metric-hashes';
import { CalcomPerformanceMonitor } from '../../src/services/calcom/calcom-performance-monitor';
import { CircuitBreaker } from '../../src/services/circuit-breaker';
import { bucketOf, percentile } from '../../src/services/calcom/latency-histogram';
import type { RateLimitStatus } from '../../src/services/calcom/rate-limit-status';
import { LocalCircuit } from '../../src/services/calcom/shared-circuit';
import { MemoryHours } from './support/memory-hours';
import { FakeClock } from '../support/fake-clock';
import { testRedis } from '../support/servers';
import { RecordingLog } from './support/recording-log';

let redis: RedisConnections;
beforeAll(async () => {
  redis = await testRedis();
});
beforeEach(() => redis.commands.flushdb());
afterAll(() => redis.close());

const RATE_LIMIT: RateLimitStatus = {
  key: 'main',
  main: true,
  current_minute: '2026-11-24-08-00',
  requests_this_minute: 42,
  requests_last_60s: 40,
  limit: 120,
  remaining: 78,
  utilization_pct: 35,
  status: 'ok',
  blocked_until: null,
  mode: 'shared',
};

function makeMonitor() {
  const clock = new FakeClock();
  const logger = new RecordingLog();
  const breaker = new CircuitBreaker({ shared: new LocalCircuit(clock), clock, logger: silentLogger });
  const store = new RedisMetricHashes(redis);
  const limiter = { status: () => Promise.resolve([RATE_LIMIT]) };
  const hours = new MemoryHours();
  const monitor = new CalcomPerformanceMonitor({ store, hours, limiter, breaker, clock, logger });
  return { clock, logger, store, hours, monitor };
}

test('all endpoints are read one after the other, so that none times out behind the rest', async () => {
  const { store, monitor } = makeMonitor();
  let reading = 0;
  let most = 0;
  jest.spyOn(store, 'read').mockImplementation(async (keys) => {
    most = Math.max(most, ++reading);
    await new Promise((resolve) => setImmediate(resolve));
    reading--;
    return keys.map(() => ({}));
  });
  await monitor.summaries(60);
  expect(most).toBe(1);
});

test('percentiles from the buckets are within 10 % of the true ones', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 20, max: 59_000, noNaN: true }), { minLength: 1, maxLength: 200 }),
      fc.constantFrom(0.5, 0.95, 0.99),
      (latencies, share) => {
        const buckets: Record<string, number> = {};
        for (const latencyMs of latencies) buckets[bucketOf(latencyMs)] = (buckets[bucketOf(latencyMs)] ?? 0) + 1;
        const sorted = [...latencies].sort((a, b) => a - b);
        const exact = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
        expect(Math.abs(percentile(buckets, share) - exact) / exact).toBeLessThanOrEqual(0.1);
      },
    ),
  );
  const evenly = Array.from({ length: 1000 }, (_, i) => 100 + i * 2);
  const buckets: Record<string, number> = {};
  for (const latencyMs of evenly) buckets[bucketOf(latencyMs)] = (buckets[bucketOf(latencyMs)] ?? 0) + 1;
  for (const share of [0.5, 0.95, 0.99]) {
    const exact = 100 + 2000 * share;
    expect(Math.abs(percentile(buckets, share) - exact) / exact).toBeLessThan(0.02);
  }
});

test('every latency has exactly one bucket, and the bucket holds it', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 200_000, noNaN: true }), (latencyMs) => {
      const [from, below] = bucketOf(latencyMs).replace('+', '-Infinity').split('-').map(Number);
      expect(latencyMs).toBeGreaterThanOrEqual(from!);
      expect(latencyMs).toBeLessThan(below!);
    }),
  );
});

test('calls are summed in memory and written under the source’s names for an hour', async () => {
  const { monitor } = makeMonitor();
  monitor.recordApiCall('/slots', 412.5, { code: 200 });
  monitor.recordApiCall('/slots', 2, { cached: true, stale: true });
  monitor.recordApiCall('/slots', 900, { status: 'error', code: 502, waited: true });
  monitor.recordRefusal('/slots');
  const key = 'calcom_metrics:/slots:2026-11-24-08-00';
  expect(await redis.commands.exists(key)).toBe(0);
  await monitor.stop();
  expect(await redis.commands.hgetall(key)).toEqual({
    total_calls: '3',
    cached_calls: '1',
    total_latency: '1314.5',
    status_success: '2',
    status_error: '1',
    status_200: '1',
    status_502: '1',
    stale_calls: '1',
    waited_calls: '1',
    refused_calls: '1',
    'bucket_2-3': '1',
    [`bucket_${bucketOf(412.5)}`]: '1',
    [`bucket_${bucketOf(900)}`]: '1',
  });
  // Two hours are offered by minutes, and the job of the next hour needs them.
  expect(await redis.commands.ttl(key)).toBeGreaterThan(3 * 3600);
});

test('a long range is read from the hours that were summed up, and from the minutes since', async () => {
  const { clock, monitor, hours, store } = makeMonitor();
  clock.set('2026-11-24T06:30:00Z');
  monitor.recordApiCall('/slots', 400);
  clock.set('2026-11-24T07:59:00Z');
  monitor.recordApiCall('/slots', 600, { status: 'error', code: 500 });
  clock.set('2026-11-24T08:05:00Z');
  await monitor.keepHours();
  await monitor.keepHours();
  expect([...hours.kept.keys()].sort()).toEqual(['/slots 2026-11-24T06:00:00.000Z', '/slots 2026-11-24T07:00:00.000Z']);
  monitor.recordApiCall('/slots', 200);
  // Months later nothing of it is in Redis, and the running hour is only there.
  await monitor.flush();
  await redis.commands.flushdb();
  clock.set('2027-11-30T09:10:00Z');
  monitor.recordApiCall('/slots', 300);
  const year = await monitor.getMetricsSummary('/slots', 395 * 24 * 60);
  expect(year).toMatchObject({ total_calls: 3, error_calls: 1, total_latency: 1300, p50_latency: expect.any(Number) });
  expect(year.series.map(({ minute }) => minute)).toEqual(['2026-11-24-06-00', '2026-11-24-07-00', '2027-11-30-09-10']);
  expect(await monitor.getMetricsSummary('/slots', 60)).toMatchObject({ total_calls: 1 });
  jest.spyOn(hours, 'read').mockRejectedValue(new Error('down'));
  expect(await monitor.getMetricsSummary('/slots', 24 * 60)).toMatchObject({ total_calls: 1 });
  jest.spyOn(store, 'read').mockRejectedValue(new Error('down'));
  await expect(monitor.keepHours()).rejects.toThrow('down');
});

test('figures of several processes and of fractions and whole numbers add up', async () => {
  const [one, two] = [makeMonitor(), makeMonitor()];
  one.monitor.recordApiCall('/bookings', 1500.25);
  await one.monitor.flush();
  two.monitor.recordApiCall('/bookings', 500);
  await two.monitor.flush();
  expect(await one.monitor.getMetricsSummary('/bookings', 1)).toMatchObject({
    total_calls: 2,
    total_latency: 2000.25,
    avg_latency: 1000.13,
  });
});

test('a summary has the source’s fields and a series by minute', async () => {
  const { monitor, clock } = makeMonitor();
  monitor.recordApiCall('/slots', 100);
  monitor.recordApiCall('/slots', 1, { cached: true });
  await clock.advance(120_000);
  monitor.recordApiCall('/slots', 300, { status: 'error' });
  monitor.recordApiCall('/slots', 1, { cached: true, coalesced: true });
  const summary = await monitor.getMetricsSummary('/slots', 60);
  expect(summary).toMatchObject({
    endpoint: '/slots',
    total_calls: 4,
    cached_calls: 2,
    uncached_calls: 2,
    success_calls: 3,
    error_calls: 1,
    coalesced_calls: 1,
    total_latency: 402,
    avg_latency: 100.5,
    cache_hit_rate: 50,
    statuses: { success: 3, error: 1 },
  });
  expect(summary.p50_latency).toBeLessThan(3);
  expect(summary.p95_latency).toBeGreaterThan(270);
  expect(summary.p99_latency).toBeGreaterThanOrEqual(summary.p95_latency);
  expect(summary.series.map(({ minute, total_calls, error_calls }) => [minute, total_calls, error_calls])).toEqual([
    ['2026-11-24-08-00', 2, 0],
    ['2026-11-24-08-02', 2, 1],
  ]);
  expect((await monitor.getMetricsSummary('/slots', 1)).total_calls).toBe(2);
});

test('an endpoint without calls has a summary of zeros', async () => {
  const { monitor } = makeMonitor();
  expect(await monitor.getMetricsSummary('/me', 5)).toMatchObject({
    total_calls: 0,
    avg_latency: 0,
    p95_latency: 0,
    cache_hit_rate: 0,
    series: [],
  });
});

test('only a call of more than five seconds is warned of', () => {
  const { monitor, logger } = makeMonitor();
  monitor.recordApiCall('/bookings', 5000);
  expect(logger.said).toEqual([]);
  monitor.recordApiCall('/bookings', 5001);
  expect(logger.said).toEqual([
    expect.objectContaining({
      level: 'warn',
      fields: expect.objectContaining({ metric: 'high_latency_alert', endpoint: '/bookings' }),
    }),
  ]);
});

test('figures that cannot be written are dropped without anybody noticing', async () => {
  const { monitor, store } = makeMonitor();
  jest.spyOn(store, 'add').mockRejectedValueOnce(new Error('away'));
  monitor.recordApiCall('/slots', 5);
  await monitor.flush();
  monitor.recordApiCall('/slots', 5);
  expect((await monitor.getMetricsSummary('/slots', 1)).total_calls).toBe(1);
});

test('the upstream p95 is that of the last twenty samples, and unknown while there are too few', () => {
  const { monitor } = makeMonitor();
  expect(monitor.upstreamP95Ms('event-type:1')).toBeNull();
  for (const latencyMs of [9000, 9000]) monitor.recordSample('event-type:1', latencyMs);
  expect(monitor.upstreamP95Ms('event-type:1')).toBeNull();
  for (let i = 1; i <= 20; i++) monitor.recordSample('event-type:1', i * 100);
  expect(monitor.upstreamP95Ms('event-type:1')).toBe(1900);
  expect(monitor.upstreamP95Ms('event-type:2')).toBeNull();
});

test('the report lists budget, circuits and every endpoint that has figures', async () => {
  const { monitor } = makeMonitor();
  monitor.recordApiCall('/slots', 400);
  monitor.recordApiCall('/slots', 1, { cached: true });
  monitor.recordApiCall('/bookings', 2500);
  const report = await monitor.generateReport(60, [{ id: 'main', main: true, companies: [] }]);
  expect(report).toMatch(/^Cal\.com Performance Report \(Last 60 minutes\)\n={60}\n/);
  for (const line of [
    '  Requests: 42/120',
    '  Remaining: 78',
    'Circuit calcom_api:reads: closed (failures 0/5)',
    'Endpoint: /slots',
    '  Total Calls: 2',
    '  Cached: 1 (50%)',
    '  Avg Latency: 200.5ms',
    '  Success Rate: 100%',
    'Endpoint: /bookings',
  ]) {
    expect(report.split('\n')).toContain(line);
  }
  expect(report).not.toContain('/me');
});

test('a minute counter can be read with any Redis client and expires', async () => {
  const counters = new RedisCounters(redis);
  await counters.increment('calcom_api_rate_limit:2026-11-24-08-00', 120);
  await counters.increment('calcom_api_rate_limit:2026-11-24-08-00', 120);
  expect(await redis.commands.get('calcom_api_rate_limit:2026-11-24-08-00')).toBe('2');
  expect(await redis.commands.ttl('calcom_api_rate_limit:2026-11-24-08-00')).toBeGreaterThan(110);
  expect(await counters.read('calcom_api_rate_limit:2026-11-24-08-00')).toBe(2);
  expect(await counters.read('calcom_api_rate_limit:2026-11-24-08-01')).toBe(0);
});

test('figures that cannot be read are left out, and the request is answered all the same', async () => {
  const { store, monitor } = makeMonitor();
  jest.spyOn(store, 'read').mockRejectedValue(new Error('Command timed out'));
  expect(await monitor.getMetricsSummary('/slots', 5)).toMatchObject({ endpoint: '/slots', total_calls: 0 });
  expect(await monitor.summaries(60)).toEqual([]);
  expect(await monitor.generateReport(60, [{ id: 'main', main: true, companies: [] }])).toContain('42');
});
