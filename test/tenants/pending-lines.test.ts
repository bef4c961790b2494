import { Client } from 'pg';
import request from 'supertest';
import { signBody } from '../../src/retell/signature';
import { ADMIN_TOKEN, RETELL_KEY, startTestGateway, toolBody, type TestGateway } from '../support/gateway';
import { until } from '../support/until';

interface Tenant {
  id: string;
  branch: string;
  token: string;
}
let t: TestGateway;
let sql: Client;
const tenants: Record<string, Tenant> = {};
const OWN_KEY = 'key_of_the_signing_company';
const [NEW, FOREIGN, UNSIGNED] = ['+4930777301', '+4930777302', '+4930777303'];

async function admin(
  method: 'get' | 'post' | 'patch',
  path: string,
  body: object = {},
  token = ADMIN_TOKEN,
): Promise<request.Response> {
  const asked: request.Test = request(t.gateway.server)[method](`/api/admin${path}`);
  return asked.set('authorization', `Bearer ${token}`).send(body);
}
const enter = (of: Tenant, number: string | undefined, token = of.token): Promise<request.Response> =>
  admin('post', '/phone-numbers', { company_id: of.id, branch_id: of.branch, number }, token);

async function called(key: string, call: object): Promise<string> {
  const raw = JSON.stringify(toolBody('current_context', {}, call));
  const asked = request(t.gateway.server).post('/api/retell/current_context').set('content-type', 'application/json');
  const { status, body } = await asked.set('x-retell-signature', signBody(Buffer.from(raw), key, Date.now())).send(raw);
  return status === 200 ? (body as { status: string }).status : String(status);
}
const pendingOf = async ({ id }: Tenant): Promise<string[]> => {
  const { body } = await admin('get', `/check-setup?company_id=${id}`);
  return (body.data as { id: string; title: string }[])
    .filter((one) => one.id.startsWith('line_pending'))
    .map(({ title }) => title);
};

beforeAll(async () => {
  t = await startTestGateway();
  sql = new Client({ connectionString: t.databaseUrl });
  await sql.connect();
  for (const slug of ['signing', 'shared', 'known']) {
    const keys = slug === 'signing' ? { retell_api_key: OWN_KEY } : {};
    const id = (await admin('post', '/companies', { name: slug, slug, ...keys })).body.data.id as string;
    const branch = await admin('post', '/branches', { company_id: id, name: 'Mitte', time_zone: 'Europe/Berlin' });
    const { body } = await admin('post', '/tokens', { company_id: id, name: slug });
    tenants[slug] = { id, branch: branch.body.data.id as string, token: body.data.token as string };
  }
});
afterAll(async () => {
  await sql.end();
  await t.stop();
});

test('a company’s new number is pending until a call to it arrives that its own key signed', async () => {
  const { signing } = tenants as { signing: Tenant };
  const made = await enter(signing, NEW);
  expect([made.status, made.body.data.confirmed_at]).toEqual([201, null]);
  expect(await pendingOf(signing)).toEqual([expect.stringContaining(NEW!)]);
  expect(await called(RETELL_KEY, { to_number: NEW, agent_id: 'agent_of_none' })).toBe('unknown_tenant');
  expect(await called(OWN_KEY, { to_number: NEW, agent_id: 'agent_of_none' })).toBe('ok');
  expect(await pendingOf(signing)).toEqual([]);
  // Another number in its place is a new one.
  const path = `/phone-numbers/${String(made.body.data.id)}`;
  const same = await admin('patch', path, { number: NEW, is_active: true }, signing.token);
  expect(same.body.data.confirmed_at).not.toBeNull();
  const moved = await admin('patch', path, { number: '+4930777309' }, signing.token);
  expect(moved.body.data.confirmed_at).toBeNull();
});

test('an agent is pending in the same way', async () => {
  const { signing } = tenants as { signing: Tenant };
  const wish = { company_id: signing.id, branch_id: signing.branch, agent_id: 'agent_pending' };
  expect((await admin('post', '/agents', wish, signing.token)).body.data.confirmed_at).toBeNull();
  const call = { to_number: '+4930000001', agent_id: 'agent_pending' };
  expect(await called(RETELL_KEY, call)).toBe('unknown_tenant');
  expect(await called(OWN_KEY, call)).toBe('ok');
});

test('without a key of its own the platform confirms, and no one else', async () => {
  const { shared } = tenants as { shared: Tenant };
  const made = await enter(shared, UNSIGNED);
  const path = `/phone-numbers/${String(made.body.data.id)}`;
  const call = { to_number: UNSIGNED, agent_id: 'agent_of_none' };
  expect(await called(RETELL_KEY, call)).toBe('unknown_tenant');
  expect((await admin('patch', path, { confirmed: true }, shared.token)).status).toBe(403);
  expect((await admin('post', '/phone-numbers', { confirmed: true }, shared.token)).status).toBe(400);
  expect(await called(RETELL_KEY, call)).toBe('unknown_tenant');
  expect((await admin('patch', path, { confirmed: true })).body.data.confirmed_at).not.toBeNull();
  expect(await called(RETELL_KEY, call)).toBe('ok');
});

test('a number that was written down takes nothing from the company that is called on it', async () => {
  const { signing, known } = tenants as { signing: Tenant; known: Tenant };
  const agent = { company_id: known.id, branch_id: known.branch, agent_id: 'agent_known' };
  expect((await admin('post', '/agents', agent)).status).toBe(201);
  expect((await enter(signing, FOREIGN)).status).toBe(201);
  const call = { to_number: FOREIGN, agent_id: 'agent_known', call_id: 'call_00000000000000000000000known' };
  expect(await called(RETELL_KEY, call)).toBe('ok');
  // The call is recorded behind the answer.
  const calls = async (): Promise<unknown[]> =>
    (await sql.query('select company_id from calls where to_number = $1', [FOREIGN])).rows;
  const recorded = await until(calls, (found) => found.length > 0);
  expect(recorded).toEqual([{ company_id: known.id }]);
  // Its own key signs a call that never was; the number has rung at another company since.
  expect(await called(OWN_KEY, { to_number: FOREIGN, agent_id: 'agent_of_none' })).toBe('unknown_tenant');
  expect(await pendingOf(signing)).toContainEqual(expect.stringContaining(FOREIGN!));
  // The platform enters it for the company whose it is.
  expect((await enter(known, FOREIGN, ADMIN_TOKEN)).status).toBe(201);
  expect(await pendingOf(signing)).not.toContainEqual(expect.stringContaining(FOREIGN!));
  expect(await called(RETELL_KEY, { to_number: FOREIGN, agent_id: 'agent_of_none' })).toBe('ok');
});
