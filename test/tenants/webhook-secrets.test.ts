import { createHmac } from 'node:crypto';
import { Client } from 'pg';
import request from 'supertest';
import type { TenantId } from '../../src/domain';
import { ADMIN_TOKEN, CALCOM_SECRET, openDay, startTestGateway, type TestGateway } from '../support/gateway';
import { webhooksSettled } from '../support/webhooks-settled';

let t: TestGateway;
let sql: Client;
let theirId: string;

async function admin(method: 'post' | 'patch', path: string, body: object): Promise<request.Response> {
  const asked: request.Test = request(t.gateway.server)[method](`/api/admin${path}`);
  return asked.set('authorization', `Bearer ${ADMIN_TOKEN}`).send(body);
}

beforeAll(async () => {
  t = await startTestGateway();
  sql = new Client({ connectionString: t.databaseUrl });
  await sql.connect();
  await t.control('/api-keys', { key: 'cal_sandbox_second_account', userId: 501 });
  const company = { name: 'Theirs', slug: 'theirs', calcom_api_key: 'cal_sandbox_second_account' };
  const made = await admin('post', '/companies', company);
  theirId = made.body.data.id as string;
});
afterAll(async () => {
  await sql.end();
  await t.stop();
});

/** Tells the gateway that Cal.com cancelled a booking, and waits until it was worked on. */
async function cancelled(uid: string, secret: string): Promise<number> {
  const payload = { uid, bookingId: 1, status: 'CANCELLED', reason: secret };
  const raw = JSON.stringify({ triggerEvent: 'BOOKING_CANCELLED', createdAt: new Date().toISOString(), payload });
  const { status } = await request(t.gateway.server)
    .post('/api/calcom/webhook')
    .set({ 'content-type': 'application/json' })
    .set('x-cal-signature-256', createHmac('sha256', secret).update(raw).digest('hex'))
    .send(raw);
  await webhooksSettled(t, sql);
  return status;
}

test('the common secret and a company’s own each speak for their own companies only', async () => {
  const ourSecret = CALCOM_SECRET;
  const created = await admin('post', '/calcom/create-webhook', {
    ...{ company_id: theirId, public_url: 'https://gateway.example.org' },
  });
  expect(created.body.data).toMatchObject({ outcome: 'created' });
  const [row] = (
    await sql.query('select calcom_webhook_secret_ciphertext as sealed from companies where id = $1', [theirId])
  ).rows as { sealed: string }[];
  const theirSecret = t.gateway.parts.upstream.secrets.open(row!.sealed, `${theirId}:calcom_webhook_secret`);
  expect(theirSecret).not.toBe(ourSecret);

  const wish = {
    service_name: 'Bartpflege',
    desired_date: openDay(6),
    desired_time: '10:00',
    customer_name: 'Ida Ihre',
  };
  const booked = (await t.tool('create_booking', wish)).body as { status: string; booking_uid: string };
  expect(booked.status).toBe('booked');
  const statusOf = async (): Promise<unknown> =>
    (await sql.query('select status from appointments where calcom_booking_uid = $1', [booked.booking_uid])).rows[0];

  expect(await cancelled(booked.booking_uid, theirSecret)).toBe(200);
  expect(await statusOf()).toEqual({ status: 'booked' });

  // The same appointment in a company with a key of its own: the common secret says nothing about it.
  const ourId = (await sql.query(`select id from companies where slug = 'salon-sonnenschein'`)).rows[0].id as TenantId;
  await sql.query(`update companies set calcom_api_key_ciphertext = 'x', calcom_key_id = 'another-key' where id = $1`, [
    ourId,
  ]);
  expect(await cancelled(booked.booking_uid, ourSecret)).toBe(200);
  expect(await statusOf()).toEqual({ status: 'booked' });

  // Only this company's secret is unreadable: the others' webhooks go on.
  await sql.query(`update companies set calcom_api_key_ciphertext = null, calcom_key_id = null where id = $1`, [ourId]);
  await sql.query(`update companies set calcom_webhook_secret_ciphertext = 'v1.torn' where id = $1`, [theirId]);
  await sql.query(`delete from webhook_events`);
  expect(await cancelled(booked.booking_uid, ourSecret)).toBe(200);
  expect(await statusOf()).toEqual({ status: 'cancelled' });
});
