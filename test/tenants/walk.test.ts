import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import request from 'supertest';
import { refusalOf, STRANGERS, withWalk, type Stranger } from '../../scripts/walk-table';
import { ADMIN_ROUTES } from '../../src/controllers/admin/admin-router';
import { signBody } from '../../src/retell/signature';
import { TOOLS } from '../../src/services/voice/tools';
import { AdminKit, type Tenant } from '../admin/kit';
import { ADMIN_TOKEN, RETELL_KEY, startTestGateway, toolBody, type TestGateway } from '../support/gateway';
import { bodyFor, everyKindOfRow, rowsOf } from './walk-kit';

const MARK = 'Zebrawald';

test('docs/security.md shows the table as the code says it; `npm run generate` writes it', () => {
  const page = readFileSync(path.join(__dirname, '../../docs/security.md'), 'utf8');
  expect(page).toBe(withWalk(page));
});

describe('admin routes', () => {
  let kit: AdminKit;
  /** The company that everyone else is after, on the platform's key and on one of its own. */
  const victims: { tenant: Tenant; rows: Record<string, string>; before: string }[] = [];
  const tokens = { no_token: null } as Record<Stranger, string | null>;

  beforeAll(async () => {
    kit = await AdminKit.start();
    for (const mark of [MARK, `${MARK}eigen`]) {
      const tenant = await kit.tenant(mark);
      victims.push({ tenant, rows: await everyKindOfRow(kit, tenant, mark), before: '' });
    }
    const ownKey = 'update companies set calcom_api_key_ciphertext = $2, calcom_key_id = $3 where id = $1';
    await kit.sql(ownKey, [victims[1]!.tenant.id, 'v1.sealed', 'key_of_victim']);
    for (const name of ['same_key', 'own_key', 'broken_seal', 'suspended'] as const) {
      const stranger = await kit.tenant(name.replace('_', '-'));
      tokens[name] = stranger.token;
      if (name === 'own_key') await kit.sql(ownKey, [stranger.id, 'v1.sealed', 'key_of_stranger']);
      if (name === 'broken_seal')
        await kit.sql(`update companies set retell_api_key_ciphertext = 'v1.torn' where id = $1`, [stranger.id]);
      if (name === 'suspended') await kit.sql('update companies set is_active = false where id = $1', [stranger.id]);
    }
    for (const victim of victims) victim.before = await rowsOf(kit, victim.tenant.id);
  });
  afterAll(() => kit.stop());

  /** What a list cannot be asked without. */
  const WANTED: Record<string, string> = { search: `&q=${MARK}`, 'public-holidays': '&land=BE&year=2027' };
  const cells = ADMIN_ROUTES.flatMap((spec) => STRANGERS.map((stranger) => ({ spec, stranger })));
  test.each(cells.map((cell) => [cell.spec.method, cell.spec.path, cell.stranger, cell] as const))(
    '%s %s shows, changes and sends nothing for %s',
    async (method, route, _stranger, { spec, stranger }) => {
      for (const { tenant, rows, before } of victims) {
        const kind = route.split('/')[3]!;
        const hasId = route.includes(':id');
        const body = bodyFor(method, route, rows);
        const named = hasId || !body ? body : { ...body, company_id: tenant.id };
        const address = route.replace('/api/admin', '').replace(':id', rows[kind] ?? '');
        const wanted = WANTED[kind] ?? '';
        const answer = await kit.ask(method, hasId || body ? address : `${address}?company_id=${tenant.id}${wanted}`, {
          token: tokens[stranger],
          ...(named ? { body: named } : {}),
        });
        expect([stranger, answer.status]).toEqual([stranger, refusalOf(spec, stranger)]);
        expect(answer.text).not.toContain(MARK);
        expect(await rowsOf(kit, tenant.id)).toBe(before);
      }
      expect([kit.bookings, kit.worked, kit.forgotten, kit.warmed, kit.resets, kit.account.secrets]).toEqual(
        Array.from({ length: 6 }, () => []),
      );
    },
  );
});

describe('voice tools', () => {
  let t: TestGateway;
  const LINES: Record<string, string> = {};
  const keyOf = (slug: string): string => `retell_key_of_${slug}`;

  beforeAll(async () => {
    t = await startTestGateway({ env: { TRUST_PROXY: 'loopback' } });
    const admin = async (method: 'post' | 'patch', to: string, body: object): Promise<Record<string, string>> => {
      const asked: request.Test = request(t.gateway.server)[method](`/api/admin${to}`);
      return (await asked.set('authorization', `Bearer ${ADMIN_TOKEN}`).send(body)).body.data;
    };
    for (const [index, slug] of ['ours', 'theirs', 'suspended', 'broken'].entries()) {
      const { id } = await admin('post', '/companies', { name: `${slug} ${MARK}`, slug, retell_api_key: keyOf(slug) });
      const branch = await admin('post', '/branches', { company_id: id, name: 'Mitte', time_zone: 'Europe/Berlin' });
      LINES[slug] = `+4930777${100 + index}`;
      await admin('post', '/phone-numbers', { company_id: id, branch_id: branch.id, number: LINES[slug] });
      if (slug === 'suspended') await admin('patch', `/companies/${id}`, { is_active: false });
      if (slug !== 'broken') continue;
      const sql = new Client({ connectionString: t.databaseUrl });
      await sql.connect();
      await sql.query(`update companies set retell_api_key_ciphertext = 'v1.torn' where id = $1`, [id]);
      await sql.end();
      await t.gateway.parts.tenantChanged(id as never);
    }
  });
  afterAll(() => t.stop());

  const ask = async (tool: string, line: string, key: string | null): Promise<request.Response> => {
    const raw = JSON.stringify(toolBody(tool, {}, { to_number: line, agent_id: 'agent_of_none' }));
    const asked = request(t.gateway.server).post(`/api/retell/${tool}`).set('content-type', 'application/json');
    // Another address for each tool: an address that guesses often has to wait.
    asked.set('x-forwarded-for', `10.7.0.${TOOLS.findIndex(({ name }) => name === tool) + 1}`);
    if (key !== null) asked.set('x-retell-signature', signBody(Buffer.from(raw), key, Date.now()));
    return asked.send(raw);
  };

  test.each(TOOLS.map(({ name }) => name))('%s answers a company’s own key and no other', async (tool) => {
    expect((await ask(tool, LINES.ours!, keyOf('ours'))).status).toBe(200);
    for (const key of [RETELL_KEY, keyOf('theirs'), keyOf('suspended'), 'a key of no one', null]) {
      const refused = await ask(tool, LINES.ours!, key);
      expect([refused.status, refused.text.includes(MARK)]).toEqual([401, false]);
    }
    expect((await ask(tool, LINES.suspended!, keyOf('suspended'))).status).toBe(401);
    for (const key of [keyOf('broken'), RETELL_KEY]) expect((await ask(tool, LINES.broken!, key)).status).toBe(401);
    // The platform's own lines stay the platform's.
    expect((await ask(tool, '+493012345678', keyOf('theirs'))).status).toBe(401);
  });
});
