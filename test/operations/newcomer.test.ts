import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { askpro } from '../support/askpro';
import { ADMIN_TOKEN, RETELL_KEY, SANDBOX_KEY, startTestGateway, type TestGateway } from '../support/gateway';
import { until } from '../support/until';

const ROOT = path.join(__dirname, '../..');
const NUMBER = '+493098765432';

let gateway: TestGateway;
let url: string;

beforeAll(async () => {
  gateway = await startTestGateway({
    agedBudget: true,
    env: { SEED_DEMO: 'false' },
  });
  gateway.gateway.start();
  url = `http://127.0.0.1:${(gateway.gateway.server.address() as AddressInfo).port}`;
});
afterAll(() => gateway.stop());

async function admin<T>(method: string, address: string, body?: object): Promise<T> {
  const answer = await fetch(`${url}/api/admin${address}`, {
    method,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const json = (await answer.json()) as { data: T; error?: unknown };
  if (!answer.ok) throw new Error(`${method} ${address}: ${answer.status} ${JSON.stringify(json.error)}`);
  return json.data;
}

test("the newcomer's path of the README: company, import, number, check, a call that books, its trace", async () => {
  const company = await admin<{ id: string }>('POST', '/companies', {
    ...{
      name: 'Salon Neu',
      slug: 'salon-neu',
      time_zone: 'Europe/Berlin',
      language: 'de',
      calcom_api_key: SANDBOX_KEY,
    },
  });
  const company_id = company.id;
  const imported = await admin<{ items: { outcome: string }[] }>('POST', '/calcom/import-event-types', { company_id });
  expect(imported.items.filter((item) => item.outcome === 'created').length).toBeGreaterThanOrEqual(4);
  const branch = await admin<{ id: string }>('POST', '/branches', {
    ...{ company_id, name: 'Mitte', time_zone: 'Europe/Berlin' },
  });
  await admin('POST', '/phone-numbers', { company_id, branch_id: branch.id, number: NUMBER });
  await admin('POST', '/calcom/create-webhook', { company_id, public_url: url });
  const checks = await admin<{ id: string; status: string; detail: string }[]>(
    'GET',
    `/check-setup?company_id=${company_id}`,
  );
  expect(checks.filter((check) => check.status === 'error')).toEqual([]);
  expect(checks.find((check) => check.id === 'calcom_webhook')?.status).toBe('ok');

  const command = ['simulate-call', '--url', url, '--to', NUMBER, '--agent', 'agent_of_nobody', '--json'];
  const played = await askpro(command, { RETELL_API_KEY: RETELL_KEY, DATA_DIR: '/nonexistent' });
  expect([played.code, played.out.slice(0, played.code === 0 ? 1 : 2000)]).toEqual([0, '{']);
  const { call_id, booked } = JSON.parse(played.out) as { call_id: string; booked: boolean };
  expect(booked).toBe(true);

  const { tools } = await until(
    () => admin<{ tools: { tool: string }[] }>('GET', `/calls/${call_id}/trace`),
    (trace) => trace.tools.length >= 3,
  );
  expect(tools.map((tool) => tool.tool)).toEqual(['current_context', 'check_availability', 'create_booking']);
  const [found] = await admin<{ company_id: string; booked: boolean }[]>('GET', `/calls?call_id=${call_id}`);
  expect(found).toMatchObject({ company_id, booked: true });
});

test('the README names each step of it', () => {
  const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
  for (const step of [
    '/api/admin/companies',
    'import-event-types',
    '/api/admin/phone-numbers',
    'create-webhook',
    'check-setup',
    'simulate-call',
    '/trace',
  ])
    expect([step, readme.includes(step)]).toEqual([step, true]);
});
