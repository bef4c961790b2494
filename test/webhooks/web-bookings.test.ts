import { createHmac } from 'node:crypto';
import { Client } from 'pg';
import request from 'supertest';
import {
  ADMIN_TOKEN,
  CALCOM_SECRET,
  openDay,
  startTestGateway,
  type TestCall,
  type TestGateway,
} from '../support/gateway';
import { webhooksSettled } from '../support/webhooks-settled';

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

let count = 0;
const freshNumber = (): string => `+49151234${String(10_000 + ++count)}`;

async function bookedOnTheWeb(payload: object): Promise<string> {
  const uid = `web-${++count}`;
  const raw = JSON.stringify({
    triggerEvent: 'BOOKING_CREATED',
    createdAt: new Date(Date.UTC(2026, 10, 1, 0, count)).toISOString(),
    payload: {
      ...{ uid, bookingId: 5000 + count, eventTypeId: 1001, status: 'ACCEPTED', metadata: {} },
      startTime: `${openDay(20 + count)}T10:00:00.000Z`,
      endTime: `${openDay(20 + count)}T10:30:00.000Z`,
      organizer: { id: 501, name: 'Anna', email: 'anna@example.com' },
      attendees: [{ name: 'Wanda Web', email: `web${count}@example.com` }],
      ...payload,
    },
  });
  const signature = createHmac('sha256', CALCOM_SECRET).update(raw).digest('hex');
  const { status } = await t.post('/api/calcom/webhook', raw, { 'x-cal-signature-256': signature });
  expect(status).toBe(200);
  await webhooksSettled(t, sql);
  return uid;
}
async function upcoming(from_number: string): Promise<{ count: number; name: string | null; message: string }> {
  const call: Partial<TestCall> = { from_number, call_id: `call_web_${++count}` };
  const { body } = await t.tool('get_customer_appointments', {}, call);
  return { count: body.appointment_count, name: body.customer_name, message: body.message };
}
const field = (value: unknown): object => ({ label: 'any', value, isHidden: false });

test.each<[string, (number: string) => object]>([
  ['the attendee', (n) => ({ attendees: [{ name: 'Wanda Web', email: 'w@example.com', phoneNumber: n }] })],
  ['the phone field', (n) => ({ responses: { attendeePhoneNumber: field(n) } })],
  ['the reminder field', (n) => ({ responses: { smsReminderNumber: field(n) } })],
  ['the reminder of the booking', (n) => ({ smsReminderNumber: n })],
  ['a field of the company', (n) => ({ responses: { handynummer: field(n.replace('+', '00')) } })],
  ["a company's own fields", (n) => ({ userFieldsResponses: { mobil: field(n) } })],
  ['the place', (n) => ({ responses: { location: field({ value: 'phone', optionValue: n }) } })],
  ['the place in words', (n) => ({ location: n.replace(/(\d{3})$/, ' $1') })],
  ['the address made of it', (n) => ({ attendees: [{ name: 'Wanda', email: `${n.slice(1)}@sms.cal.com` }] })],
])("a web booking whose number stands in %s is its holder's on the phone", async (_where, payload) => {
  const number = freshNumber();
  await bookedOnTheWeb(payload(number));
  expect(await upcoming(number)).toMatchObject({ count: 1, name: expect.stringContaining('Wanda') });
  expect(await upcoming(freshNumber())).toMatchObject({ count: 0 });
});

test('two bookings of one person at the same start are told apart by who serves them', async () => {
  const number = freshNumber();
  const person = { attendees: [{ name: 'Dora Doppel', email: 'd@example.com', phoneNumber: number }] };
  const start = { startTime: `${openDay(3)}T10:00:00.000Z`, endTime: `${openDay(3)}T10:30:00.000Z` };
  for (const [id, name] of [
    [501, 'Anna'],
    [777, 'Zoe Aushilfe'],
  ])
    await bookedOnTheWeb({ ...person, ...start, organizer: { id, name, email: `${name}@example.com` } });
  const { message } = await upcoming(number);
  expect(message).toMatch(/ bei Anna .* bei Zoe Aushilfe/);
  expect(message).not.toMatch(/Dora/);
});

test("the number of a host who is called makes the appointment no caller's own", async () => {
  const number = freshNumber();
  await bookedOnTheWeb({
    location: number,
    responses: { location: field({ value: 'userPhone', optionValue: number }) },
  });
  expect(await upcoming(number)).toMatchObject({ count: 0, name: null });
});

test.each<[string, object[], number]>([
  ['may have the host called', [{ type: 'attendeePhone' }, { type: 'phone', phone: '+4930555001', public: true }], 0],
  ['has the attendee called', [{ type: 'attendeePhone' }], 1],
])('a place that is only a number where the event type %s', async (_what, locations, count) => {
  const changed = await fetch(`${t.sandbox.controlUrl}/event-types/1001`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ locations }),
  });
  expect(changed.status).toBe(200);
  const admin = request.agent(t.gateway.server).set('authorization', `Bearer ${ADMIN_TOKEN}`);
  const [company] = (await admin.get('/api/admin/companies')).body.data;
  const path = '/api/admin/calcom/import-event-types';
  expect((await admin.post(path).send({ company_id: company.id })).status).toBe(200);
  const number = freshNumber();
  await bookedOnTheWeb({ location: number });
  expect(await upcoming(number)).toMatchObject({ count });
});

test('a number that only a later message about the booking names links it as well', async () => {
  const number = freshNumber();
  const uid = await bookedOnTheWeb({});
  expect(await upcoming(number)).toMatchObject({ count: 0 });
  const { rows } = await sql.query(`select starts_at, ends_at from appointments where calcom_booking_uid = $1`, [uid]);
  await bookedOnTheWeb({ uid, startTime: rows[0].starts_at, endTime: rows[0].ends_at, smsReminderNumber: number });
  expect(await upcoming(number)).toMatchObject({ count: 1 });
});

test('a web booking can be cancelled by its holder, and is linked to the customer', async () => {
  const number = freshNumber();
  const { status, body } = await t.tool(
    'create_booking',
    {
      ...{ service_name: 'Herrenhaarschnitt', desired_date: openDay(5), desired_time: '11:00' },
      customer_name: 'Petra Telefon',
    },
    { from_number: number },
  );
  expect([status, body.status]).toEqual([200, 'booked']);
  const uid = await bookedOnTheWeb({ smsReminderNumber: number });
  const { rows } = await sql.query(
    `select c.name from appointments a join customers c on c.id = a.customer_id where a.calcom_booking_uid = $1`,
    [uid],
  );
  expect(rows).toEqual([{ name: 'Petra Telefon' }]);
  expect(await upcoming(number)).toMatchObject({ count: 2 });
});

test('an appointment of a caller without a number belongs to the number that was said', async () => {
  const number = freshNumber();
  const { body } = await t.tool(
    'create_booking',
    {
      ...{ service_name: 'Herrenhaarschnitt', desired_date: openDay(6), desired_time: '12:00' },
      ...{ customer_name: 'Udo Unterdrückt', customer_phone: number },
    },
    { from_number: 'anonymous' },
  );
  expect(body.status).toBe('booked');
  const { rows: before } = await sql.query(`select customer_id from appointments where id = $1`, [body.appointment_id]);
  expect(before).toEqual([{ customer_id: null }]);
  expect(await upcoming(number)).toMatchObject({ count: 1, name: 'Udo Unterdrückt' });
  const { rows } = await sql.query(
    `select c.phone from appointments a join customers c on c.id = a.customer_id where a.id = $1`,
    [body.appointment_id],
  );
  expect(rows).toEqual([{ phone: number }]);
  const { body: cancelled } = await t.tool('cancel_appointment', {}, { from_number: number });
  expect(cancelled).toMatchObject({ status: 'cancelled', appointment_id: body.appointment_id });
});

test('what reconciliation finds belongs to its number too', async () => {
  const number = freshNumber();
  const answer = await fetch(`${t.sandbox.url}/bookings`, {
    method: 'POST',
    headers: {
      ...{ authorization: 'Bearer cal_sandbox_demo', 'content-type': 'application/json' },
      'cal-api-version': '2024-08-13',
    },
    body: JSON.stringify({
      ...{ eventTypeId: 1001, start: `${openDay(12)}T09:00:00.000Z` },
      attendee: { name: 'Rita Reconcile', email: 'rita@example.com', timeZone: 'Europe/Berlin', phoneNumber: number },
    }),
  });
  expect(answer.status).toBe(201);
  await t.gateway.parts.operations.reconciliation.run({ what: 'changes' });
  expect(await upcoming(number)).toMatchObject({ count: 1, name: 'Rita Reconcile' });
});
