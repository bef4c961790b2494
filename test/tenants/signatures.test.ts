import { createHmac } from 'node:crypto';
import { Client } from 'pg';
import request from 'supertest';
import { ConfigError } from '../../src/config';
import { signBody } from '../../src/retell/signature';
import { ADMIN_TOKEN, RETELL_KEY, startTestGateway, toolBody, type TestGateway } from '../support/gateway';

const OWN_KEY = 'key_of_their_own';
const ROTATED_KEY = 'key_of_their_own_new';
const BROKEN_KEY = 'key_behind_a_broken_seal';
const THEIRS = { to_number: '+4930777002', agent_id: 'agent_theirs' };
const BROKEN = { to_number: '+4930777003', agent_id: 'agent_broken' };

let t: TestGateway;
let sql: Client;
const ids: Record<string, string> = {};

async function admin(method: 'get' | 'post' | 'patch', path: string, body?: object): Promise<request.Response> {
  const asked: request.Test = request(t.gateway.server)[method](`/api/admin${path}`);
  return asked.set('authorization', `Bearer ${ADMIN_TOKEN}`).send(body);
}

beforeAll(async () => {
  t = await startTestGateway();
  sql = new Client({ connectionString: t.databaseUrl });
  await sql.connect();
  for (const [slug, number, keys] of [
    ['theirs', THEIRS.to_number, `${OWN_KEY},${ROTATED_KEY}`],
    ['broken', BROKEN.to_number, BROKEN_KEY],
  ] as const) {
    const { body } = await admin('post', '/companies', { name: slug, slug, retell_api_key: keys });
    ids[slug] = body.data.id as string;
    expect(body.data).toMatchObject({ has_retell_api_key: true });
    expect(JSON.stringify(body)).not.toContain(keys);
    const branch = await admin('post', '/branches', {
      company_id: ids[slug],
      name: 'Mitte',
      time_zone: 'Europe/Berlin',
    });
    await admin('post', '/phone-numbers', { company_id: ids[slug], branch_id: branch.body.data.id, number });
  }
  await sql.query(`update companies set retell_api_key_ciphertext = 'v1.torn' where id = $1`, [ids.broken]);
  // The other processes of a gateway learn it the same way.
  await t.gateway.parts.tenantChanged(ids.broken as never);
});
afterAll(async () => {
  await sql.end();
  await t.stop();
});

function sent(path: string, body: object, key: string | null): Promise<request.Response> {
  const raw = JSON.stringify(body);
  const asked = request(t.gateway.server).post(path).set('content-type', 'application/json');
  if (key !== null) asked.set('x-retell-signature', signBody(Buffer.from(raw), key, Date.now()));
  return asked.send(raw).then((response) => response);
}
const ask = (key: string | null, call: object): Promise<request.Response> =>
  sent('/api/retell/check_customer', toolBody('check_customer', {}, call), key);

/** Companies of the open alerts; they are written behind the answer. */
async function alertsOf(kind: string): Promise<unknown[]> {
  for (let pass = 0; pass < 200; pass++) {
    const { rows } = await sql.query('select company_id from alerts where kind = $1', [kind]);
    if (rows.length > 0) return rows.map((row) => row.company_id as string);
  }
  return [];
}

describe('a tool call', () => {
  it('is answered when the company’s own key signed it, the old one and the new one', async () => {
    for (const key of [OWN_KEY, ROTATED_KEY]) {
      expect((await ask(key, THEIRS)).body).toMatchObject({ status: 'new_customer' });
    }
  });

  it.each([
    ['the platform’s key for a company with keys of its own', RETELL_KEY, THEIRS],
    ['a company’s key for one on the platform’s', OWN_KEY, {}],
    ['a company’s key for another company’s agent', OWN_KEY, { to_number: '+4930000000', agent_id: 'agent_demo' }],
    ['the platform’s key for a company with a broken seal', RETELL_KEY, BROKEN],
    ['a key that is behind a broken seal', BROKEN_KEY, BROKEN],
    ['no key at all', null, THEIRS],
  ])('is refused with 401: %s', async (_what, key, call) => {
    const response = await ask(key, call);
    expect(response.status).toBe(401);
    expect(Object.keys(response.body as object)).toEqual(['error']);
  });

  it('is refused with 401 when its call id is known from another company’s call', async () => {
    const callId = 'call_of_the_demo_company_1';
    expect((await ask(RETELL_KEY, { call_id: callId })).status).toBe(200);
    expect((await ask(OWN_KEY, { ...THEIRS, call_id: callId })).status).toBe(401);
  });

  it('for a line of no company is answered, and its key’s owner gets an alert', async () => {
    const response = await ask(OWN_KEY, { to_number: '+4930777999', agent_id: 'agent_of_none' });
    expect(response.body).toMatchObject({ status: 'unknown_tenant' });
    expect(await alertsOf('unknown_line')).toEqual([ids.theirs]);
    const { rows } = await sql.query('select company_id, line, platform from unmapped_calls');
    expect(rows).toEqual([{ company_id: ids.theirs, line: '+4930777999', platform: 'retell' }]);
  });

  it('to the others is answered while one company’s seal is broken, which raises an alert', async () => {
    expect((await ask(RETELL_KEY, {})).status).toBe(200);
    expect(await alertsOf('secret_unreadable')).toEqual([ids.broken]);
  });
});

it('a foreign signature leaves an entry with key and address, without the company it was for', async () => {
  await sql.query('delete from audit_log');
  expect((await ask(OWN_KEY, {})).status).toBe(401);
  expect((await ask(RETELL_KEY, THEIRS)).status).toBe(401);
  const { rows } = await sql.query(
    'select actor, company_id, address, action, detail from audit_log order by created_at',
  );
  const entry = {
    ...{ action: 'post /api/retell/check_customer', address: expect.stringContaining('127.0.0.1') },
    detail: { outcome: 'refused', code: 'unauthorised' },
  };
  expect(rows).toEqual([
    { ...entry, actor: `retell_key:${ids.theirs}`, company_id: ids.theirs },
    { ...entry, actor: 'retell_key:platform', company_id: null },
  ]);
});

describe('a suspended company', () => {
  const suspend = (isActive: boolean): Promise<request.Response> =>
    admin('patch', `/companies/${ids.theirs}`, { is_active: isActive });
  const event = { event: 'call_ended', call: { call_id: 'call_suspended_1', from_number: '+4930901820', ...THEIRS } };

  it('is neither signed for nor answered, by any way in, until the platform reactivates it', async () => {
    const made = await admin('post', '/tokens', { company_id: ids.theirs, name: 'theirs' });
    const asThem = async (body: object): Promise<number> =>
      (
        await request(t.gateway.server)
          .patch(`/api/admin/companies/${ids.theirs}`)
          .set('authorization', `Bearer ${made.body.data.token}`)
          .send(body)
      ).status;
    await admin('patch', `/companies/${ids.theirs}`, { calcom_webhook_secret: 'their-own-hook-secret' });
    const hook = JSON.stringify({ triggerEvent: 'PING', createdAt: new Date().toISOString(), payload: {} });
    const deliver = async (): Promise<number> =>
      (
        await request(t.gateway.server)
          .post('/api/calcom/webhook')
          .set('content-type', 'application/json')
          .set('x-cal-signature-256', createHmac('sha256', 'their-own-hook-secret').update(hook).digest('hex'))
          .send(hook)
      ).status;
    expect([await asThem({ is_active: true }), await asThem({ is_active: false })]).toEqual([200, 403]);
    expect([await deliver(), (await ask(OWN_KEY, THEIRS)).status]).toEqual([200, 200]);

    expect((await suspend(false)).status).toBe(200);
    expect([await asThem({ is_active: true }), await deliver()]).toEqual([401, 401]);
    for (const key of [OWN_KEY, RETELL_KEY]) {
      expect((await ask(key, THEIRS)).status).toBe(401);
      expect((await sent('/api/retell/webhook', event, key)).status).toBe(401);
    }

    await suspend(true);
    expect([await asThem({ name: 'Theirs' }), await deliver()]).toEqual([200, 200]);
    expect((await ask(OWN_KEY, THEIRS)).body).toMatchObject({ status: 'new_customer' });
  });
});

describe('an event of Retell’s', () => {
  it.each(['call_started', 'call_inbound', 'call_analyzed'])(
    '%s is refused when a foreign key signed it',
    async (event) => {
      const call = { call_id: `call_event_${event}`, from_number: '+4930901820', ...THEIRS };
      const body = event === 'call_inbound' ? { event, call_inbound: call } : { event, call };
      expect((await sent('/api/retell/webhook', body, RETELL_KEY)).status).toBe(401);
      expect((await sql.query(`select 1 from calls where retell_call_id = $1`, [call.call_id])).rows).toEqual([]);
      expect((await sent('/api/retell/webhook', body, OWN_KEY)).status).toBe(event === 'call_inbound' ? 200 : 204);
    },
  );
});

describe('a gateway without any Retell key', () => {
  it('does not serve where others reach it, and names the variable', async () => {
    const open = await startTestGateway({ env: { RETELL_API_KEY: '', HOST: '0.0.0.0' } });
    const proxied = await startTestGateway({ env: { RETELL_API_KEY: '', HOST: '127.0.0.1', TRUST_PROXY: 'loopback' } });
    try {
      await expect(open.gateway.requireKeys()).rejects.toThrow(ConfigError);
      await expect(proxied.gateway.requireKeys()).rejects.toThrow('RETELL_API_KEY');
      expect((await open.tool('current_context', {})).status).toBe(401);
    } finally {
      await open.stop();
      await proxied.stop();
    }
  });

  it('answers on loopback, but not what a proxy forwarded', async () => {
    const local = await startTestGateway({ env: { RETELL_API_KEY: '', HOST: '127.0.0.1' } });
    try {
      await local.gateway.requireKeys();
      const body = toolBody('current_context', {});
      expect((await local.post('/api/retell/current_context', body, { 'x-retell-signature': '' })).status).toBe(200);
      expect((await local.post('/api/retell/current_context', body, { 'x-forwarded-for': '1.2.3.4' })).status).toBe(
        401,
      );
    } finally {
      await local.stop();
    }
  });

  it('and one of a single company’s: the others are refused, which start and setup check say', async () => {
    const local = await startTestGateway({ env: { RETELL_API_KEY: '', HOST: '127.0.0.1' } });
    const asked = (method: 'get' | 'post', path: string): request.Test =>
      request(local.gateway.server)[method](`/api/admin${path}`).set('authorization', `Bearer ${ADMIN_TOKEN}`);
    try {
      expect(await local.gateway.requireKeys()).toContain('without a signature');
      const made = await asked('post', '/companies').send({ name: 'Signed', slug: 'signed', retell_api_key: OWN_KEY });
      const signedId = made.body.data.id as string;
      expect(await local.gateway.requireKeys()).toContain('only the companies that have keys of their own');
      const body = toolBody('current_context', {});
      expect((await local.post('/api/retell/current_context', body, { 'x-retell-signature': '' })).status).toBe(401);
      const found = async (query: string): Promise<{ id: string; detail: string }[]> =>
        (
          (await asked('get', `/check-setup${query}`)).body.data as { id: string; status: string; detail: string }[]
        ).filter(({ id, status }) => id === 'retell_key' && status === 'error');
      expect(await found('')).toMatchObject([
        { company_id: null, detail: expect.stringContaining('Salon Sonnenschein') },
      ]);
      expect((await found(''))[0]?.detail).not.toContain('Signed');
      expect(await found(`?company_id=${signedId}`)).toEqual([]);
    } finally {
      await local.stop();
    }
  });
});
