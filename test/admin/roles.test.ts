import { randomUUID } from 'node:crypto';
import { ROLES, type Role } from '../../src/services/admin/actor';
import { TokenExpiry } from '../../src/services/admin/watch';
import { ADMIN_ROUTES } from '../../src/controllers/admin/admin-router';
import { AdminTokenStore } from '../../src/models/admin-token-store';
import { migrations } from '../../src/migrations';
import { tenantId } from '../../src/domain';
import { AdminKit, type Tenant } from './kit';

let kit: AdminKit;
let ours: Tenant;
beforeAll(async () => {
  kit = await AdminKit.start();
  ours = await kit.tenant('Ours');
});
afterAll(() => kit.stop());

const DAY_MS = 86_400_000;

async function make(role: Role, more: object = {}): Promise<{ id: string; token: string; expires_at: string | null }> {
  const body = { name: role, role, ...(role === 'platform' ? {} : { company_id: ours.id }), ...more };
  const made = await kit.ask('post', '/tokens', { body });
  expect(made.status).toBe(201);
  return made.body.data;
}

describe('roles', () => {
  const cases = ADMIN_ROUTES.flatMap((spec) => ROLES.map((role) => [spec.method, spec.path, role, spec.role] as const));

  test.each(cases)('%s %s is answered to %s exactly when it is at least %s', async (method, path, role, least) => {
    // A stream would stay open.
    if (path.endsWith('/events')) return;
    const { token } = await make(role);
    const answer = await kit.ask(method, path.replace('/api/admin', '').replace(':id', randomUUID()), {
      token,
      ...(method === 'get' ? {} : { body: { no_such_field: 1 } }),
    });
    const mayAsk = ROLES.indexOf(role) >= ROLES.indexOf(least);
    // The company's own routes answer 403 for another company's id, too.
    if (mayAsk && path.includes('/companies/:id')) return;
    expect([role, answer.status === 403]).toEqual([role, !mayAsk]);
  });

  test('the front desk works with appointments and callbacks, and reaches neither keys nor set-up', async () => {
    const { token } = await make('front_desk');
    const status = async (method: 'get' | 'post' | 'patch', path: string, body?: object): Promise<number> =>
      (await kit.ask(method, path, { token, ...(body ? { body } : {}) })).status;
    const appointment = await kit.appointment(ours);
    expect(await status('get', '/calls')).toBe(200);
    expect(await status('get', `/appointments/${appointment}`)).toBe(200);
    expect(await status('get', '/tokens')).toBe(403);
    expect(await status('patch', `/services/${ours.serviceId}`, { name: 'Taken' })).toBe(403);
    expect(await status('patch', `/companies/${ours.id}`, { calcom_api_key: null })).toBe(403);
    expect(await status('post', '/calcom/test-connection', {})).toBe(403);
  });

  test('a token makes no token with a higher role, and none of another kind', async () => {
    const admin = await make('company_admin');
    const ask = async (body: object, token = admin.token): Promise<number> =>
      (await kit.ask('post', '/tokens', { token, body: { name: 'child', ...body } })).status;
    expect(await ask({ role: 'platform' })).toBe(400);
    expect(await ask({ role: 'front_desk' })).toBe(201);
    expect(await ask({ role: 'front_desk' }, (await make('front_desk')).token)).toBe(403);
    expect((await kit.ask('post', '/tokens', { body: { name: 'x', role: 'read_only' } })).body.error.details).toEqual([
      { path: 'company_id', message: 'is required for this role', message_de: 'wird für diese Rolle benötigt' },
    ]);
  });
});

describe('expiry', () => {
  test('is 90 days by default, and never for voice agents or where that was asked', async () => {
    const inDays = (text: string | null): number | null =>
      text === null ? null : (Date.parse(text) - kit.clock.nowMs()) / DAY_MS;
    expect(inDays((await make('company_admin')).expires_at)).toBe(90);
    expect(inDays((await make('platform')).expires_at)).toBe(90);
    expect(inDays((await make('voice')).expires_at)).toBeNull();
    expect(inDays((await make('read_only', { expires_in_days: null })).expires_at)).toBeNull();
  });

  test('of a program’s token is not later than that of the token that made it', async () => {
    const parent = await make('company_admin', { expires_in_days: 10 });
    const child = await kit.ask('post', '/tokens', { token: parent.token, body: { name: 'child' } });
    expect(child.body.data.expires_at).toBe(parent.expires_at);
  });

  test('raises an alert 14 days before and closes it when the token ends', async () => {
    const raised: string[] = [];
    const settled: string[] = [];
    const store = new AdminTokenStore(kit.database);
    const expiry = new TokenExpiry({
      tokens: store,
      alerts: {
        raise: ({ kind }, key, company) => void raised.push(`${kind} ${key} ${company}`),
        settle: (keys) => void settled.push(...keys),
      },
      nowMs: () => kit.clock.nowMs(),
    });
    const { id } = await make('read_only', { expires_in_days: 20 });
    const line = `token_expiring token:${id} ${ours.id}`;
    await expiry.look();
    expect(raised).not.toContain(line);
    await kit.clock.advance(6 * DAY_MS);
    await expiry.look();
    expect(raised).toContain(line);
    expect(settled).not.toContain(`token:${id}`);
    await kit.ask('delete', `/tokens/${id}`);
    await expiry.look();
    expect(settled).toContain(`token:${id}`);
  });
});

test('a revoked token takes those it made with it, and theirs, whatever their role', async () => {
  const child = async (token: string, role: Role): Promise<string> =>
    (await kit.ask('post', '/tokens', { token, body: { name: 'child', role } })).body.data.token;
  const parent = await make('company_admin');
  const beside = await make('company_admin');
  const first = await child(parent.token, 'company_admin');
  const second = await child(first, 'read_only');
  await kit.ask('delete', `/tokens/${parent.id}`, { token: beside.token });
  const answers = [];
  for (const token of [parent.token, first, second, beside.token])
    answers.push((await kit.ask('get', '/services', { token })).status);
  expect(answers).toEqual([401, 401, 401, 200]);
});

test('a token that is made while its parent is being revoked does not survive', async () => {
  const parent = await make('company_admin');
  const [made] = await Promise.all([
    kit.ask('post', '/tokens', { token: parent.token, body: { name: 'late' } }),
    kit.ask('delete', `/tokens/${parent.id}`),
  ]);
  if (made.status === 201)
    expect((await kit.ask('get', '/services', { token: made.body.data.token })).status).toBe(401);
  else expect(made.status).toBe(401);
});

test('the setup check names tokens that never expire, per company', async () => {
  const { id } = await make('company_admin', { name: 'old program', expires_in_days: null });
  const found = async (): Promise<string[]> =>
    (await kit.ask('get', `/check-setup?company_id=${ours.id}`)).body.data
      .filter((one: { id: string }) => one.id === 'tokens')
      .map((one: { detail: string }) => one.detail);
  expect((await found()).join()).toContain('old program (company_admin)');
  await kit.ask('delete', `/tokens/${id}`);
  expect((await found()).join()).not.toContain('old program');
});

test('tokens from before roles keep what they could do, without expiry', async () => {
  const migration = new (migrations.find((one) => one.name.startsWith('AddTokenRoles'))!)();
  const runner = kit.database.createQueryRunner();
  try {
    await migration.down(runner);
    await kit.insert('api_tokens', { company_id: ours.id, name: 'old of a company', token_hash: randomUUID() });
    await kit.insert('api_tokens', { name: 'old of the platform', token_hash: randomUUID() });
    await migration.up(runner);
  } finally {
    await runner.release();
  }
  const rows = await kit.sql("select name, role, expires_at from api_tokens where name like 'old of%' order by name");
  expect(rows).toEqual([
    { name: 'old of a company', role: 'company_admin', expires_at: null },
    { name: 'old of the platform', role: 'platform', expires_at: null },
  ]);
  const { token } = await kit.tokens.create({ companyId: tenantId(ours.id), name: 'new' });
  expect((await kit.ask('get', '/services', { token })).status).toBe(200);
});
