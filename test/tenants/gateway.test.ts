import Redis from 'ioredis';
import { Client } from 'pg';
import request from 'supertest';
import type { TenantId } from '../../src/domain';
import { UpstreamUnavailable } from '../../src/errors';
import { ADMIN_TOKEN, openDay, SANDBOX_KEY, startTestGateway, type TestGateway } from '../support/gateway';
import { redisUrl } from '../support/servers';

const OWN_KEY = 'cal_sandbox_second_account';
const THEIR_NUMBER = '+4930777002';
const THEIRS = { to_number: THEIR_NUMBER, agent_id: 'agent_theirs' };
const CALLER = '+493090182111';

let t: TestGateway;
let sql: Client;
let redis: Redis;
let theirId: string;
let ourId: string;

async function admin(method: 'post' | 'patch', path: string, body: object): Promise<request.Response> {
  const asked: request.Test = request(t.gateway.server)[method](`/api/admin${path}`);
  return asked.set('authorization', `Bearer ${ADMIN_TOKEN}`).send(body);
}

const read = (path: string): request.Test =>
  request(t.gateway.server).get(`/api/admin${path}`).set('authorization', `Bearer ${ADMIN_TOKEN}`);

beforeAll(async () => {
  t = await startTestGateway();
  sql = new Client({ connectionString: t.databaseUrl });
  await sql.connect();
  redis = new Redis(redisUrl());
  ourId = (await sql.query(`select id from companies where slug = 'salon-sonnenschein'`)).rows[0].id as string;
  const company = await admin('post', '/companies', { name: 'Theirs', slug: 'theirs' });
  theirId = company.body.data.id as string;
  const branch = await admin('post', '/branches', { company_id: theirId, name: 'Mitte', time_zone: 'Europe/Berlin' });
  await admin('post', '/phone-numbers', { company_id: theirId, branch_id: branch.body.data.id, number: THEIR_NUMBER });
  // The very event type of the demo company, as an upgraded installation may have it: nothing but the tenant tells them apart.
  await sql.query('update calcom_event_type_owners set company_id = null where calcom_event_type_id = 1004');
  await sql.query(
    `insert into services (company_id, name, duration_minutes, calcom_event_type_id) values ($1, 'Bartpflege', 15, 1004)`,
    [theirId],
  );
  await t.gateway.parts.tenantChanged(theirId as TenantId);
});
afterAll(async () => {
  redis.disconnect();
  await sql.end();
  await t.stop();
});

/** Keys that belong to a key of Cal.com or to the gateway as a whole, not to a company. */
const COMMON = [
  /^calcom:budget:\{(?:address|(?:operators:)?[0-9a-f]{16})\}:/,
  /^calcom:circuit:/,
  /^calcom_(?:metrics|api_rate_limit):/,
  /^askpro:/,
];

test('a booking of one company is unknown in the other: not found, not moved, not cancelled', async () => {
  const wish = {
    service_name: 'Bartpflege',
    desired_date: openDay(6),
    desired_time: '10:00',
    customer_name: 'Ida Ihre',
  };
  const { body } = await t.tool('create_booking', wish, { from_number: CALLER });
  expect(body.status).toBe('booked');
  const same = { ...THEIRS, from_number: CALLER };
  expect((await t.tool('get_customer_appointments', {}, same)).body.status).toBe('none_found');
  expect((await t.tool('check_customer', {}, same)).body.status).toBe('new_customer');
  const id = { appointment_id: body.appointment_id as string };
  expect((await t.tool('cancel_appointment', id, same)).body.status).toBe('not_found');
  const moved = await t.tool('reschedule_appointment', { ...id, new_date: openDay(7), new_time: '11:00' }, same);
  expect(moved.body.status).toBe('not_found');
  const { rows } = await sql.query('select status from appointments where id = $1', [body.appointment_id]);
  expect(rows).toEqual([{ status: 'booked' }]);
});

test('every key in Redis names the company it belongs to', async () => {
  for (const call of [{}, THEIRS]) {
    await t.tool(
      'check_availability',
      { service_name: 'Bartpflege', desired_date: openDay(8), desired_time: '10:00' },
      call,
    );
    await t.tool('reserve_slot', { service_name: 'Bartpflege', desired_date: openDay(8), desired_time: '10:00' }, call);
  }
  await t.gateway.parts.upstream.monitor.flush();
  const keys = await redis.keys('*');
  expect(keys.filter((key) => key.includes(ourId)).length).toBeGreaterThan(2);
  expect(keys.filter((key) => key.includes(theirId)).length).toBeGreaterThan(2);
  const nameless = keys.filter((key) => !key.includes(ourId) && !key.includes(theirId));
  expect(nameless.filter((key) => !COMMON.some((pattern) => pattern.test(key)))).toEqual([]);
});

test('one company’s change does not empty the other’s cache', async () => {
  const kept = async (id: string): Promise<number> =>
    (await redis.keys('calcom:slots:*')).filter((key) => key.includes(id)).length;
  const before = await kept(theirId);
  expect(before).toBeGreaterThan(0);
  const cleared = await request(t.gateway.server)
    .delete(`/api/admin/cache?event_type_id=1001&company_id=${ourId}`)
    .set('authorization', `Bearer ${ADMIN_TOKEN}`);
  expect(cleared.status).toBe(200);
  expect(await kept(theirId)).toBe(before);
});

describe('a company’s own key of Cal.com', () => {
  beforeAll(async () => {
    await t.control('/api-keys', { key: OWN_KEY, userId: 501 });
    const { status, text } = await admin('patch', `/companies/${theirId}`, { calcom_api_key: OWN_KEY });
    if (status !== 200) throw new Error(text);
  });

  test('is known to budgets, circuits, the report and resets before any request has used it', async () => {
    const names = (rows: { companies: { id: string }[] }[]): string[][] =>
      rows.map((row) => row.companies.map(({ id }) => id));
    const limits = await read('/rate-limit');
    expect(limits.body.data).toHaveLength(2);
    expect(limits.body.data[0]).toMatchObject({ main: true, company_count: 1 });
    expect(names(limits.body.data)[1]).toEqual([theirId]);
    const circuits = await read('/circuit-breaker');
    expect(names(circuits.body.data).filter(([id]) => id === theirId)).toHaveLength(2);
    const { breaker, monitor, accounts } = t.gateway.parts.upstream;
    const own = limits.body.data[1].key as string;
    expect(await monitor.generateReport(5, await accounts.keys())).toContain(`(key ${own}):\n  Companies: `);
    for (let i = 0; i < 5; i++) {
      const pass = await breaker.enter(own, 'reads', 5000);
      await pass.settle({ error: new UpstreamUnavailable('down', false) });
    }
    expect((await breaker.getStatus(own))[0]).toMatchObject({ state: 'open' });
    expect((await admin('post', '/circuit-breaker/reset', {})).status).toBe(200);
    expect((await breaker.getStatus(own))[0]).toMatchObject({ state: 'closed' });
    // A company learns of its own key only, and never who else uses the shared one.
    const [shared] = (await read(`/rate-limit?company_id=${ourId}`)).body.data;
    expect(names([shared])).toEqual([[ourId]]);
  });

  test('stands nowhere in the database or Redis as it is, nor in any answer', async () => {
    const { rows } = await sql.query('select c::text as row from companies c where id = $1', [theirId]);
    expect(rows[0].row).not.toContain(OWN_KEY);
    const { rows: sealed } = await sql.query('select calcom_api_key_ciphertext as text from companies where id = $1', [
      theirId,
    ]);
    expect(sealed[0].text).toMatch(/^v1/);
    const { rows: audit } = await sql.query('select a::text as row from audit_log a');
    expect(JSON.stringify(audit)).not.toContain(OWN_KEY);
    expect((await redis.keys('*')).join('\n')).not.toContain(OWN_KEY);
    const shown = await request(t.gateway.server)
      .get(`/api/admin/companies/${theirId}`)
      .set('authorization', `Bearer ${ADMIN_TOKEN}`);
    expect(shown.text).not.toContain(OWN_KEY);
    expect(shown.body.data.has_calcom_api_key).toBe(true);
  });

  test('is what their requests are sent with, and counted by itself', async () => {
    await t.tool('check_availability', { service_name: 'Bartpflege', desired_date: openDay(25) }, THEIRS);
    const { accounts, limiter } = t.gateway.parts.upstream;
    const [main, own] = (await accounts.keys()).map(({ id }) => id);
    expect(own).toBeDefined();
    const [mainStatus, ownStatus] = await limiter.status([main!, own!]);
    expect(ownStatus!.requests_last_60s).toBeGreaterThan(0);
    await t.tool('check_availability', { service_name: 'Bartpflege', desired_date: openDay(45) }, THEIRS);
    const [mainAfter, ownAfter] = await limiter.status([main!, own!]);
    expect(mainAfter!.requests_last_60s).toBe(mainStatus!.requests_last_60s);
    expect(ownAfter!.requests_last_60s).toBeGreaterThan(ownStatus!.requests_last_60s);
    expect(SANDBOX_KEY).not.toBe(OWN_KEY);
  });

  test('has a breaker of its own: their broken account does not stop the others', async () => {
    const { accounts, breaker } = t.gateway.parts.upstream;
    const [main, own] = (await accounts.keys()).map(({ id }) => id);
    await t.control('/faults', {
      match: { method: 'GET' },
      times: 1000,
      fault: { kind: 'status', status: 500 },
    });
    const stateOf = async (key: string): Promise<string[]> => (await breaker.getStatus(key)).map((one) => one.state);
    const calcom = await accounts.forTenant(theirId as TenantId);
    for (let turn = 0; turn < 8; turn++) await calcom.teams().catch(() => undefined);
    await fetch(`${t.sandbox.controlUrl}/faults`, { method: 'DELETE' });
    expect(await stateOf(own!)).toContain('open');
    expect(new Set(await stateOf(main!))).toEqual(new Set(['closed']));
    const ours = await t.tool('check_availability', { service_name: 'Färben', desired_date: openDay(30) });
    expect(['available', 'unavailable']).toContain(ours.body.status);
  });
});
