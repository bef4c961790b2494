import { createHmac } from 'node:crypto';
import { Client } from 'pg';
import type { Comparison } from '../../src/services/sync/reconciliation';
import { ADMIN_TOKEN, CALCOM_SECRET, SANDBOX_KEY, startTestGateway, type TestGateway } from '../support/gateway';
import request from 'supertest';

const HOUR_MS = 3_600_000;

let t: TestGateway;
let sql: Client;
let uids: string[];
beforeAll(async () => {
  t = await startTestGateway();
  sql = new Client({ connectionString: t.databaseUrl });
  await sql.connect();
  const start = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 12 * HOUR_MS).toISOString();
  const made = await t.control('/bookings', { eventTypeId: 1001, count: 3, start, everyMinutes: 60 });
  ({ uids } = made as { uids: string[] });
  await reconcile('changes');
  await sql.query(`update appointments set updated_at = now() - interval '5 minutes'`);
});
afterAll(async () => {
  await sql.end();
  await t.stop();
});

const reconcile = async (what: Comparison): Promise<number | undefined> => {
  const [report] = await t.gateway.parts.operations.reconciliation.run({ what });
  expect(report?.error).toBeNull();
  return report?.changed;
};
async function calcom(method: string, path: string, body?: object): Promise<{ attendees: { email: string }[] }> {
  const response = await fetch(`${t.sandbox.url}/bookings/${path}`, {
    method,
    headers: {
      ...{ authorization: `Bearer ${SANDBOX_KEY}`, 'cal-api-version': '2024-08-13' },
      'content-type': 'application/json',
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  expect(response.ok).toBe(true);
  return ((await response.json()) as { data: { attendees: { email: string }[] } }).data;
}
/** At Cal.com itself, without a webhook. @returns the address marked */
async function mark(uid: string, absent: boolean): Promise<string> {
  const { attendees } = await calcom('GET', uid);
  const email = attendees[0]?.email ?? '';
  await calcom('POST', `${uid}/mark-absent`, { attendees: [{ email, absent }] });
  return email;
}
async function row(uid = ''): Promise<{ id: string; status: string }> {
  const { rows } = await sql.query(`select id, status from appointments where calcom_booking_uid = $1`, [uid]);
  return rows[0] as { id: string; status: string };
}
let minute = 0;
async function announced(bookingUid: string | undefined, email: string, noShow: boolean): Promise<void> {
  const raw = JSON.stringify({
    ...{ triggerEvent: 'BOOKING_NO_SHOW_UPDATED', createdAt: new Date(Date.UTC(2026, 10, 1, 0, minute++)) },
    payload: { message: `${email} marked`, bookingUid, bookingId: 1, attendees: [{ email, noShow }] },
  });
  const signature = createHmac('sha256', CALCOM_SECRET).update(raw).digest('hex');
  const { status } = await t.post('/api/calcom/webhook', raw, { 'x-cal-signature-256': signature });
  expect(status).toBe(200);
  for (let pass = 0; pass < 400; pass++) {
    const { rows } = await sql.query(`select id from webhook_events where status in ('pending', 'processing')`);
    if (rows.length === 0) return;
    for (const { id } of rows) await t.gateway.parts.webhooks.inbox.process(String(id));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('the event was never worked off');
}

test('a webhook of an absence, and of its being taken back, is taken over', async () => {
  const [uid = ''] = uids;
  await announced(uid, await mark(uid, true), true);
  expect(await row(uid)).toMatchObject({ status: 'no_show' });
  const email = await mark(uid, false);
  await announced(uid, email, false);
  const { id, status } = await row(uid);
  expect(status).toBe('booked');
  const { body } = await request(t.gateway.server)
    .get(`/api/admin/appointments/${id}/history`)
    .set('authorization', `Bearer ${ADMIN_TOKEN}`);
  expect(body.data.events).toMatchObject([
    { what: 'booked' },
    { what: 'no_show', by: 'calcom' },
    { what: 'attended', by: 'calcom' },
  ]);
});

test('the absence of a guest, or of a booking that is not known, changes nothing', async () => {
  const [, uid = ''] = uids;
  await announced(uid, 'guest@example.com', true);
  expect(await row(uid)).toMatchObject({ status: 'booked' });
  await announced('unknown-uid', 'guest@example.com', true);
  await announced(undefined, 'guest@example.com', true);
});

test('an absence of which no webhook told is found by the comparison', async () => {
  const uid = uids[2] ?? '';
  await mark(uid, true);
  expect(await reconcile('ahead')).toBe(1);
  expect(await row(uid)).toMatchObject({ status: 'no_show' });
  expect(await reconcile('everything')).toBe(0);
  await mark(uid, false);
  expect(await reconcile('everything')).toBe(1);
  expect(await row(uid)).toMatchObject({ status: 'booked' });
});
