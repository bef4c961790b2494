import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import type { Comparison, ReconcileReport } from '../../src/services/sync/reconciliation';
import { openDay, SANDBOX_KEY, startTestGateway, type TestGateway } from '../support/gateway';

let t: TestGateway;
let sql: Client;
beforeAll(async () => {
  t = await startTestGateway();
  sql = new Client({ connectionString: t.databaseUrl });
  await sql.connect();
});
afterAll(async () => {
  await sql.end();
  await t.stop();
});

const reconcile = (what: Comparison = 'changes'): Promise<ReconcileReport[]> =>
  t.gateway.parts.operations.reconciliation.run({ what });
/** A change made at Cal.com itself, without a webhook. */
async function atCalcom(path: string, body: object): Promise<{ uid: string }> {
  const response = await fetch(`${t.sandbox.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${SANDBOX_KEY}`,
      'cal-api-version': '2024-08-13',
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  });
  expect(response.ok).toBe(true);
  return ((await response.json()) as { data: { uid: string } }).data;
}
let hour = 8;
const onTheWeb = (): Promise<{ uid: string }> =>
  atCalcom('/bookings', {
    start: `${openDay(20)}T${String(hour++).padStart(2, '0')}:00:00Z`,
    eventTypeId: 1001,
    attendee: { name: 'Wera Web', email: 'wera@example.com', timeZone: 'Europe/Berlin' },
  });
async function appointment(uid: string): Promise<{ id: string; status: string; sync_origin: string } | undefined> {
  const { rows } = await sql.query(`select id, status, sync_origin from appointments where calcom_booking_uid = $1`, [
    uid,
  ]);
  return rows[0] as { id: string; status: string; sync_origin: string } | undefined;
}

test('a booking that no webhook told of becomes an appointment, once', async () => {
  const { uid } = await onTheWeb();
  const [first] = await reconcile();
  expect(first).toMatchObject({ error: null, changed: 1 });
  expect(await appointment(uid)).toMatchObject({ status: 'booked', sync_origin: 'calcom' });
  const [second] = await reconcile();
  expect(second).toMatchObject({ error: null, changed: 0 });
});

test('a cancellation and a move that no webhook told of are taken over', async () => {
  const [gone, moved] = [await onTheWeb(), await onTheWeb()];
  await reconcile();
  await atCalcom(`/bookings/${gone.uid}/cancel`, { cancellationReason: 'Changed my mind' });
  const next = await atCalcom(`/bookings/${moved.uid}/reschedule`, { start: `${openDay(22)}T09:00:00Z` });
  const before = await appointment(moved.uid);
  await reconcile();
  expect(await appointment(gone.uid)).toMatchObject({ status: 'cancelled' });
  expect(await appointment(next.uid)).toMatchObject({ id: before?.id, status: 'booked' });
});

test('a row whose booking Cal.com does not know goes to a person, in the comparison of what is ahead', async () => {
  const { uid } = await onTheWeb();
  await reconcile();
  const lost = `lost-${randomUUID()}`;
  await sql.query(
    `update appointments set calcom_booking_uid = $2, updated_at = now() - interval '5 minutes' where calcom_booking_uid = $1`,
    [uid, lost],
  );
  await atCalcom(`/bookings/${uid}/cancel`, { cancellationReason: 'Never happened' });
  const [report] = await reconcile('ahead');
  expect(report).toMatchObject({ missing: 1 });
  const { rows } = await sql.query(`select requires_manual_review from appointments where calcom_booking_uid = $1`, [
    lost,
  ]);
  expect(rows[0]).toMatchObject({ requires_manual_review: true });
});

test('companies that share a key cost one listing together, and each gets its own bookings only', async () => {
  for (const name of ['Zweiter Salon', 'Dritter Salon']) {
    await sql.query(`insert into companies (name, slug) values ($1, $2)`, [name, randomUUID()]);
  }
  const { uid } = await onTheWeb();
  await fetch(`${t.sandbox.controlUrl}/counters`, { method: 'DELETE' });
  const reports = await reconcile();
  expect(reports).toHaveLength(3);
  expect(reports.map((report) => report.changed).sort()).toEqual([0, 0, 1]);
  const requests = (await t.control('/requests?limit=100')) as { method: string; path: string }[];
  expect(requests.filter((one) => one.method === 'GET' && one.path.startsWith('/v2/bookings?'))).toHaveLength(1);
  expect(await appointment(uid)).toMatchObject({ status: 'booked' });
});

test('when Cal.com cannot be asked the position stays where it was', async () => {
  const position = async (): Promise<Date[]> =>
    (await sql.query(`select position_at from sync_cursors order by company_id`)).rows.map(
      (row) => (row as { position_at: Date }).position_at,
    );
  await reconcile();
  const before = await position();
  await t.control('/faults', {
    match: { method: 'GET', path: '/v2/bookings' },
    times: 10,
    fault: { kind: 'status', status: 500 },
  });
  const reports = await reconcile();
  await fetch(`${t.sandbox.controlUrl}/faults`, { method: 'DELETE' });
  expect(reports.every((report) => report.error !== null)).toBe(true);
  expect(await position()).toEqual(before);
});
