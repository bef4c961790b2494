import { randomUUID } from 'node:crypto';
import request from 'supertest';
import { ADMIN_SPECS } from '../../src/controllers/admin/admin-router';
import { tenantId } from '../../src/domain';
import { AdminKit, BOOTSTRAP, type Tenant } from './kit';

let kit: AdminKit;
let ours: Tenant;
let theirs: Tenant;

beforeAll(async () => {
  kit = await AdminKit.start();
  ours = await kit.tenant('Ours');
  theirs = await kit.tenant('Theirs');
});
afterAll(() => kit.stop());

const address = (path: string): string =>
  path.replace('/api/admin', '').replace(':id', '6f9619ff-8b86-4d01-b42d-00cf4fc964ff');

test.each(ADMIN_SPECS.map((spec) => [spec.method, spec.path] as const))(
  '%s %s asks for a token',
  async (method, path) => {
    const answer = await kit.ask(method, address(path), { token: null });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toContain('Bearer');
  },
);

test.each(['text/plain', 'text/event-stream'])('the routes that answer %s ask for a token too', async (type) => {
  const path = type === 'text/plain' ? '/performance-report' : '/events';
  expect((await kit.ask('get', path, { token: null })).status).toBe(401);
});

test('a token in the address is no token', async () => {
  const answer = await request(kit.app).get(`/api/admin/status?token=${BOOTSTRAP}&access_token=${BOOTSTRAP}`);
  expect(answer.status).toBe(401);
});

test('wrong, expired and revoked tokens are refused alike', async () => {
  const short = await kit.tokens.create({ companyId: null, name: 'short', expiresInDays: 1 });
  const revoked = await kit.tokens.create({ companyId: null, name: 'revoked' });
  expect((await kit.ask('get', '/companies', { token: short.token })).status).toBe(200);
  expect((await kit.ask('delete', `/tokens/${revoked.id}`)).body.data.outcome).toBe('revoked');
  await kit.clock.advance(86_400_000);
  const answers = [];
  for (const token of ['ask_wrong', 'wrong', short.token, revoked.token, `${BOOTSTRAP}x`])
    answers.push(await kit.ask('get', '/companies', { token }));
  expect(answers.map((answer) => answer.status)).toEqual([401, 401, 401, 401, 401]);
  expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
});

test('only the hash of a token is kept', async () => {
  const { token, id } = await kit.tokens.create({ companyId: null, name: 'hashed' });
  const [row] = await kit.sql<{ all: string }>('select t::text as all from api_tokens t where id = $1', [id]);
  expect(token).toMatch(/^ask_[\w-]{43}$/);
  expect(row!.all).not.toContain(token.slice(4));
});

test('the use of a token is written down at most once a minute', async () => {
  const { token, id } = await kit.tokens.create({ companyId: null, name: 'used' });
  const lastUse = async (): Promise<number> =>
    (await kit.sql<{ at: Date }>('select last_used_at as at from api_tokens where id = $1', [id]))[0]!.at.getTime();
  await kit.ask('get', '/companies', { token });
  const first = await lastUse();
  expect(first).toBe(kit.clock.nowMs());
  await kit.clock.advance(59_000);
  await kit.ask('get', '/companies', { token });
  expect(await lastUse()).toBe(first);
  await kit.clock.advance(1000);
  await kit.ask('get', '/companies', { token });
  expect(await lastUse()).toBe(first + 60_000);
});

test('the tokens of a company end with the company', async () => {
  const gone = await kit.tenant('Gone');
  await kit.ask('delete', `/companies/${gone.id}`);
  expect((await kit.ask('get', '/services', { token: gone.token })).status).toBe(401);
});

const LISTS = ADMIN_SPECS.filter((spec) => spec.list).map((spec) => spec.path.replace('/api/admin', ''));

test.each(LISTS)('%s of another company cannot be named with a token of one company', async (path) => {
  expect((await kit.ask('get', `${path}?company_id=${theirs.id}`, { token: ours.token })).status).toBe(403);
});

test.each(LISTS)('%s shows a token of one company only its own', async (path) => {
  const { status, body } = await kit.ask('get', path, { token: ours.token });
  expect(status).toBe(200);
  const owners = body.data.map((row: { company_id?: string; id: string }) =>
    path === '/companies' ? row.id : row.company_id,
  );
  expect(owners.every((owner: string) => owner === ours.id)).toBe(true);
});

test('what another company has is not found, and a named other company is forbidden', async () => {
  const appointment = await kit.appointment(theirs);
  const { id: theirToken } = await kit.tokens.create({ companyId: tenantId(theirs.id), name: 'theirs' });
  const asked = { token: ours.token };
  for (const path of [
    `/branches/${theirs.branchId}`,
    `/services/${theirs.serviceId}`,
    `/appointments/${appointment}`,
    `/tokens/${theirToken}`,
  ]) {
    expect([path, (await kit.ask('get', path, asked)).status]).toEqual([path, 404]);
  }
  expect((await kit.ask('patch', `/services/${theirs.serviceId}`, { ...asked, body: { name: 'Taken' } })).status).toBe(
    404,
  );
  expect((await kit.ask('delete', `/branches/${theirs.branchId}`, asked)).status).toBe(404);
  expect((await kit.ask('post', `/appointments/${appointment}/cancel`, { ...asked, body: {} })).status).toBe(404);
  expect((await kit.ask('delete', `/tokens/${theirToken}`, asked)).status).toBe(404);
  expect((await kit.ask('get', `/companies/${theirs.id}`, asked)).status).toBe(403);
  expect((await kit.ask('get', '/companies/6f9619ff-8b86-4d01-b42d-00cf4fc964ff', asked)).status).toBe(403);
  const body = { company_id: theirs.id, name: 'Anna' };
  expect((await kit.ask('post', '/staff', { ...asked, body })).status).toBe(403);
  expect(kit.bookings).toEqual([]);
});

test('a row of another company cannot be referred to', async () => {
  const body = { name: 'Anna', branch_id: theirs.branchId };
  const answer = await kit.ask('post', '/staff', { token: ours.token, body });
  expect(answer.status).toBe(400);
  expect(answer.body.error.details).toEqual([
    { path: 'branch_id', message: 'does not exist in this company', message_de: 'gibt es in diesem Betrieb nicht' },
  ]);
});

test.each([
  ['post', '/companies', { name: 'New', slug: 'new' }],
  ['post', '/circuit-breaker/reset', {}],
  ['get', '/metrics', undefined],
  ['get', '/performance-report', undefined],
] as const)('%s %s needs a token of the platform', async (method, path, body) => {
  const options = { token: ours.token, ...(body ? { body } : {}) };
  expect((await kit.ask(method, path, options)).status).toBe(403);
  expect(kit.resets).toEqual([]);
});

test('a token of one company makes tokens only for itself', async () => {
  const made = await kit.ask('post', '/tokens', { token: ours.token, body: { name: 'second', expires_in_days: 30 } });
  expect(made.status).toBe(201);
  expect((await kit.ask('get', `/companies/${ours.id}`, { token: made.body.data.token })).status).toBe(200);
  expect(
    (await kit.ask('post', '/tokens', { token: ours.token, body: { name: 'x', company_id: theirs.id } })).status,
  ).toBe(403);
  expect((await kit.ask('post', '/tokens', { token: ours.token, body: { name: 'x', company_id: null } })).status).toBe(
    400,
  );
  expect(
    (await kit.ask('post', '/tokens', { body: { name: 'x', company_id: '6f9619ff-8b86-4d01-b42d-00cf4fc964ff' } }))
      .status,
  ).toBe(404);
});

test('refused writes are written down with who and why, and without what was sent', async () => {
  const body = { company_id: theirs.id, name: 'secret-marker' };
  await kit.ask('post', '/staff', { token: ours.token, body });
  await kit.ask('patch', `/services/${theirs.serviceId}`, { token: ours.token, body: { name: 'secret-marker' } });
  const rows = await kit.sql<{
    actor: string;
    action: string;
    company_id: string;
    detail: { outcome: string; code: string };
  }>(
    "select actor, action, company_id, detail from audit_log where detail->>'outcome' = 'refused' order by created_at desc limit 2",
  );
  expect(rows.map((row) => [row.action, row.detail.code, row.company_id])).toEqual([
    ['patch /api/admin/services/:id', 'not_found', ours.id],
    ['post /api/admin/staff', 'forbidden', ours.id],
  ]);
  expect(rows.every((row) => row.actor.startsWith('token:'))).toBe(true);
  expect(JSON.stringify(rows)).not.toContain('secret-marker');
});

test('a read of what is not there and of what is another’s are refused alike and written down alike', async () => {
  const appointment = await kit.appointment(theirs);
  const asked = { token: ours.token, headers: { 'x-forwarded-for': '203.0.113.9' } };
  const [foreign, absent] = [appointment, randomUUID()];
  const answers = [];
  for (const id of [foreign, absent]) answers.push(await kit.ask('get', `/appointments/${id}`, asked));
  expect(answers.map(({ status, text }) => [status, text])).toEqual([
    [404, answers[0]!.text],
    [404, answers[0]!.text],
  ]);
  for (const id of [foreign, absent]) {
    const rows = await kit.sql('select action, company_id, address, detail from audit_log where subject_id = $1', [id]);
    expect(rows).toEqual([
      {
        action: 'get /api/admin/appointments/:id',
        company_id: ours.id,
        address: expect.stringContaining('127.0.0.1'),
        detail: { outcome: 'refused', code: 'not_found' },
      },
    ]);
  }
});

test('refusals of one token are written down up to a bound each minute, and the last entry says so', async () => {
  const { token, id } = await kit.tokens.create({ companyId: tenantId(ours.id), name: 'curious' });
  const entries = async (): Promise<{ detail: object }[]> =>
    kit.sql('select detail from audit_log where actor = $1 order by created_at, id', [`token:${id}`]);
  const ask = (): Promise<unknown> => kit.ask('get', `/companies/${theirs.id}`, { token });
  for (let i = 0; i < 65; i++) await ask();
  expect(await entries()).toHaveLength(60);
  expect((await entries()).at(-1)!.detail).toEqual({ outcome: 'refused', code: 'forbidden', more_not_recorded: true });
  await kit.clock.advance(60_000);
  await ask();
  expect(await entries()).toHaveLength(61);
});

test.each(['appointments', 'customers', 'callbacks', 'calls'])(
  'a look at one of the %s is written down',
  async (kind) => {
    const fields: Record<string, object> = {
      customers: { company_id: ours.id, name: 'Erika', phone: '+4930123456' },
      callbacks: { company_id: ours.id, branch_id: ours.branchId, phone: '+4930123457', reason: 'asks back' },
      calls: {
        company_id: ours.id,
        branch_id: ours.branchId,
        retell_call_id: 'call_looked_at',
        direction: 'inbound',
        status: 'ended',
        started_at: '2026-11-24T09:00:00Z',
      },
    };
    const table = kind === 'callbacks' ? 'callback_requests' : kind;
    const id = fields[kind] ? await kit.insert(table, fields[kind] as never) : await kit.appointment(ours);
    const paths = kind === 'calls' ? [`/calls/${id}`, `/calls/${id}/trace`] : [`/${kind}/${id}`];
    for (const path of paths) expect((await kit.ask('get', path, { token: ours.token })).status).toBe(200);
    const rows = await kit.sql<{ action: string }>(
      'select action, company_id, address, detail from audit_log where subject_id = $1 order by created_at',
      [id],
    );
    expect(rows).toEqual(
      paths.map((path) => ({
        action: `get /api/admin${path.replace(id, ':id')}`,
        ...{ company_id: ours.id, address: expect.stringContaining('127.0.0.1'), detail: { outcome: 'done' } },
      })),
    );
  },
);

test('a request without a valid token leaves no entry', async () => {
  const count = async (): Promise<number> =>
    Number((await kit.sql<{ n: string }>('select count(*) as n from audit_log'))[0]!.n);
  const before = await count();
  await kit.ask('post', '/staff', { token: 'ask_wrong', body: { name: 'x' } });
  expect(await count()).toBe(before);
});

test('an unknown address under the API is a problem body', async () => {
  const answer = await request(kit.app).get('/api/admin/nothing').set('Authorization', `Bearer ${BOOTSTRAP}`);
  expect([answer.status, answer.body.error.code]).toEqual([404, 'not_found']);
});

test('the code of a sign-in link is no token, works once, and only for ten minutes', async () => {
  const code = await kit.tokens.createSignInCode();
  expect((await kit.ask('get', '/companies', { token: code })).status).toBe(401);
  const redeem = (body: object): request.Test => request(kit.app).post('/api/admin/sign-in-link').send(body);
  const { status, body } = await redeem({ code });
  expect([status, Date.parse(body.data.expires_at) - kit.clock.nowMs()]).toEqual([200, 12 * 3_600_000]);
  expect((await kit.ask('get', '/companies', { token: body.data.token })).status).toBe(200);
  const late = await kit.tokens.createSignInCode();
  await kit.clock.advance(10 * 60_000);
  const answers = [await redeem({ code }), await redeem({ code: late }), await redeem({ code: 'once_wrong' })];
  expect(answers.map((answer) => answer.status)).toEqual([401, 401, 401]);
  expect((await redeem({ code: body.data.token })).status).toBe(401);
  expect((await redeem({ code, more: 1 })).status).toBe(400);
});
