import { tenantId } from '../../src/domain';
import type { AdminKit, Tenant } from '../admin/kit';

let numbers = 0;

/** One row of every kind of thing that has an address, with the mark in every text. */
export async function everyKindOfRow(kit: AdminKit, tenant: Tenant, mark: string): Promise<Record<string, string>> {
  const place = { company_id: tenant.id, branch_id: tenant.branchId };
  const phone = `+49305${String(++numbers).padStart(5, '0')}`;
  const own = { company_id: tenant.id };
  const staff = await kit.insert('staff', { ...own, name: `${mark} Kim` });
  const customer = await kit.insert('customers', { ...own, name: `${mark} Gast`, phone: phone });
  const appointment = await kit.appointment(tenant, { customer_id: customer, attendee_name: `${mark} Gast` });
  const call = { retell_call_id: `call_${mark}`, started_at: '2026-11-20T10:00:00Z', transcript: mark };
  const user = { ...own, email: `${mark}@example.org`, name: `${mark} Kim`, role: 'front_desk' };
  const userId = await kit.insert('users', user);
  const channel = { ...own, kind: 'email', address: `${mark}@example.org`, events: '{alerts}' };
  return {
    companies: tenant.id,
    branches: tenant.branchId,
    holidays: await kit.insert('holidays', { ...place, name: mark, first_day: '2026-12-24', last_day: '2026-12-24' }),
    services: tenant.serviceId,
    staff,
    customers: customer,
    appointments: appointment,
    'phone-numbers': await kit.insert('phone_numbers', { ...place, number_e164: `${phone}9` }),
    'host-mappings': await kit.insert('calcom_host_mappings', { ...own, staff_id: staff, calcom_host_id: 77 }),
    agents: await kit.insert('retell_agents', { ...place, agent_id: `agent_${mark}` }),
    calls: await kit.insert('calls', { ...place, ...call }),
    callbacks: await kit.insert('callback_requests', {
      ...place,
      customer_name: mark,
      phone: phone,
      reason: mark,
    }),
    'webhook-events': await kit.insert('webhook_events', {
      ...{ ...own, provider: 'calcom', event_type: 'BOOKING_CREATED', dedupe_key: mark, payload: `{"name":"${mark}"}` },
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
      ...{ ...own, kind: 'orphan', subject_type: 'appointment', subject_id: appointment, detail: `{"name":"${mark}"}` },
    }),
    alerts: await kit.insert('alerts', {
      ...{ ...own, kind: 'jobs_dead', alert_key: `jobs_dead:${mark}`, severity: 'warning', message: mark },
    }),
    users: userId,
    'notification-channels': await kit.insert('notification_channels', channel),
    'own-notification-channels': await kit.insert('notification_channels', { ...channel, user_id: userId }),
    tokens: (await kit.tokens.create({ companyId: tenantId(tenant.id), name: `${mark} token` })).id,
  };
}

/** A body that would be accepted if the thing were ours. Routes that take no body need none. */
const BODIES: Record<string, (row: Record<string, string>) => object> = {
  'post /api/admin/branches': () => ({ name: 'x', time_zone: 'Europe/Berlin' }),
  'post /api/admin/holidays': () => ({ name: 'x', first_day: '2026-12-24' }),
  'post /api/admin/holidays/import': () => ({ land: 'BE', years: [2027] }),
  'post /api/admin/services': () => ({ name: 'x', duration_minutes: 30, calcom_event_type_id: 9 }),
  'post /api/admin/staff': () => ({ name: 'x' }),
  'post /api/admin/phone-numbers': (row) => ({ number: '+4930999009', branch_id: row.branches }),
  'post /api/admin/host-mappings': (row) => ({ staff_id: row.staff, calcom_host_id: 9 }),
  'post /api/admin/agents': (row) => ({ agent_id: 'agent_x', branch_id: row.branches }),
  'post /api/admin/tokens': () => ({ name: 'x' }),
  'post /api/admin/users': () => ({ email: 'x@example.org', name: 'x', role: 'read_only' }),
  'post /api/admin/notification-channels': () => ({ kind: 'email', address: 'x@example.org', events: ['alerts'] }),
  'post /api/admin/own-notification-channels': () => ({ kind: 'email', events: ['alerts'] }),
  'patch /api/admin/notification-channels/:id': () => ({ is_active: false }),
  'patch /api/admin/own-notification-channels/:id': () => ({ is_active: false }),
  'post /api/admin/companies': () => ({ name: 'x', slug: 'x' }),
  'post /api/admin/calcom/assign-event-type': (row) => ({ company_id: row.companies, event_type_id: 9 }),
  'post /api/admin/appointments/:id/reschedule': () => ({ starts_at: '2027-01-05T10:00:00Z' }),
  'post /api/admin/appointments': (row) => ({
    ...{ branch_id: row.branches, service_id: row.services, starts_at: '2027-01-05T10:00:00Z' },
    customer: { name: 'Erika Muster' },
  }),
  'post /api/admin/manual-reviews/:id/resolve': () => ({ resolution: 'done' }),
  'patch /api/admin/phone-numbers/:id': () => ({ is_active: false }),
  'patch /api/admin/callbacks/:id': () => ({ status: 'completed' }),
  'patch /api/admin/host-mappings/:id': () => ({ is_active: false }),
  'patch /api/admin/agents/:id': () => ({ is_active: false }),
};
export function bodyFor(method: string, path: string, row: Record<string, string>): object | undefined {
  if (method === 'get' || method === 'delete') return undefined;
  return BODIES[`${method} ${path}`]?.(row) ?? (method === 'patch' ? { name: 'Taken' } : {});
}

/** Everything that the database holds of a company. */
export async function rowsOf(kit: Pick<AdminKit, 'sql'>, company: string): Promise<string> {
  const tables = await kit.sql<{ name: string }>(
    `select distinct table_name as name from information_schema.columns where column_name = 'company_id' and table_schema = 'public'`,
  );
  // One statement: a single connection takes no second one beside it.
  const rows = tables.map(
    ({ name }) => `select '${name}' as "table", t::text as row from ${name} t where company_id = $1`,
  );
  return JSON.stringify(await kit.sql(`${rows.join(' union all ')} order by 1, 2`, [company]));
}
