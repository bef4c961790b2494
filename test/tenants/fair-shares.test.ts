import request from 'supertest';
import { mostIn } from '../budget/support/fleet-simulation';
import { ADMIN_TOKEN, openDay, startTestGateway, type TestGateway } from '../support/gateway';

/** Of the Cal.com account that both companies entered as their own. */
const SHARED_KEY = 'cal_sandbox_shared_by_two';
const LINE = '+4930777201';

let t: TestGateway;
let hostile: { id: string; token: string };

async function admin(
  method: 'post' | 'patch',
  path: string,
  body: object,
  token = ADMIN_TOKEN,
): Promise<request.Response> {
  const asked: request.Test = request(t.gateway.server)[method](`/api/admin${path}`);
  return asked.set('authorization', `Bearer ${token}`).send(body);
}
/** What arrived at Cal.com since, by time. */
async function arrived(): Promise<{ path: string; atMs: number }[]> {
  return (await t.control('/requests?limit=5000')) as { path: string; atMs: number }[];
}

beforeAll(async () => {
  t = await startTestGateway();
  await t.control('/api-keys', { key: SHARED_KEY, userId: 501 });
  for (const slug of ['victim', 'hostile']) {
    const made = await admin('post', '/companies', { name: slug, slug, calcom_api_key: SHARED_KEY });
    const company_id = made.body.data.id as string;
    const { body } = await admin('post', '/tokens', { company_id, name: slug });
    hostile = { id: company_id, token: body.data.token as string };
    if (slug === 'hostile') continue;
    const hours = Object.fromEntries([1, 2, 3, 4, 5].map((day) => [day, [{ open: '09:00', close: '18:00' }]]));
    const branch = await admin('post', '/branches', { company_id, name: 'Mitte', time_zone: 'Europe/Berlin', hours });
    await admin('post', '/phone-numbers', { company_id, branch_id: branch.body.data.id, number: LINE });
    const service = { company_id, name: 'Herrenhaarschnitt', duration_minutes: 30, calcom_event_type_id: 1001 };
    expect((await admin('post', '/services', service)).status).toBe(201);
  }
});
afterAll(() => t.stop());

test('a hundred connection tests of one token leave the other company’s callers their places', async () => {
  const codes: string[] = [];
  for (let n = 0; n < 95; n++) {
    const { body } = await admin('post', '/calcom/test-connection', { company_id: hostile.id }, hostile.token);
    codes.push((body.data as { error: { code: string } | null }).error?.code ?? 'fine');
  }
  expect(codes.filter((code) => code === 'fine').length).toBeLessThanOrEqual(41);
  expect(codes).toContain('rate_limited');
  for (const nth of [6, 7, 8]) {
    const asked = { service_name: 'Herrenhaarschnitt', desired_date: openDay(nth) };
    const { body } = await t.tool('check_availability', asked, { to_number: LINE });
    expect(body.status).toBe('available');
  }
});

test('sixty keys of one token are not sixty budgets', async () => {
  const before = (await arrived()).length;
  for (let n = 0; n < 60; n++) {
    const body = { calcom_api_key: `cal_guessed_${n}_0123456789` };
    expect((await admin('patch', `/companies/${hostile.id}`, body, hostile.token)).status).not.toBe(200);
  }
  const times = (await arrived()).slice(before).map(({ atMs }) => atMs);
  expect(times.length).toBeLessThanOrEqual(41);
  expect(mostIn(times, 1000)).toBeLessThanOrEqual(9);
});
