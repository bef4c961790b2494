import { Client } from 'pg';
import { tenantId } from '../../src/domain';
import { pushState } from '../../src/services/sync/push-watch';
import { comparedEveryMs, SilentReconcile } from '../../src/services/sync/reconciliation';
import { ADMIN_TOKEN, openDay, SANDBOX_KEY, startTestGateway, type TestGateway } from '../support/gateway';

const NOW = Date.parse('2027-03-01T12:00:00Z');
const ago = (seconds: number): Date => new Date(NOW - seconds * 1000);
const evidence = (
  heard: number | null,
  changed: number | null,
  made: number | null = null,
): Parameters<typeof pushState>[0] => ({
  eventTypeId: 1,
  madeAt: made === null ? null : ago(made),
  heardAt: heard === null ? null : ago(heard),
  changedAt: changed === null ? null : ago(changed),
});

describe('whether webhooks arrive', () => {
  test.each<[string, number | null, number | null, string]>([
    ['nothing happened yet', null, null, 'unknown'],
    ['a webhook arrived and no listing was read since', 100, null, 'works'],
    ['the last change was heard', 100, 100, 'works'],
    ['a cancellation was announced before it was carried out', 130, 100, 'works'],
    ['a change was not heard, although earlier ones were', 5000, 100, 'silent'],
    ['no webhook ever arrived', null, 100, 'silent'],
    ['the webhook of the last change may be on its way', 5000, 10, 'works'],
    ['the webhook of the first change may be on its way', null, 10, 'unknown'],
  ])('%s', (_case, heard, changed, state) => {
    expect(pushState(evidence(heard, changed), NOW)).toBe(state);
  });

  test.each<[string, number | null, number, number, string]>([
    ['a change before the webhook was made proves nothing', null, 500, 400, 'unknown'],
    ['nor does one at the same time, by clocks that differ', null, 400, 430, 'unknown'],
    ['a later change that was not heard does', null, 300, 400, 'silent'],
    ['also where an older webhook was heard', 900, 300, 400, 'silent'],
    ['a later change that was heard does', 300, 300, 400, 'works'],
  ])('%s', (_case, heard, changed, made, state) => {
    expect(pushState(evidence(heard, changed, made), NOW)).toBe(state);
  });
});

test('a company without webhooks is compared the more often the more is booked', () => {
  expect(comparedEveryMs(30)).toBe(60_000);
  expect(comparedEveryMs(0)).toBe(180_000);
  expect(comparedEveryMs(1000)).toBe(20_000);
});

test('a comparison that fails is repeated no sooner than one that succeeds', async () => {
  let nowMs = NOW;
  let runs = 0;
  const silent = new SilentReconcile({
    push: { silentCompanies: async () => [{ companyId: tenantId('c'), bookingsPerDay: 30, since: ago(600) }] },
    reconciliation: { run: async () => (runs++, []) },
    leases: { tryAcquire: async () => ({ release: async () => undefined }) },
    nowMs: () => nowMs,
  });
  for (let seconds = 0; seconds < 120; seconds += 5) {
    nowMs = NOW + seconds * 1000;
    await silent.look();
  }
  expect(runs).toBe(2);
});

describe('a gateway whose team event types have no webhook', () => {
  let t: TestGateway;
  let sql: Client;
  let hour = 8;
  beforeAll(async () => {
    t = await startTestGateway();
    sql = new Client({ connectionString: t.databaseUrl });
    await sql.connect();
  });
  afterAll(async () => {
    await sql.end();
    await t.stop();
  });

  async function onTheWeb(): Promise<void> {
    const answer = await fetch(`${t.sandbox.url}/bookings`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${SANDBOX_KEY}`,
        'cal-api-version': '2024-08-13',
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        start: `${openDay(20)}T${String(hour++).padStart(2, '0')}:00:00Z`,
        eventTypeId: 1001,
        attendee: { name: 'Wera Web', email: 'wera@example.com', timeZone: 'Europe/Berlin' },
      }),
    });
    expect(answer.ok).toBe(true);
  }
  const { push, companyId } = {
    push: () => t.gateway.parts.upstream.push,
    companyId: async () => tenantId((await sql.query(`select id from companies`)).rows[0].id as string),
  };
  const states = async (): Promise<string[]> =>
    (await push().evidence(await companyId())).map((one) => pushState(one, Date.now() + 60_000));

  test('is known to be without push once a listing shows a booking that no webhook told of, and asks more often', async () => {
    const reconcile = () => t.gateway.parts.operations.reconciliation.run({ what: 'changes' });
    await reconcile();
    await onTheWeb();
    await reconcile();
    expect(await states()).toEqual(['silent']);
    await sql.query(`update calcom_push_evidence set changed_at = changed_at - interval '1 minute'`);
    await sql.query(`update sync_cursors set position_at = position_at - interval '10 minutes'`);
    expect(await push().isSilent(await companyId(), 1001)).toBe(true);
    await onTheWeb();
    const reports = await t.gateway.parts.operations.silentReconcile.look();
    expect(reports).toMatchObject([{ changed: 1, error: null }]);
    expect(await t.gateway.parts.operations.silentReconcile.look()).toEqual([]);
  });

  test('is no longer silent when a webhook of a later change arrives', async () => {
    await push().heard(await companyId(), 1001, new Date());
    expect(await states()).toEqual(['works']);
    expect(await t.gateway.parts.operations.silentReconcile.look()).toEqual([]);
    // An older one that is late proves nothing new and takes nothing away.
    await push().heard(await companyId(), 1001, new Date(0));
    expect(await states()).toEqual(['works']);
  });

  test('waits for the next booking once a webhook is made, and is silent only when that one is not heard', async () => {
    await sql.query(`update calcom_push_evidence set heard_at = null, changed_at = now() - interval '10 minutes'`);
    expect(await states()).toEqual(['silent']);
    expect(await push().silentCompanies()).toHaveLength(1);
    const { status } = await t.post(
      '/api/admin/calcom/create-webhook',
      { company_id: await companyId(), public_url: 'https://gateway.example.org' },
      { authorization: `Bearer ${ADMIN_TOKEN}` },
    );
    expect(status).toBe(200);
    expect(new Set(await states())).toEqual(new Set(['unknown']));
    expect(await push().silentCompanies()).toEqual([]);
    await push().changed(await companyId(), 1001, new Date(Date.now() + 3_600_000));
    await sql.query(`update calcom_push_evidence set changed_at = now() - interval '31 seconds',
      made_at = now() - interval '5 minutes' where calcom_event_type_id = 1001`);
    expect(await states()).toContain('silent');
    expect(await push().silentCompanies()).toHaveLength(1);
  });
});
