import { UpstreamUnauthorised } from '../../src/errors';
import { anna, startCompanyToImport } from './company-to-import';
import type { AdminKit, Tenant } from './kit';
import { eventType } from './fake-account';

let kit: AdminKit;
let ours: Tenant;
beforeEach(async () => {
  ({ kit, ours } = await startCompanyToImport());
});
afterEach(() => kit.stop());

const asOurs = (body: object = {}) => ({ token: ours.token, body });
const rowsOf = async (path: string): Promise<Record<string, unknown>[]> =>
  (await kit.ask('get', `${path}?limit=200`, { token: ours.token })).body.data;
const services = async () =>
  (await rowsOf('/services')).sort((a, b) => Number(a.calcom_event_type_id) - Number(b.calcom_event_type_id));
const staff = async () => (await rowsOf('/staff')).sort((a, b) => String(a.name).localeCompare(String(b.name)));

describe('import', () => {
  test('makes services and staff of event types and hosts, refuses managed parents and shared seats with the reason', async () => {
    const { status, body } = await kit.ask('post', '/calcom/import-event-types', asOurs());
    expect(status).toBe(200);
    expect(
      body.data.items.map((item: Record<string, unknown>) => [
        item.event_type_id,
        item.outcome,
        item.reason,
        item.missing_fields,
      ]),
    ).toEqual([
      [1001, 'updated', null, []],
      [1002, 'created', null, ['allergies']],
      [1003, 'refused', 'seats_not_supported', []],
      [1004, 'refused', 'recurring_not_supported', []],
      [1100, 'refused', 'managed_parent', []],
      [2001, 'created', null, []],
    ]);
    expect(body.data.hosts).toEqual([
      { host_id: 21, name: 'Anna Muster', staff_id: expect.any(String), outcome: 'created' },
      { host_id: 22, name: 'Bert Beispiel', staff_id: expect.any(String), outcome: 'created' },
    ]);
    const rows = await services();
    expect(
      rows.map((row: Record<string, unknown>) => [
        row.name,
        row.calcom_event_type_id,
        row.duration_minutes,
        row.host_ids,
        row.is_active,
      ]),
    ).toEqual([
      // The name is the operator's; the rest is Cal.com's.
      ['Haarschnitt', 1001, 30, [21, 22], true],
      ['Färben', 1002, 90, [22], true],
      ['Beratung', 2001, 30, [21], false],
    ]);
    expect((await staff()).map((row: Record<string, unknown>) => [row.name, row.calcom_host_id])).toEqual([
      ['Anna Muster', 21],
      ['Bert Beispiel', 22],
    ]);
    expect(kit.changedTenants).toContain(ours.id);
  });

  test('changes nothing when it is done again, also by two at once', async () => {
    await Promise.all([
      kit.ask('post', '/calcom/import-event-types', asOurs()),
      kit.ask('post', '/calcom/import-event-types', asOurs()),
    ]);
    const [first, people] = [await services(), await staff()];
    const again = await kit.ask('post', '/calcom/import-event-types', asOurs());
    expect(again.body.data.items.map((item: { outcome: string }) => item.outcome)).toEqual([
      'updated',
      'updated',
      'refused',
      'refused',
      'refused',
      'updated',
    ]);
    expect(again.body.data.hosts.map((host: { outcome: string }) => host.outcome)).toEqual(['known', 'known']);
    const bare = (rows: Record<string, unknown>[]) =>
      rows.map(({ updated_at: _, calcom_synced_at: __, ...row }) => row);
    expect(bare(await services())).toEqual(bare(first));
    expect(bare(await staff())).toEqual(bare(people));
  });

  test('recognises staff by address, or by a name that only one has', async () => {
    const made = async (body: object): Promise<string> => (await kit.ask('post', '/staff', asOurs(body))).body.data.id;
    const known = await made({ name: 'A. M.', email: 'ANNA@example.org' });
    await made({ name: 'Bert Beispiel' });
    await made({ name: 'bert beispiel' });
    const { body } = await kit.ask('post', '/calcom/import-event-types', asOurs({ personal: false }));
    expect(body.data.hosts.map((host: Record<string, unknown>) => [host.outcome, host.staff_id === known])).toEqual([
      ['matched', true],
      ['created', false],
    ]);
    expect(body.data.items.map((item: { event_type_id: number }) => item.event_type_id)).not.toContain(2001);
  });

  test('needs to know the company, and a branch that is the company’s', async () => {
    const theirs = await kit.tenant('Theirs');
    expect((await kit.ask('post', '/calcom/import-event-types', { body: {} })).status).toBe(400);
    expect((await kit.ask('post', '/calcom/import-event-types', asOurs({ branch_id: theirs.branchId }))).status).toBe(
      400,
    );
    expect((await kit.ask('post', '/calcom/import-event-types', asOurs({ company_id: theirs.id }))).status).toBe(403);
    expect(await services()).toHaveLength(1);
  });
});

describe('webhook', () => {
  test('is made once, with a secret that is kept sealed', async () => {
    const made = await kit.ask('post', '/calcom/create-webhook', asOurs());
    expect(made.body.data).toMatchObject({
      outcome: 'created',
      subscriber_url: 'https://gateway.example.org/api/calcom/webhook',
    });
    expect(kit.account.secrets[0]).toMatch(/^[0-9a-f]{64}$/);
    expect((await kit.ask('post', '/calcom/create-webhook', asOurs())).body.data.outcome).toBe('exists');
    expect(kit.account.hooks).toHaveLength(2);
    expect(made.body.data).toMatchObject({
      event_types: [{ event_type_id: 1001, outcome: 'created' }],
      what_to_do: null,
    });
    const kept = await kit.sql<{ all: string }>('select c::text as all from companies c where id = $1', [ours.id]);
    expect(kept[0]!.all).not.toContain(kit.account.secrets[0]);
    expect((await kit.ask('get', `/companies/${ours.id}`)).body.data.has_calcom_webhook_secret).toBe(true);
  });

  test('is also made for each event type of a team that a service uses', async () => {
    kit.account.ofTeam.set(10, [eventType(1001, { hosts: [anna], teamId: 10 }), eventType(1002, { hosts: [anna] })]);
    await kit.ask('post', '/calcom/import-event-types', asOurs());
    kit.account.ofTeam.set(10, [...(kit.account.ofTeam.get(10) ?? []), eventType(1009)]);
    kit.account.teamWebhooks = false;
    const refused = await kit.ask('post', '/calcom/create-webhook', asOurs());
    expect(refused.body.data).toMatchObject({
      outcome: 'created',
      event_types: [1001, 1002].map((event_type_id) => ({ event_type_id, outcome: 'by_hand' })),
      what_to_do: expect.stringContaining('https://gateway.example.org/api/calcom/webhook'),
    });
    kit.account.teamWebhooks = true;
    await kit.ask('post', '/calcom/create-webhook', asOurs());
    expect(kit.account.hooks.map((hook) => hook.of)).toEqual([
      null,
      { teamId: 10, eventTypeId: 1001 },
      { teamId: 10, eventTypeId: 1002 },
    ]);
    expect(new Set(kit.account.secrets).size).toBe(1);
    const again = await kit.ask('post', '/calcom/create-webhook', asOurs());
    expect(again.body.data).toMatchObject({ outcome: 'exists', what_to_do: null });
  });

  test.each(['ftp://x.example', 'gateway.example.org', 'javascript:alert(1)'])(
    'cannot be told to call %s',
    async (public_url) => {
      expect(
        (await kit.ask('post', '/calcom/create-webhook', { body: { company_id: ours.id, public_url } })).status,
      ).toBe(400);
      expect(kit.account.hooks).toEqual([]);
    },
  );
});

test('a connection is tested, and a failure is an answer', async () => {
  const { body } = await kit.ask('post', '/calcom/test-connection', asOurs());
  expect(body.data).toMatchObject({
    success: true,
    user: { email: 'anna@example.org', time_zone: 'Europe/Berlin' },
    error: null,
  });
  kit.account.error = new UpstreamUnauthorised(401);
  const failed = await kit.ask('post', '/calcom/test-connection', asOurs());
  expect([failed.status, failed.body.data.success, failed.body.data.error.code]).toEqual([
    200,
    false,
    'upstream_unauthorised',
  ]);
});
