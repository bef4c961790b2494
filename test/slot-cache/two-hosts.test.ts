import { createHmac } from 'node:crypto';
import { Client } from 'pg';
import request from 'supertest';
import { CALCOM_SECRET, openDay, startTestGateway, type TestGateway } from '../support/gateway';
import { until } from '../support/until';

/** Anna (501) and Ben (502) both cut men's and women's hair. */
let t: TestGateway;
beforeAll(async () => {
  t = await startTestGateway({ agedBudget: true });
  // Jobs are what lists again after a booking.
  t.gateway.start();
});
afterAll(() => t.stop());

async function isOffered(service: string, day: string): Promise<boolean> {
  const { body } = await t.tool('check_availability', {
    service_name: service,
    desired_date: day,
    desired_time: '11:00',
  });
  return body.status === 'available';
}

const book = (service: string, day: string, customer: string): Promise<request.Response> =>
  t.tool('create_booking', {
    service_name: service,
    desired_date: day,
    desired_time: '11:00',
    customer_name: customer,
    customer_phone: `+49309018${20 + customer.length}`,
  });

test('a booking of one host leaves the start of another service to the second host', async () => {
  const day = openDay(6);
  expect(await isOffered('Damenhaarschnitt', day)).toBe(true);
  expect((await book('Herrenhaarschnitt', day, 'Anton Eins')).body.status).toBe('booked');
  await until(() => isOffered('Damenhaarschnitt', day));
  expect((await book('Damenhaarschnitt', day, 'Berta Zweite')).body.status).toBe('booked');
  await until(async () => !(await isOffered('Herrenhaarschnitt', day)));
});

test('a booking that a webhook tells of leaves the start to the second host as well', async () => {
  const day = openDay(8);
  expect(await isOffered('Damenhaarschnitt', day)).toBe(true);
  const start = new Date(`${day}T11:00:00+01:00`);
  const offset = new Intl.DateTimeFormat('en', { timeZone: 'Europe/Berlin', hour: '2-digit', hourCycle: 'h23' });
  const startAt = offset.format(start) === '11' ? start : new Date(`${day}T11:00:00+02:00`);
  const raw = JSON.stringify({
    triggerEvent: 'BOOKING_CREATED',
    createdAt: new Date().toISOString(),
    payload: {
      uid: 'uid-of-the-web',
      bookingId: 4711,
      eventTypeId: 1001,
      startTime: startAt.toISOString(),
      endTime: new Date(startAt.getTime() + 1_800_000).toISOString(),
      status: 'ACCEPTED',
      organizer: { id: 501, name: 'Anna', email: 'anna@example.com' },
      attendees: [{ name: 'Web Bucher', email: 'web@example.com' }],
      metadata: {},
    },
  });
  await request(t.gateway.server)
    .post('/api/calcom/webhook')
    .set({
      'content-type': 'application/json',
      'x-cal-signature-256': createHmac('sha256', CALCOM_SECRET).update(raw).digest('hex'),
    })
    .send(raw)
    .expect(200);
  const sql = new Client({ connectionString: t.databaseUrl });
  await sql.connect();
  await until(async () => (await sql.query(`select 1 from webhook_events where status = 'processed'`)).rowCount === 1);
  await sql.end();
  await until(() => isOffered('Damenhaarschnitt', day));
});
