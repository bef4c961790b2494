import request from 'supertest';
import { tenantId, type TenantId } from '../../src/domain';
import { ADMIN_TOKEN, openDay, SANDBOX_KEY, startTestGateway, type TestGateway } from '../support/gateway';

let t: TestGateway;
let company: TenantId;
beforeAll(async () => {
  t = await startTestGateway();
  const [first] = (await admin().get('/api/admin/companies')).body.data;
  company = tenantId(first.id);
  expect(await importAll()).toMatchObject({ differences: expect.any(Array) });
});
afterAll(() => t.stop());

const admin = (): ReturnType<typeof request.agent> =>
  request.agent(t.gateway.server).set('authorization', `Bearer ${ADMIN_TOKEN}`);
async function importAll(): Promise<{ items: Record<string, unknown>[]; differences: Record<string, unknown>[] }> {
  const { status, body } = await admin().post('/api/admin/calcom/import-event-types').send({ company_id: company });
  expect(status).toBe(200);
  return body.data;
}
const calcom = async (method: string, path: string, body?: object): Promise<void> => {
  const { status } = await fetch(`${t.sandbox.url}${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      'cal-api-version': '2024-06-14',
      authorization: `Bearer ${SANDBOX_KEY}`,
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  expect(status).toBeLessThan(300);
};
const alerts = async (): Promise<{ kind: string; message: string }[]> =>
  (await admin().get('/api/admin/alerts')).body.data;
const services = async (): Promise<Record<string, unknown>[]> => (await admin().get('/api/admin/services')).body.data;

test('a second import of the same account changes nothing', async () => {
  expect((await importAll()).differences).toEqual([]);
});

test('what changed at Cal.com is taken over and named', async () => {
  await calcom('PATCH', '/teams/10/event-types/1002', { lengthInMinutes: 75, disableCancelling: { disabled: true } });
  const { differences } = await importAll();
  const named = differences.map(({ service_name, field, before, after }) => [service_name, field, before, after]);
  expect(named).toEqual(
    expect.arrayContaining([
      ['Damenhaarschnitt', 'duration_minutes', 60, 75],
      ['Damenhaarschnitt', 'cancelling_disabled', false, true],
    ]),
  );
  expect(await alerts()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        kind: 'event_types_changed',
        message: expect.stringContaining('Damenhaarschnitt: duration_minutes'),
      }),
    ]),
  );
});

test('the weekly renewal switches off what is gone, adds nothing, and callers are offered what is left', async () => {
  await calcom('DELETE', '/teams/10/event-types/1003');
  await calcom('POST', '/teams/10/event-types', {
    ...{ title: 'Neu', slug: 'neu', lengthInMinutes: 20, schedulingType: 'roundRobin' },
    hosts: [{ userId: 501 }],
  });
  const renewed = await t.gateway.parts.operations.imports.renew(company);
  expect(renewed.items.find((one) => one.event_type_id === 1003)).toMatchObject({
    ...{ outcome: 'deactivated', reason: 'event_type_gone', title: 'Färben' },
  });
  const known = await services();
  expect(known.find((one) => one.name === 'Färben')).toMatchObject({ is_active: false });
  expect(known.find((one) => one.name === 'Neu')).toBeUndefined();
  expect(await alerts()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ kind: 'event_type_gone', message: expect.stringContaining('no longer exists') }),
    ]),
  );
  const asked = { service_name: 'Färben', desired_date: openDay(3), desired_time: '10:00' };
  expect((await t.tool('check_availability', asked)).body).toMatchObject({ status: 'unknown_service' });
});

test('what ignores a wish for a person is named by the check, and switched on', async () => {
  await calcom('PATCH', '/teams/10/event-types/1001', { rrHostSubsetEnabled: false });
  const check = async (): Promise<unknown> => (await admin().get('/api/admin/check-setup')).body.data;
  expect(JSON.stringify(await check())).toContain('Cal.com ignores a wish for a person');
  const enable = (): ReturnType<ReturnType<typeof admin>['post']> =>
    admin().post('/api/admin/calcom/enable-host-choice').send({ company_id: company });
  expect((await enable()).body.data).toEqual({
    ...{ event_types: [{ event_type_id: 1001, title: 'Herrenhaarschnitt', outcome: 'enabled' }], what_to_do: null },
  });
  expect((await services()).find((one) => one.calcom_event_type_id === 1001)).toMatchObject({
    calcom_settings: { host_subset_enabled: true },
  });
  expect(JSON.stringify(await check())).not.toContain('Cal.com ignores a wish for a person');
  expect((await enable()).body.data.event_types).toEqual([]);
});

test('warming names its job, a second request the same one, and its state can be read', async () => {
  const warm = (): ReturnType<ReturnType<typeof admin>['post']> => admin().post('/api/admin/cache/warm').send({});
  const [first, second] = [(await warm()).body.data, (await warm()).body.data];
  expect(first).toEqual({ queued: true, job_id: expect.any(String) });
  const job = (await admin().get(`/api/admin/jobs/${first.job_id}`)).body.data;
  expect(job).toMatchObject({ name: 'WarmCalcomCacheJob', status: expect.stringMatching(/queued|running|done/) });
  expect(second.queued || second.job_id === first.job_id).toBe(true);
});

test('how far warming is can be read while it runs', async () => {
  const body = { min_bookings: 0, delay_ms: 150 };
  for (const [index, service_name] of ['Herrenhaarschnitt', 'Damenhaarschnitt'].entries())
    await t.tool('create_booking', {
      ...{ service_name, customer_name: 'Erika Muster', desired_date: openDay(8 + index), desired_time: '10:00' },
    });
  await t.gateway.parts.operations.jobs.drain();
  const { job_id } = (await admin().post('/api/admin/cache/warm').send(body)).body.data;
  const job = async (): Promise<Record<string, unknown>> => (await admin().get(`/api/admin/jobs/${job_id}`)).body.data;
  const seen: unknown[] = [];
  const drained = t.gateway.parts.operations.jobs.drain().then(() => seen.push('end'));
  while (!seen.includes('end')) {
    const { status, steps_done, steps_total } = await job();
    if (status === 'running' && typeof steps_total === 'number') seen.push(Number(steps_done) < steps_total);
  }
  await drained;
  expect(seen).toContain(true);
  const done = await job();
  expect(done).toMatchObject({ status: 'done', steps_done: done.steps_total });
  expect(done.steps_total).toBeGreaterThanOrEqual(2);
});

test('an account that lists none of the services is taken for another one', async () => {
  for (const id of [1001, 1002, 1004]) await calcom('DELETE', `/teams/10/event-types/${id}`);
  const report = await importAll();
  expect(report.items.filter(({ outcome }) => outcome === 'deactivated')).toEqual([]);
});
