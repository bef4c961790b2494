import type { AddressInfo } from 'node:net';
import { Client } from 'pg';
import { tenantId, type TenantId } from '../../src/domain';
import { stepText } from '../../src/retell/connect-steps';
import { signBody } from '../../src/retell/signature';
import type { Actor } from '../../src/services/admin/actor';
import request from 'supertest';
import { ADMIN_TOKEN, RETELL_KEY, startTestGateway, toolBody, type TestGateway } from '../support/gateway';
import { problemWith } from '../support/retell-schemas';
import { RetellStandIn } from '../support/retell-stand-in';

const LINE = '+493012345678';
const OPERATOR: Actor = {
  ...{ name: 'test', role: 'platform', companyId: null },
  ...{ tokenId: null, ancestorIds: [], expiresAt: null, address: null },
};

let retell: RetellStandIn;
let t: TestGateway;
let sql: Client;
let url: string;
let companyId: TenantId;

beforeAll(async () => {
  problemWith('LlmCreateParams', {});
  retell = new RetellStandIn('key_management');
  await retell.start();
  retell.numbers.set(LINE, { phone_number: LINE, phone_number_type: 'custom' });
  t = await startTestGateway({ env: { RETELL_BASE_URL: retell.url, RETELL_MANAGEMENT_KEY: 'key_management' } });
  const { port } = t.gateway.server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;
  sql = new Client({ connectionString: t.databaseUrl });
  await sql.connect();
  companyId = tenantId((await sql.query(`select id from companies where slug = 'salon-sonnenschein'`)).rows[0].id);
  retell.playground = async (agent, engine) => {
    // As Retell does it: the model chooses a tool, Retell calls it and signs the call.
    const { url: address } = (engine.general_tools as { name: string; url: string }[]).find(
      ({ name }) => name === 'find_next_available',
    )!;
    const raw = JSON.stringify(
      toolBody('find_next_available', {}, { agent_id: String(agent.agent_id), call_id: 'call_playground' }),
    );
    const response = await fetch(address, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-retell-signature': signBody(Buffer.from(raw), RETELL_KEY, Date.now()),
      },
      body: raw,
    });
    const answer = (await response.json()) as { message: string };
    return [
      { role: 'tool_call_result', tool_call_id: '1', content: answer.message, successful: response.ok },
      { role: 'agent', content: answer.message },
    ];
  };
});
afterAll(async () => {
  await sql.end();
  await t.stop();
  await retell.stop();
});

const order = (): { companyId: TenantId; number: string; voice: string; publicUrl: string } => ({
  ...{ companyId, number: LINE, voice: '11labs-Adrian', publicUrl: `${url}/` },
});

test('an agent is set up, entered for its company, checked and rung', async () => {
  const steps: string[] = [];
  const done = await t.gateway.parts.admin.agents.run(OPERATOR, order(), (step, values) =>
    steps.push(stepText({ step, values })),
  );
  expect(done).toMatchObject({ outcome: 'created', workspace: 'Salon Workspace' });
  expect(done.testCall).toMatchObject({ ok: true });
  expect(done.asked).toEqual({ ok: true, text: done.testCall!.heard.at(-1) });
  expect(done.checks.find((check) => check.id === 'numbers' || /number/i.test(check.title))?.status).toBe('ok');
  const { rows } = await sql.query(
    `select a.platform, n.number_e164 from retell_agents a join phone_numbers n using (agent_id) where a.agent_id = $1`,
    [done.agentId],
  );
  expect(rows).toEqual([{ platform: 'retell', number_e164: LINE }]);
  const { rows: noted } = await sql.query(
    `select actor, subject_type from audit_log where action = 'connect-retell' order by created_at`,
  );
  expect(noted).toEqual([
    { actor: 'test', subject_type: 'agent' },
    { actor: 'test', subject_type: 'phone_number' },
  ]);
  expect(steps.join('\n')).not.toContain('key_management');
});

test('the set-up check sees that the number keeps to another version than the published one', async () => {
  const versionOf = async (answers: unknown): Promise<unknown> => {
    const line = retell.numbers.get(LINE) as { inbound_agents: { agent_version: unknown }[] };
    line.inbound_agents[0]!.agent_version = answers;
    const checks = await t.gateway.parts.admin.checks.run(companyId);
    return checks.find(({ id }) => id === `agent_version:${LINE}`)?.status;
  };
  expect(await versionOf(7)).toBe('warning');
  expect(await versionOf('latest_published')).toBeUndefined();
});

test('only tools that change nothing are really called by the test question', () => {
  const question = retell.requests.findLast(({ path }) => path.startsWith('/agent-playground-completion'))!;
  const mocked = (question.body.tool_mocks as { tool_name: string }[]).map(({ tool_name: name }) => name);
  expect(mocked).toEqual(
    expect.arrayContaining([
      ...['record_consent', 'transfer_to_human', 'request_callback', 'reserve_slot', 'cancel_appointment'],
      ...['end_call', 'transfer_call'],
    ]),
  );
  expect(mocked).not.toContain('find_next_available');
});

test('it can be run again, and nothing is entered twice', async () => {
  const again = await t.gateway.parts.admin.agents.run(OPERATOR, order(), () => undefined);
  expect(again.outcome).toBe('unchanged');
  const { rows } = await sql.query(`select count(*)::int as count from retell_agents where agent_id = $1`, [
    again.agentId,
  ]);
  expect(rows).toEqual([{ count: 1 }]);
});

describe('as a job', () => {
  const admin = (method: 'get' | 'post', path: string): request.Test =>
    request(t.gateway.server)[method](`/api/admin${path}`).set('authorization', `Bearer ${ADMIN_TOKEN}`);
  const connect = async (change: object): Promise<Record<string, unknown>> => {
    const { voice, publicUrl: public_url, number } = order();
    const asked = await admin('post', '/retell/connect-agent').send({
      ...{ company_id: companyId, voice, public_url, number },
      ...change,
    });
    expect([asked.status, asked.body]).toEqual([202, { data: { queued: true, job_id: expect.any(String) } }]);
    await t.gateway.parts.operations.jobs.drain();
    return (await admin('get', `/jobs/${asked.body.data.job_id}`)).body.data;
  };

  test('it says what it has done, and a dry run writes nothing', async () => {
    const writes = retell.writes.length;
    const job = await connect({ dry_run: true });
    expect(job).toMatchObject({ status: 'done', last_error: null });
    expect((job.progress as { step: string }[]).map(({ step }) => step)).toEqual(['workspace', 'unchanged']);
    expect(retell.writes).toHaveLength(writes);
    const done = await connect({});
    expect((done.progress as { step: string }[]).map(({ step }) => step)).toEqual([
      ...['workspace', 'unchanged', 'rung', 'asked'],
    ]);
  });

  test('what stopped it is kept, and what it did before', async () => {
    const job = await connect({ voice: 'nobody' });
    expect(job).toMatchObject({ status: 'dead', last_error: expect.stringContaining('no voice nobody') });
    expect(job.progress).toEqual([{ step: 'workspace', values: { name: 'Salon Workspace (key askpro)' } }]);
  });

  test('a number that is none is refused at once', async () => {
    const asked = await admin('post', '/retell/connect-agent').send({ company_id: companyId, number: 'twelve' });
    expect(asked.status).toBe(400);
  });
});

test('an agent that Retell cannot bring to the gateway is distinguished from one that works', async () => {
  retell.playground = () =>
    Promise.resolve([{ role: 'tool_call_result', tool_call_id: '1', content: 'Axios Error: 401', successful: false }]);
  const done = await t.gateway.parts.admin.agents.run(
    OPERATOR,
    { ...order(), publicUrl: 'http://127.0.0.1:9' },
    () => undefined,
  );
  expect(done.testCall).toMatchObject({ ok: false });
  expect(done.asked).toEqual({ ok: false, text: 'Axios Error: 401' });
});

test('a number of another company is refused before Retell is asked', async () => {
  const { rows } = await sql.query(`insert into companies (name, slug) values ('Another', 'another') returning id`);
  const other = tenantId(rows[0].id);
  await sql.query(`insert into branches (company_id, name, time_zone) values ($1, 'Mitte', 'Europe/Berlin')`, [other]);
  const asked = retell.requests.length;
  await expect(
    t.gateway.parts.admin.agents.run(OPERATOR, { ...order(), companyId: other }, () => undefined),
  ).rejects.toThrow('in use');
  expect(retell.requests).toHaveLength(asked);
});
