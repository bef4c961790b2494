import { createHmac } from 'node:crypto';
import { Client } from 'pg';
import request from 'supertest';
import { createDataSource } from '../../src/models/data-source';
import { AddEventTypeOwners1763900770000 } from '../../src/migrations/1763900770000-add-event-type-owners';
import { credentialOf } from '../../src/services/calcom/calcom-accounts';
import {
  ADMIN_TOKEN,
  CALCOM_SECRET,
  openDay,
  SANDBOX_KEY,
  startTestGateway,
  type TestGateway,
} from '../support/gateway';
import { webhooksSettled } from '../support/webhooks-settled';

let t: TestGateway;
let sql: Client;
let ourId: string;
let theirId: string;

async function admin(method: 'post' | 'patch' | 'get', path: string, body: object = {}): Promise<request.Response> {
  const asked: request.Test = request(t.gateway.server)[method](`/api/admin${path}`);
  return asked.set('authorization', `Bearer ${ADMIN_TOKEN}`).send(body);
}
const service = (company_id: string, eventTypeId: number): object => ({
  ...{ company_id, name: `Leistung ${eventTypeId}`, duration_minutes: 30, calcom_event_type_id: eventTypeId },
});
const rows = async (text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  (await sql.query(text, values)).rows as Record<string, unknown>[];

/** Cal.com tells of a booking made on the web. */
async function bookedOnTheWeb(uid: string, eventTypeId: number): Promise<void> {
  const startTime = `${openDay(20)}T10:00:00.000Z`;
  const payload = {
    ...{ uid, bookingId: 1, eventTypeId, startTime, endTime: startTime.replace('10:00', '10:30'), status: 'ACCEPTED' },
    ...{ organizer: { id: 501, name: 'Anna', email: 'anna@example.com' }, metadata: {} },
    attendees: [{ name: 'Web Bucher', email: 'web@example.com' }],
  };
  const raw = JSON.stringify({ triggerEvent: 'BOOKING_CREATED', createdAt: new Date().toISOString(), payload });
  const answer = await request(t.gateway.server)
    .post('/api/calcom/webhook')
    .set({ 'content-type': 'application/json' })
    .set('x-cal-signature-256', createHmac('sha256', CALCOM_SECRET).update(raw).digest('hex'))
    .send(raw);
  expect(answer.status).toBe(200);
  await webhooksSettled(t, sql);
}
const companyOfBooking = async (uid: string): Promise<unknown> =>
  (await rows('select company_id from appointments where calcom_booking_uid = $1', [uid]))[0]?.company_id;
const offered = async (companyId: string): Promise<unknown[]> =>
  rows('select calcom_event_type_id as id from services where company_id = $1 and is_active', [companyId]);

beforeAll(async () => {
  t = await startTestGateway();
  sql = new Client({ connectionString: t.databaseUrl });
  await sql.connect();
  ourId = (await rows(`select id from companies where slug = 'salon-sonnenschein'`))[0]!.id as string;
  const made = await admin('post', '/companies', { name: 'Theirs', slug: 'theirs' });
  theirId = made.body.data.id as string;
  await admin('post', '/branches', { company_id: theirId, name: 'Mitte', time_zone: 'Europe/Berlin' });
});
afterAll(async () => {
  await sql.end();
  await t.stop();
});

test('an event type of a shared account belongs to one company, whatever the other company offers', async () => {
  expect((await admin('post', '/services', service(theirId, 1001))).status).toBe(409);
  const own = await admin('post', '/services', service(theirId, 1009));
  expect(own.status).toBe(201);
  const taken = await admin('patch', `/services/${String(own.body.data.id)}`, { calcom_event_type_id: 1001 });
  expect(taken.status).toBe(409);
  const imported = await admin('post', '/calcom/import-event-types', { company_id: theirId });
  const outcome = (imported.body.data.items as { event_type_id: number }[]).find((one) => one.event_type_id === 1001);
  expect(outcome).toMatchObject({ outcome: 'refused', reason: 'owned_by_other_company' });
  // The owner keeps its web bookings while its service is switched off.
  await sql.query('update services set is_active = false where company_id = $1 and calcom_event_type_id = 1001', [
    ourId,
  ]);
  await bookedOnTheWeb('uid-of-owner', 1001);
  expect(await companyOfBooking('uid-of-owner')).toBe(ourId);
  await sql.query('update services set is_active = true where company_id = $1 and calcom_event_type_id = 1001', [
    ourId,
  ]);
});

test('of many claims at the same time one wins', async () => {
  const made = await Promise.all(
    [ourId, theirId, ourId, theirId].map((id) => admin('post', '/services', service(id, 4242))),
  );
  const won = made.filter(({ status }) => status === 201);
  expect(won).toHaveLength(1);
  expect(made.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
});

test('an event type without an owner belongs to no company: its booking is left alone, with an alert', async () => {
  await bookedOnTheWeb('uid-of-nobody', 4711);
  expect(await companyOfBooking('uid-of-nobody')).toBeUndefined();
  const alerts = await rows(
    `select company_id from alerts where kind = 'event_type_without_owner' and alert_key = 'event_type:4711'`,
  );
  expect(alerts).toEqual([{ company_id: null }]);
});

test('a company does not move to an account whose event types are others’', async () => {
  await t.control('/api-keys', { key: 'cal_sandbox_second_account', userId: 501 });
  const moved = await admin('post', '/companies', {
    name: 'Moved',
    slug: 'moved',
    calcom_api_key: 'cal_sandbox_second_account',
  });
  const id = moved.body.data.id as string;
  expect((await admin('post', '/services', service(id, 1002))).status).toBe(201);
  expect((await admin('patch', `/companies/${id}`, { calcom_api_key: null })).status).toBe(409);
  expect(await rows('select calcom_key_id is null as shared from companies where id = $1', [id])).toEqual([
    { shared: false },
  ]);
});

describe('a company that was given the platform’s key as its own', () => {
  let guestId: string;
  const named = (eventTypeId: number): Promise<Record<string, unknown>[]> =>
    rows('select calcom_key_id, company_id from calcom_event_type_owners where calcom_event_type_id = $1', [
      eventTypeId,
    ]);
  beforeAll(async () => {
    const made = await admin('post', '/companies', { name: 'Guest', slug: 'guest', calcom_api_key: SANDBOX_KEY });
    guestId = made.body.data.id as string;
  });

  test('owns nothing there that another company owns', async () => {
    expect((await admin('post', '/services', service(guestId, 1001))).status).toBe(409);
    expect((await admin('post', '/services', service(guestId, 5001))).status).toBe(201);
    expect((await admin('post', '/services', service(theirId, 5001))).status).toBe(409);
    expect(await named(5001)).toEqual([{ calcom_key_id: 'platform', company_id: guestId }]);
  });

  test('and what it owned under the key’s other name is its own or disputed from the next start on', async () => {
    await rows('delete from calcom_event_type_owners where calcom_event_type_id = 5001');
    for (const eventTypeId of [5001, 1003])
      await rows('insert into calcom_event_type_owners values ($1, $2, $3)', [
        credentialOf(SANDBOX_KEY).id,
        eventTypeId,
        guestId,
      ]);
    await t.gateway.parts.stores.eventTypes.adoptPlatformKey();
    expect(await named(5001)).toEqual([{ calcom_key_id: 'platform', company_id: guestId }]);
    expect(await named(1003)).toEqual([{ calcom_key_id: 'platform', company_id: null }]);
    await admin('post', '/calcom/assign-event-type', { company_id: ourId, event_type_id: 1003 });
    expect(await named(1003)).toEqual([{ calcom_key_id: 'platform', company_id: ourId }]);
  });
});

describe('after an upgrade', () => {
  beforeAll(async () => {
    const source = await createDataSource(t.databaseUrl, 1).initialize();
    const runner = source.createQueryRunner();
    const migration = new AddEventTypeOwners1763900770000();
    await migration.down(runner);
    await sql.query(
      `insert into services (company_id, name, duration_minutes, calcom_event_type_id) values ($1, 'Bart', 15, 1004)`,
      [theirId],
    );
    await migration.up(runner);
    await source.destroy();
    await t.gateway.parts.tenantChanged(theirId as never);
  });
  const checks = async (): Promise<unknown[]> => {
    const { body } = await admin('get', '/check-setup');
    return (body.data as { id: string }[]).filter(({ id }) => id.startsWith('event_type_owner'));
  };

  test('a disputed event type is marked, callers book it as before, and its web bookings wait in review', async () => {
    const owners = await rows('select calcom_event_type_id as id, company_id from calcom_event_type_owners order by 1');
    expect(owners).toContainEqual({ id: 1004, company_id: null });
    expect(owners).toContainEqual({ id: 1001, company_id: ourId });
    const wish = {
      service_name: 'Bartpflege',
      desired_date: openDay(6),
      desired_time: '10:00',
      customer_name: 'Ida Ihre',
    };
    expect((await t.tool('create_booking', wish)).body).toMatchObject({ status: 'booked' });
    await bookedOnTheWeb('uid-disputed', 1004);
    expect(await companyOfBooking('uid-disputed')).toBeUndefined();
    const waiting = `select company_id from manual_reviews where kind = 'event_type_disputed' and status = 'open'`;
    expect((await rows(waiting)).map((row) => row.company_id).sort()).toEqual([ourId, theirId].sort());
    expect(JSON.stringify(await rows(`select * from manual_reviews where kind = 'event_type_disputed'`))).not.toContain(
      'Web',
    );
    expect(await checks()).toMatchObject([{ id: 'event_type_owner:1004', status: 'error' }]);
    const { body } = await admin('get', '/calcom/disputed-event-types');
    const ids = body.data.flatMap((one: { companies: { id: string }[] }) => one.companies.map(({ id }) => id));
    expect(body.data).toMatchObject([{ key_id: 'platform', event_type_id: 1004 }]);
    expect(ids.sort()).toEqual([ourId, theirId].sort());
  });

  test('the platform decides: the other one’s service is off, nothing waits any longer', async () => {
    const decided = await admin('post', '/calcom/assign-event-type', { company_id: ourId, event_type_id: 1004 });
    expect(decided.status).toBe(200);
    expect(await offered(theirId)).not.toContainEqual({ id: 1004 });
    expect(await offered(ourId)).toContainEqual({ id: 1004 });
    expect(await rows(`select 1 from manual_reviews where kind = 'event_type_disputed' and status = 'open'`)).toEqual(
      [],
    );
    expect(await checks()).toEqual([]);
    expect((await admin('get', '/calcom/disputed-event-types')).body.data).toEqual([]);
    await bookedOnTheWeb('uid-decided', 1004);
    expect(await companyOfBooking('uid-decided')).toBe(ourId);
    const back = await rows('select id from services where company_id = $1 and calcom_event_type_id = 1004', [theirId]);
    expect((await admin('patch', `/services/${String(back[0]!.id)}`, { is_active: true })).status).toBe(409);
  });
});
