import 'reflect-metadata';
import { ADMIN_SPECS } from '../../src/controllers/admin/admin-router';
import { PLAIN_SPECS } from '../../src/controllers/admin/operations-routes';
import { openApiDocument } from '../../src/controllers/openapi/openapi-document';
import { tenantId } from '../../src/domain';
import { AdminKit, type Tenant } from '../admin/kit';
import { bodyFor, everyKindOfRow, rowsOf } from './walk-kit';

const MARK = 'Zebrawald';
const SPECS = [...ADMIN_SPECS, ...PLAIN_SPECS.map(({ spec }) => spec)];

let kit: AdminKit;
let ours: Tenant;
let theirs: Tenant;
/** A row of the other company for every kind of thing that has an address. */
let rowOf: Record<string, string>;

beforeAll(async () => {
  kit = await AdminKit.start();
  ours = await kit.tenant('Ours');
  theirs = await kit.tenant(MARK);
  rowOf = await everyKindOfRow(kit, theirs, MARK);
});
afterAll(() => kit.stop());

async function everyKindOfRow(tenant: Tenant): Promise<Record<string, string>> {
  const place = { company_id: tenant.id, branch_id: tenant.branchId };
  const own = { company_id: tenant.id };
  const staff = await kit.insert('staff', { ...own, name: `${MARK} Kim` });
  const customer = await kit.insert('customers', { ...own, name: `${MARK} Gast`, phone: '+4930555001' });
  const appointment = await kit.appointment(tenant, { customer_id: customer, attendee_name: `${MARK} Gast` });
  const call = { retell_call_id: 'call_zebra', started_at: '2026-11-20T10:00:00Z', transcript: MARK };
  return {
    companies: tenant.id,
    branches: tenant.branchId,
    services: tenant.serviceId,
    staff,
    customers: customer,
    appointments: appointment,
    'phone-numbers': await kit.insert('phone_numbers', { ...place, number_e164: '+4930555002' }),
    'host-mappings': await kit.insert('calcom_host_mappings', { ...own, staff_id: staff, calcom_host_id: 77 }),
    agents: await kit.insert('retell_agents', { ...place, agent_id: 'agent_zebra' }),
    calls: await kit.insert('calls', { ...place, ...call }),
    callbacks: await kit.insert('callback_requests', {
      ...place,
      customer_name: MARK,
      phone: '+4930555001',
      reason: MARK,
    }),
    'webhook-events': await kit.insert('webhook_events', {
      ...{ ...own, provider: 'calcom', event_type: 'BOOKING_CREATED', dedupe_key: MARK, payload: `{"name":"${MARK}"}` },
      status: 'failed',
    }),
    jobs: await kit.insert('jobs', {
      ...own,
      name: 'warm',
      max_attempts: 3,
      backoff_ms: 1,
      timeout_ms: 1,
      attempts: 3,
      finished_at: '2026-11-01T00:00:00Z',
      last_error: 'x',
      queue: 'calcom',
      status: 'dead',
      payload: '{}',
    }),
    'manual-reviews': await kit.insert('manual_reviews', {
      ...{ ...own, kind: 'orphan', subject_type: 'appointment', subject_id: appointment, detail: `{"name":"${MARK}"}` },
    }),
    alerts: await kit.insert('alerts', {
      ...{ ...own, kind: 'jobs_dead', alert_key: `jobs_dead:${MARK}`, severity: 'warning', message: MARK },
    }),
    tokens: (await kit.tokens.create({ companyId: tenantId(tenant.id), name: `${MARK} token` })).id,
  };
}

/** A body that would be accepted if the thing were ours. Routes that take no body need none. */
const BODIES: Record<string, () => object> = {
  'post /api/admin/branches': () => ({ name: 'x', time_zone: 'Europe/Berlin' }),
  'post /api/admin/services': () => ({ name: 'x', duration_minutes: 30, calcom_event_type_id: 9 }),
  'post /api/admin/staff': () => ({ name: 'x' }),
  'post /api/admin/phone-numbers': () => ({ number: '+4930555009', branch_id: theirs.branchId }),
  'post /api/admin/host-mappings': () => ({ staff_id: rowOf.staff, calcom_host_id: 9 }),
  'post /api/admin/agents': () => ({ agent_id: 'agent_x', branch_id: theirs.branchId }),
  'post /api/admin/tokens': () => ({ name: 'x' }),
  'post /api/admin/companies': () => ({ name: 'x', slug: 'x' }),
  'post /api/admin/calcom/assign-event-type': () => ({ company_id: theirs.id, event_type_id: 9 }),
  'post /api/admin/appointments/:id/reschedule': () => ({ starts_at: '2027-01-05T10:00:00Z' }),
  'post /api/admin/manual-reviews/:id/resolve': () => ({ resolution: 'done' }),
  'patch /api/admin/phone-numbers/:id': () => ({ is_active: false }),
  'patch /api/admin/callbacks/:id': () => ({ status: 'completed' }),
  'patch /api/admin/host-mappings/:id': () => ({ is_active: false }),
  'patch /api/admin/agents/:id': () => ({ is_active: false }),
};
const bodyFor = (method: string, path: string): object | undefined => {
  if (method === 'get' || method === 'delete') return undefined;
  return BODIES[`${method} ${path}`]?.() ?? (method === 'patch' ? { name: 'Taken' } : {});
};

/** Routes about the gateway or the asking company as a whole; whose answer may only be about that company. */
const ABOUT_ALL = new Set([
  ...['/status', '/rate-limit', '/circuit-breaker', '/circuit-breaker/reset', '/metrics', '/cache', '/cache/warm'],
  ...[
    '/check-setup',
    '/calcom/test-connection',
    '/calcom/import-event-types',
    '/calcom/create-webhook',
    '/calcom/assign-event-type',
  ],
  ...['/performance-report', '/events'],
]);
const short = (path: string): string => path.replace('/api/admin', '');
const rowsOfTheirs = (): Promise<string> => rowsOf(kit, theirs.id);

test('every route in the document is walked: none is left out here', () => {
  const documented = Object.entries(openApiDocument().paths)
    .filter(([path]) => path.startsWith('/api/admin'))
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path.replace('{id}', ':id')}`));
  expect(documented.sort()).toEqual(SPECS.map((spec) => `${spec.method} ${spec.path}`).sort());
});

test.each(SPECS.filter((spec) => spec.path.includes(':')).map((spec) => [spec.method, spec.path] as const))(
  '%s %s does not reach a row of another company',
  async (method, path) => {
    const kind = short(path).split('/')[1]!;
    const id = rowOf[kind];
    if (!id) throw new Error(`there is no row of the other company for ${kind}: add one above`);
    const before = await rowsOfTheirs();
    const body = bodyFor(method, path, rowOf);
    const answer = await kit.ask(method, short(path).replace(':id', id), {
      token: ours.token,
      ...(body ? { body } : {}),
    });
    expect([403, 404]).toContain(answer.status);
    expect(answer.text).not.toContain(MARK);
    expect(await rowsOfTheirs()).toBe(before);
  },
);

test.each(SPECS.filter((spec) => !spec.path.includes(':')).map((spec) => [spec.method, spec.path, spec.list] as const))(
  '%s %s, asked for another company, is refused; asked for one’s own it tells nothing of others',
  async (method, path, list) => {
    if (path.endsWith('/events')) return;
    const before = await rowsOfTheirs();
    const { token } = ours;
    const body = bodyFor(method, path, rowOf);
    const mine = await kit.ask(method, short(path), { token, ...(body ? { body } : {}) });
    expect(mine.text).not.toContain(MARK);
    const foreign = body
      ? await kit.ask(method, short(path), { token, body: { ...body, company_id: theirs.id } })
      : await kit.ask(method, `${short(path)}?company_id=${theirs.id}`, { token });
    // Refused, or a route that knows no company at all and says so.
    expect(list ? [403] : [400, 403]).toContain(foreign.status);
    if (!list && method === 'get') expect(ABOUT_ALL.has(short(path))).toBe(true);
    expect(foreign.text).not.toContain(MARK);
    expect(await rowsOfTheirs()).toBe(before);
  },
);

test('the live figures are those of the company of the token', async () => {
  const told: string[] = [];
  const res = {
    ...{ writableLength: 0, once: () => undefined, end: () => undefined, flushHeaders: () => undefined },
    ...{ status: () => res, set: () => res, write: (text: string) => told.push(text) },
  } as never;
  const actor = (await kit.tokens.authenticate(ours.token))!;
  kit.live.join(res, actor, tenantId(ours.id));
  while (told.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  kit.live.stop();
  expect(told.join('')).not.toContain(MARK);
});
