import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { Client } from 'pg';
import request from 'supertest';
import { CALCOM_SECRET, openDay, startTestGateway, type TestGateway } from '../support/gateway';
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

const sign = (raw: string, secret = CALCOM_SECRET): string => createHmac('sha256', secret).update(raw).digest('hex');
const deliver = (event: object, signature?: string): request.Test => {
  const raw = JSON.stringify(event);
  return request(t.gateway.server)
    .post('/api/calcom/webhook')
    .set({ 'content-type': 'application/json', 'x-cal-signature-256': signature ?? sign(raw) })
    .send(raw);
};
let minute = 0;
function event(
  trigger: string,
  uid: string,
  payload: object = {},
): { triggerEvent: string; createdAt: string; payload: object } {
  const createdAt = new Date(Date.UTC(2026, 10, 1, 0, minute++)).toISOString();
  return {
    triggerEvent: trigger,
    createdAt,
    payload: {
      uid,
      bookingId: 1000 + minute,
      eventTypeId: 1001,
      startTime: `${openDay(30)}T10:00:00.000Z`,
      endTime: `${openDay(30)}T10:30:00.000Z`,
      status: 'ACCEPTED',
      organizer: { id: 501, name: 'Anna', email: 'anna@example.com' },
      attendees: [{ name: 'Web Bucher', email: 'web@example.com' }],
      metadata: {},
      ...payload,
    },
  };
}
async function rows(
  uids: string[],
): Promise<{ status: string; uid: string; starts_at: Date; sync_origin: string; id: string }[]> {
  const { rows: found } = await sql.query(
    `select distinct a.id, a.status, a.calcom_booking_uid as uid, a.starts_at, a.sync_origin from appointments a
     join appointment_booking_uids u on u.appointment_id = a.id where u.uid = any($1)`,
    [uids],
  );
  return found;
}

test('a start booked on the web is not offered any more, although Cal.com goes on listing it for a moment', async () => {
  await t.control('/behaviour', { slotCache: true });
  const day = openDay(25);
  const offered = async (): Promise<string[]> => {
    const { body } = await t.tool('check_availability', { service_name: 'Herrenhaarschnitt', desired_date: day });
    return body.available_slots;
  };
  // Both hosts' time: the sandbox knows nothing of these bookings, as Cal.com's cache knows nothing of new ones.
  const time = { startTime: `${day}T10:00:00.000Z`, endTime: `${day}T10:30:00.000Z` };
  const start = `${day} ${new Intl.DateTimeFormat('de', { timeZone: 'Europe/Berlin', hour: '2-digit', minute: '2-digit' }).format(new Date(time.startTime))}`;
  expect(await offered()).toContain(start);
  await deliver(event('BOOKING_CREATED', 'uid-web-cached', time));
  await webhooksSettled(t, sql);
  expect(await offered()).not.toContain(start);
  await t.control('/behaviour', { slotCache: false });
});

test('a booking made on the web becomes an appointment of Cal.com’s', async () => {
  const response = await deliver(event('BOOKING_CREATED', 'uid-web-1'));
  expect(response.body).toEqual({ received: true, status: 'stored' });
  await webhooksSettled(t, sql);
  expect(await rows(['uid-web-1'])).toMatchObject([{ status: 'booked', sync_origin: 'calcom' }]);
});

test('a wrong signature, none, and the literal "no-secret-provided" are refused', async () => {
  const body = event('BOOKING_CREATED', 'uid-refused');
  expect((await deliver(body, sign(JSON.stringify(body), 'another-secret'))).status).toBe(401);
  expect((await deliver(body, 'no-secret-provided')).status).toBe(401);
  expect((await request(t.gateway.server).post('/api/calcom/webhook').send(body)).status).toBe(401);
  expect(await rows(['uid-refused'])).toEqual([]);
});

test('a duplicate delivery changes nothing', async () => {
  const body = event('BOOKING_CREATED', 'uid-twice');
  expect((await deliver(body)).body.status).toBe('stored');
  expect((await deliver(body)).body.status).toBe('duplicate');
  await webhooksSettled(t, sql);
  expect(await rows(['uid-twice'])).toHaveLength(1);
});

test('PING and unknown triggers are answered with 200 and left alone', async () => {
  expect(
    (await deliver({ triggerEvent: 'PING', createdAt: 'x', payload: { type: 'Test', title: 'Test trigger event' } }))
      .status,
  ).toBe(200);
  expect((await deliver({ triggerEvent: 'FORM_SUBMITTED', createdAt: 'y', payload: { anything: 1 } })).status).toBe(
    200,
  );
  await webhooksSettled(t, sql);
  const { rows: ignored } = await sql.query(
    `select status from webhook_events where event_type in ('PING', 'FORM_SUBMITTED')`,
  );
  expect(ignored).toEqual([{ status: 'ignored' }, { status: 'ignored' }]);
});

test('news of our own booking finds the appointment that is there already', async () => {
  const { body } = await t.tool('create_booking', {
    service_name: 'Bartpflege',
    desired_date: openDay(9),
    desired_time: '09:00',
    customer_name: 'Otto Eigen',
  });
  expect(body.status).toBe('booked');
  const start = new Date(body.datetime as string);
  await deliver(
    event('BOOKING_CREATED', body.booking_uid as string, {
      eventTypeId: 1004,
      startTime: start.toISOString(),
      endTime: new Date(start.getTime() + 900_000).toISOString(),
    }),
  );
  await webhooksSettled(t, sql);
  expect(await rows([body.booking_uid as string])).toMatchObject([
    { id: body.appointment_id, sync_origin: 'retell', status: 'booked' },
  ]);
});

test('a cancellation at Cal.com cancels the appointment and frees its start', async () => {
  const wish = { service_name: 'Färben', desired_date: openDay(10), desired_time: '11:00' };
  const { body } = await t.tool('create_booking', { ...wish, customer_name: 'Ina Abgesagt' });
  await deliver(
    event('BOOKING_CANCELLED', body.booking_uid as string, {
      eventTypeId: 1003,
      status: 'CANCELLED',
      metadata: undefined,
      startTime: (body.datetime as string).replace('Z', '+00:00'),
    }),
  );
  await webhooksSettled(t, sql);
  expect(await rows([body.booking_uid as string])).toMatchObject([{ status: 'cancelled' }]);
});

test('an event type of no company here changes nothing', async () => {
  await deliver(event('BOOKING_CREATED', 'uid-foreign', { eventTypeId: 999_999 }));
  await webhooksSettled(t, sql);
  expect(await rows(['uid-foreign'])).toEqual([]);
});

test('another company’s event type of a shared host makes the gateway ask again', async () => {
  const question = { service_name: 'Herrenhaarschnitt', desired_date: openDay(12) };
  const asked = async (): Promise<number> => t.gateway.parts.upstream.client.requestCount();
  await t.tool('check_availability', question);
  const before = await asked();
  await t.tool('check_availability', question);
  expect(await asked()).toBe(before);
  await deliver(
    event('BOOKING_CREATED', 'uid-private', {
      eventTypeId: 999_998,
      startTime: `${openDay(12)}T10:00:00.000Z`,
      endTime: `${openDay(12)}T11:00:00.000Z`,
    }),
  );
  await webhooksSettled(t, sql);
  await t.tool('check_availability', question);
  expect(await asked()).toBeGreaterThan(before);
  expect(await rows(['uid-private'])).toEqual([]);
});

test('a chain of moves ends in one appointment, in whatever order its news arrives', async () => {
  let chain = 0;
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), fc.boolean(), async (order, cancelled) => {
      const name = `chain-${++chain}`;
      const at = (hour: number): object => ({
        startTime: `${openDay(40)}T${hour}:00:00.000Z`,
        endTime: `${openDay(40)}T${hour}:30:00.000Z`,
      });
      const events = [
        event('BOOKING_CREATED', `${name}-a`, at(10)),
        event('BOOKING_RESCHEDULED', `${name}-b`, { ...at(11), rescheduleUid: `${name}-a` }),
        event('BOOKING_RESCHEDULED', `${name}-c`, { ...at(12), rescheduleUid: `${name}-b` }),
        cancelled
          ? event('BOOKING_CANCELLED', `${name}-c`, { ...at(12), status: 'CANCELLED' })
          : event('BOOKING_CREATED', `${name}-a`, at(10)),
      ];
      for (const index of order) {
        await deliver(events[index]!);
        await webhooksSettled(t, sql);
      }
      const found = await rows([`${name}-a`, `${name}-b`, `${name}-c`]);
      expect(found).toHaveLength(1);
      expect(found[0]).toMatchObject({ uid: `${name}-c`, status: cancelled ? 'cancelled' : 'booked' });
      expect(found[0]!.starts_at.toISOString()).toBe(`${openDay(40)}T12:00:00.000Z`);
    }),
    { numRuns: 30 },
  );
});
