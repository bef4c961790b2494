import { ALERTS } from '../../src/services/admin/alert-texts';
import { Alerts } from '../../src/services/admin/alerts';
import { slowAboveMs, Watch, type WatchDeps } from '../../src/services/admin/watch';
import { tenantId } from '../../src/domain';
import type { CalcomKey } from '../../src/services/calcom/calcom-keys';
import { FakeClock } from '../support/fake-clock';

const clock = new FakeClock();
const open = new Map<string, string>();
const posted: Record<string, unknown>[] = [];
const logged: string[] = [];
let databaseDown = false;
let alerts: Alerts;

beforeEach(() => {
  open.clear();
  posted.length = 0;
  logged.length = 0;
  databaseDown = false;
  alerts = another();
});

/** Alerts of one process; all share the table. */
function another(): Alerts {
  return new Alerts({
    companies: {
      alert: async ({ key, kind }) => {
        if (databaseDown) throw new Error('down');
        const fresh = !open.has(key);
        open.set(key, kind);
        return fresh;
      },
      resolveAlerts: async (keys) => {
        if (databaseDown) throw new Error('down');
        for (const key of keys) open.delete(key);
      },
    },
    metrics: { count: () => undefined },
    warn: (_fields, message) => void logged.push(message),
    post: async (alert) => void posted.push(alert as Record<string, unknown>),
    nowMs: () => clock.nowMs(),
  });
}

const FULL = ALERTS.budget({ used: 119, limit: 120, keyNames: null });
const flush = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('alerts', () => {
  test('are recorded, logged and posted once, however often and by however many processes they are raised', async () => {
    const other = another();
    for (const process of [alerts, other, alerts]) {
      process.raise(ALERTS.circuit_open({ service: 'reads', keyNames: null }), 'circuit:reads', null);
      await flush();
    }
    expect([...open]).toEqual([['circuit:reads', 'circuit_open']]);
    expect(posted).toEqual([
      expect.objectContaining({
        ...{ kind: 'circuit_open', key: 'circuit:reads', severity: 'critical', company_id: null },
        message: 'Cal.com is not being asked: reads is open.',
        message_de: 'Cal.com wird nicht gefragt: reads ist offen.',
        what_to_do_de: expect.stringContaining('Bitte'),
      }),
    ]);
  });

  test('are posted even when they cannot be recorded', async () => {
    databaseDown = true;
    alerts.raise(ALERTS.dead_job({ job: { en: 'x', de: 'x' }, error: 'lost' }), 'job:x', null);
    await flush();
    expect(posted).toHaveLength(1);
    expect(logged).toEqual(['“x” has failed for good: lost', 'an alert could not be recorded']);
  });

  test('that come back after they were closed are open again at once, and told again only after a quarter of an hour', async () => {
    alerts.raise(FULL, 'budget:main', null);
    alerts.settle(['budget:main']);
    await flush();
    expect(open.size).toBe(0);
    alerts.raise(FULL, 'budget:main', null);
    await flush();
    expect([open.size, posted.length]).toEqual([1, 1]);
    alerts.settle(['budget:main']);
    await flush();
    clock.set(new Date(clock.nowMs() + 16 * 60_000).toISOString());
    alerts.raise(FULL, 'budget:main', null);
    await flush();
    expect([open.size, posted.length]).toEqual([1, 2]);
  });

  test('left open by a process that ended are closed by the next one that finds nothing wrong', async () => {
    open.set('circuit:reads', 'circuit_open');
    databaseDown = true;
    alerts.settle(['circuit:reads']);
    await flush();
    expect(open.size).toBe(1);
    databaseDown = false;
    alerts.settle(['circuit:reads']);
    await flush();
    expect(open.size).toBe(0);
  });
});

describe('the watch', () => {
  const ours = { id: tenantId('00000000-0000-4000-8000-000000000001'), name: 'Salon Eigen' };
  const state = {
    endpoint: '/slots',

    keys: [{ id: 'main', main: true, companies: [] }] as CalcomKey[],
    used: 10,
    circuit: 'closed' as 'closed' | 'open',
    p95: 300 as number | null,
    reads: 100,
    stale: 0,
  };
  beforeEach(() => Object.assign(state, { used: 10, circuit: 'closed', p95: 300, reads: 100, stale: 0 }));
  const look = async (): Promise<string[]> => {
    const watch = new Watch({
      accounts: { keys: async () => state.keys },
      monitor: {
        getRateLimitStatus: async () => [
          { key: 'main', requests_last_60s: state.used, limit: 120, utilization_pct: state.used / 1.2 },
        ],
        getCircuitBreakerStatus: async () => [{ service: 'calcom_api:reads', key: 'main', state: state.circuit }],
        getMetricsSummary: async () => ({ total_calls: state.reads, stale_calls: state.stale }),
        upstreamP95Ms: (endpoint: string) => (endpoint === state.endpoint ? state.p95 : null),
      } as unknown as WatchDeps['monitor'],
      slowAboveMs: slowAboveMs({ slots: 3000, bookings: 5000 }),
      alerts,
    });
    await watch.look();
    await flush();
    return [...open.values()];
  };

  test.each([
    ['the budget is used above 80 percent', { used: 97 }, 'budget'],
    ['a circuit is open', { circuit: 'open' as const }, 'circuit_open'],
    ['Cal.com needs more than sixty percent of its time-out', { p95: 1900 }, 'slow_upstream'],
    ['most of what callers hear is older than it should be', { reads: 8, stale: 5 }, 'stale'],
  ])('raises an alert while %s, and closes it afterwards', async (_what, wrong, kind) => {
    expect(await look()).toEqual([]);
    Object.assign(state, wrong);
    expect(await look()).toEqual([kind]);
    Object.assign(state, { used: 10, circuit: 'closed', p95: 300, reads: 100, stale: 0 });
    expect(await look()).toEqual([]);
  });

  test('names the key of a company of its own, and tells that company', async () => {
    const raised: unknown[][] = [];
    Object.assign(state, { used: 97 });
    state.keys = [
      { id: 'other', main: true, companies: [] },
      { id: 'main', main: false, companies: [ours] },
    ];
    const raise = jest.spyOn(alerts, 'raise').mockImplementation((...alert) => void raised.push(alert));
    await look();
    raise.mockRestore();
    state.keys = [{ id: 'main', main: true, companies: [] }];
    expect(raised).toEqual([
      [
        expect.objectContaining({
          kind: 'budget',
          message: {
            en: '97 of 120 requests to Cal.com in the last minute. Key main: Salon Eigen.',
            de: '97 von 120 Anfragen an Cal.com in der letzten Minute. Schlüssel main: Salon Eigen.',
          },
        }),
        'budget:main',
        ours.id,
      ],
    ]);
  });

  test.each([
    ['/bookings', 4800, []],
    ['/bookings', 5200, ['slow_upstream']],
    ['/bookings/cancel', 4800, []],
  ])('%s in %i ms raises %j: bookings take seconds by nature', async (endpoint, p95, kinds) => {
    Object.assign(state, { endpoint, p95 });
    expect(await look()).toEqual(kinds);
    Object.assign(state, { endpoint: '/slots', p95: 300 });
  });

  test('says nothing of a trend from a handful of answers', async () => {
    Object.assign(state, { used: 96, p95: 1800, reads: 4, stale: 4 });
    expect(await look()).toEqual([]);
  });
});
