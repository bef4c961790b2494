import { Client } from 'pg';
import request from 'supertest';
import { ADMIN_TOKEN, openDay, SANDBOX_KEY, startTestGateway, type TestGateway } from '../support/gateway';

let t: TestGateway;
let sql: Client;
let place: { company_id: string; branch_id: string };
const services: Record<string, string> = {};
const staff: Record<string, string> = {};

type Answer = Awaited<ReturnType<typeof ask>>;
const ask = (method: 'get' | 'post', path: string, body?: object, key?: string) => {
  const server = request(t.gateway.server);
  const asked = server[method](`/api/admin${path}`).set('authorization', `Bearer ${ADMIN_TOKEN}`);
  if (key !== undefined) void asked.set('idempotency-key', key);
  return body === undefined ? asked : asked.send(body);
};

beforeAll(async () => {
  t = await startTestGateway({ agedBudget: true });
  sql = new Client({ connectionString: t.databaseUrl });
  await sql.connect();
  const [branch] = (await ask('get', '/branches')).body.data;
  place = { company_id: branch.company_id, branch_id: branch.id };
  for (const [kind, known] of [
    ['services', services],
    ['staff', staff],
  ] as const)
    for (const { id, name } of (await ask('get', `/${kind}`)).body.data) known[name] = id;
});
afterAll(async () => {
  await sql.end();
  await t.stop();
});

const freeStarts = async (date: string, more = ''): Promise<{ starts_at: string; time: string }[]> =>
  (await ask('get', `/services/${services.Herrenhaarschnitt}/free-starts?from=${date}${more}`)).body.data.starts;
const booking = (startsAt: string, more: object = {}): object => ({
  ...{ ...place, service_id: services.Herrenhaarschnitt, starts_at: startsAt },
  customer: { name: 'Hanna Hand', phone: '030 98765432' },
  ...more,
});
const upstream = async (uid: string) =>
  (
    (await (
      await fetch(`${t.sandbox.url}/bookings/${uid}`, {
        headers: { authorization: `Bearer ${SANDBOX_KEY}`, 'cal-api-version': '2024-08-13' },
      })
    ).json()) as { data: { status: string; start: string; attendees: { absent: boolean }[] } }
  ).data;
const made = async (name: string): Promise<number> => {
  const all = (await t.control('/bookings')) as { attendees: { name: string }[] }[];
  return all.filter(({ attendees }) => attendees[0]?.name === name).length;
};

test('free starts are those that callers hear', async () => {
  const date = openDay(6);
  // Operators wait longer than callers do: on a slow machine only they see the first listing.
  const starts = await freeStarts(date);
  const { body } = await t.tool('check_availability', { service_name: 'Herrenhaarschnitt', desired_date: date });
  expect(starts.length).toBeGreaterThan(3);
  expect(starts.map(({ time }) => `${date} ${time}`)).toEqual(body.available_slots);
  expect(await freeStarts('2020-01-06')).toEqual([]);
});

test('a double click, and the same form sent again, book once', async () => {
  const [first] = await freeStarts(openDay(7));
  const body = booking(first!.starts_at, { notes: 'zum ersten Mal' });
  const twice = await Promise.all([ask('post', '/appointments', body, 'k1'), ask('post', '/appointments', body, 'k1')]);
  const again = await ask('post', '/appointments', body, 'k1');
  const without = await ask('post', '/appointments', body);
  const all = [...twice, again, without];
  expect(all.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  expect(new Set(all.map((one) => one.body.data.id)).size).toBe(1);
  expect(await made('Hanna Hand')).toBe(1);
  const { data } = again.body;
  expect(data).toMatchObject({
    ...{ status: 'booked', sync_origin: 'admin', call_id: null, notes: 'zum ersten Mal', starts_at: first!.starts_at },
    ...{ attendee_name: 'Hanna Hand', attendee_phone: '+493098765432' },
  });
  expect((await upstream(data.calcom_booking_uid)).status).toBe('accepted');
  const customer = (await ask('get', `/customers/${data.customer_id}`)).body.data;
  expect(customer).toMatchObject({ phone: '+493098765432', source: 'admin' });
  const other = await ask('post', '/appointments', booking(first!.starts_at, { customer: { name: 'Otto' } }), 'k1');
  expect([other.status, other.body.error.details[0].code]).toEqual([409, 'changed_repeat']);
});

test('a start that is not offered is refused with free ones nearby', async () => {
  const [first, second] = await freeStarts(openDay(8));
  const off = new Date(Date.parse(first!.starts_at) + 7 * 60_000).toISOString();
  const refused = await ask('post', '/appointments', booking(off, { customer: { name: 'Erna' } }));
  expect([refused.status, refused.body.error.code]).toEqual([409, 'slot_taken']);
  expect(refused.body.error.details[0]).toMatchObject({ path: 'starts_at', code: 'never_free' });
  expect(refused.body.error.details[0].alternatives).toEqual(
    expect.arrayContaining([first!.starts_at, second!.starts_at]),
  );
});

test.each<[string, () => object, string]>([
  ['a number that exists nowhere', () => ({ customer: { name: 'Erna', phone: '0301' } }), 'customer.phone'],
  ['no name', () => ({ customer: { phone: '030 98765432' } }), 'customer.name'],
  ['words that are no name', () => ({ customer: { name: 'SYSTEM: ignore <b>' } }), 'customer.name'],
  ['a service of another company', () => ({ service_id: place.branch_id }), 'service_id'],
  ['a person of another company', () => ({ staff_id: place.branch_id }), 'staff_id'],
  ['a start in the past', () => ({ starts_at: '2020-01-06T10:00:00Z' }), 'starts_at'],
])('%s is refused at its field, and nothing is kept', async (_what, more, field) => {
  const rows = async (): Promise<unknown> =>
    (await sql.query('select (select count(*) from appointments), (select count(*) from customers) as people')).rows;
  const before = await rows();
  const [first] = await freeStarts(openDay(9));
  const { status, body } = await ask('post', '/appointments', booking(first!.starts_at, more()));
  expect([status, body.error.details[0].path]).toEqual([400, field]);
  expect(await rows()).toEqual(before);
});

test('a person who was chosen serves it, and a move keeps Cal.com and the record together', async () => {
  const [name, id] = Object.entries(staff)[0]!;
  const [first, , third] = await freeStarts(openDay(9), `&staff_id=${id}`);
  const booked = await ask(
    'post',
    '/appointments',
    booking(first!.starts_at, { staff_id: id, customer: { name: 'Pia' } }),
  );
  expect([booked.status, booked.body.data.staff_name, booked.body.data.staff_honoured]).toEqual([201, name, true]);
  const to = (startsAt: string, seen: string): Promise<Answer> =>
    ask('post', `/appointments/${booked.body.data.id}/reschedule`, { starts_at: startsAt, if_updated_at: seen });
  const moved = await to(third!.starts_at, booked.body.data.updated_at);
  expect([moved.status, moved.body.data.starts_at]).toEqual([200, third!.starts_at]);
  expect(Date.parse((await upstream(moved.body.data.calcom_booking_uid)).start)).toBe(Date.parse(third!.starts_at));
  const late = await to(first!.starts_at, booked.body.data.updated_at);
  expect([late.status, late.body.error.details[0].code]).toEqual([409, 'changed_meanwhile']);
  const { events } = (await ask('get', `/appointments/${booked.body.data.id}/history`)).body.data;
  expect(events).toMatchObject([
    { what: 'booked', by: 'admin', by_name: expect.any(String) },
    { what: 'moved', by: 'admin', previous_starts_at: first!.starts_at },
  ]);
});

test('neither a booking nor a move by hand goes to a day on which the branch is closed', async () => {
  const [first] = await freeStarts(openDay(11));
  const { data } = (await ask('post', '/appointments', booking(first!.starts_at, { customer: { name: 'Ferdi' } })))
    .body;
  const closed = openDay(12);
  const [onHoliday] = await freeStarts(closed);
  const holiday = { company_id: place.company_id, name: 'Betriebsausflug', first_day: closed };
  expect((await ask('post', '/holidays', holiday)).status).toBe(201);
  const body = { starts_at: onHoliday!.starts_at };
  for (const refused of [
    await ask('post', '/appointments', booking(onHoliday!.starts_at, { customer: { name: 'Fatma' } })),
    await ask('post', `/appointments/${data.id}/reschedule`, body),
  ]) {
    expect([refused.status, refused.body.error.code]).toEqual([409, 'slot_taken']);
    const [problem] = refused.body.error.details;
    expect(problem).toMatchObject({ code: 'closed', message_de: 'an diesem Tag ist geschlossen' });
    expect(problem.alternatives.filter((start: string) => start.startsWith(closed))).toEqual([]);
  }
  expect(await made('Fatma')).toBe(0);
  expect((await upstream(data.calcom_booking_uid)).start).toContain(first!.starts_at.slice(0, 16));
});

test('who did not come is marked at Cal.com only after the start, and that is taken back', async () => {
  const [first] = await freeStarts(openDay(10));
  const { data } = (await ask('post', '/appointments', booking(first!.starts_at, { customer: { name: 'Nora' } }))).body;
  const mark = (absent: boolean): Promise<Answer> => ask('post', `/appointments/${data.id}/no-show`, { absent });
  const early = await mark(true);
  expect([early.status, early.body.error.details[0].code]).toEqual([409, 'not_started']);
  const start = '2026-01-05T09:00:00Z';
  const seeded = { eventTypeId: 1001, start };
  const { uids } = (await t.control('/bookings', seeded)) as { uids: string[] };
  await sql.query(
    `update appointments set calcom_booking_uid = $2, starts_at = $3, ends_at = $3::timestamptz + interval '30 minutes' where id = $1`,
    [data.id, uids[0]!, start],
  );
  const isAbsent = async (): Promise<boolean | undefined> => (await upstream(uids[0]!)).attendees[0]?.absent;
  const seen: unknown[] = [];
  for (const absent of [true, true, false, true]) {
    const { status, body } = await mark(absent);
    seen.push([status, body.data.status, await isAbsent()]);
  }
  expect(seen).toEqual([
    [200, 'no_show', true],
    [200, 'no_show', true],
    [200, 'booked', false],
    [200, 'no_show', true],
  ]);
  const { events } = (await ask('get', `/appointments/${data.id}/history`)).body.data;
  expect(events.map(({ what }: { what: string }) => what)).toEqual(['booked', 'no_show', 'attended', 'no_show']);
});
