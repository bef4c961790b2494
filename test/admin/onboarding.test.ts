import { type GatewayError, RateLimited, UpstreamUnauthorised, UpstreamUnavailable } from '../../src/errors';
import { AdminKit, type Tenant } from './kit';
import { eventType } from './fake-account';

let kit: AdminKit;
let ours: Tenant;

const anna = { userId: 21, name: 'Anna Muster', username: 'anna', email: 'anna@example.org' };
const bert = { userId: 22, name: 'Bert Beispiel', username: 'bert', email: 'bert@example.org' };

beforeEach(async () => {
  kit = await AdminKit.start();
  ours = await kit.tenant('Ours');
  await kit.ask('patch', `/companies/${ours.id}`, { body: { calcom_team_id: 10 } });
  kit.account.ofTeam.set(10, [
    eventType(1001, { title: 'Herrenhaarschnitt', schedulingType: 'roundRobin', hosts: [anna, bert] }),
    eventType(1002, {
      title: 'Färben',
      lengthMinutes: 90,
      hosts: [bert],
      requiredFields: [
        { slug: 'allergies', label: 'Allergien' },
        { slug: 'email', label: 'E-Mail' },
      ],
    }),
    eventType(1003, { title: 'Kurs', hosts: [bert], seats: 8 }),
    eventType(1004, { title: 'Jeden Montag', hosts: [bert], recurring: true }),
    eventType(1100, { title: 'Vorlage', schedulingType: 'managed', hosts: [anna] }),
  ]);
  kit.account.ofTeam.set(99, [eventType(9001, { title: 'Another team' })]);
  kit.account.own = [eventType(2001, { title: 'Beratung', hidden: true })];
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

describe('setup check', () => {
  interface Check {
    id: string;
    status: string;
    detail: string;
    detail_de: string;
    what_to_do: string | null;
    what_to_do_de: string | null;
    company_id: string | null;
  }
  const check = async (token?: string): Promise<Map<string, Check>> => {
    const { body } = await kit.ask('get', '/check-setup', token ? { token } : {});
    return new Map(body.data.map((one: Check) => [one.id, one]));
  };

  test('says of a bare company what to do next', async () => {
    kit.account.hooks = [];
    const found = await check(ours.token);
    expect(found.get('phone_number')).toMatchObject({
      status: 'error',
      what_to_do: expect.stringContaining('/api/admin/phone-numbers'),
    });
    expect(found.get('webhook_secret')?.status).toBe('error');
    expect(found.get('calcom_webhook')?.status).toBe('warning');
    expect(found.get(`hosts:${ours.serviceId}`)?.status).toBe('warning');
    expect([...found.values()].every((one) => one.company_id === ours.id)).toBe(true);
    expect([...found.values()].every((one) => (one.status === 'ok') === (one.what_to_do === null))).toBe(true);
    // Names in Latin letters aside, no sentence is the same in both languages.
    for (const one of found.values()) {
      expect(one.detail_de).not.toBe(one.detail);
      expect(one.what_to_do_de === null).toBe(one.what_to_do === null);
      if (one.what_to_do !== null) expect(one.what_to_do_de).not.toBe(one.what_to_do);
    }
  });

  test('is all right after import, number and webhook', async () => {
    kit.account.ofTeam.set(10, [eventType(1001, { hosts: [anna] })]);
    kit.account.own = [];
    await kit.ask('post', '/calcom/import-event-types', asOurs());
    const number = { company_id: ours.id, number: '+4930123456', branch_id: ours.branchId };
    await kit.ask('post', '/phone-numbers', { body: number });
    await kit.ask('post', '/calcom/create-webhook', asOurs());
    const found = await check();
    expect([...found.values()].filter((one) => one.status !== 'ok')).toEqual([]);
    expect(found.get('retell_key')?.company_id).toBeNull();
  });

  test('names the services whose last change no webhook brought', async () => {
    const changedAt = new Date(kit.clock.nowMs() - 120_000);
    const evidence = (heardAt: Date | null) => ({ eventTypeId: 1001, heardAt, changedAt, madeAt: null });
    kit.pushEvidence.push(evidence(null));
    const silent = await check(ours.token);
    expect(silent.get('calcom_push')).toMatchObject({
      status: 'warning',
      what_to_do: expect.stringContaining('create-webhook'),
    });
    kit.pushEvidence.splice(0, 1, evidence(changedAt));
    expect((await check(ours.token)).get('calcom_push')).toMatchObject({ status: 'ok' });
    kit.pushEvidence.length = 0;
    expect((await check(ours.token)).get('calcom_push')?.detail).toContain('Not shown yet');
  });

  test('warns of a branch that hands calls over to a line of the company itself', async () => {
    const loop = await kit.tenant('Loop');
    const number = '+493044445555';
    await kit.insert('phone_numbers', { company_id: loop.id, branch_id: loop.branchId, number_e164: number });
    const handOverTo = (numbers: string[], fallback: string | null): Promise<unknown> =>
      kit.sql('update branches set transfer_rules = $2 where id = $1', [
        loop.branchId,
        JSON.stringify({ numbers: numbers.map((one) => ({ number: one, hours: null })), fallback }),
      ]);
    const id = `transfer_loop:${loop.branchId}`;
    await handOverTo(['+493099900001'], '+493099900002');
    expect((await check(loop.token)).has(id)).toBe(false);
    for (const rules of [[[number], null] as const, [[], number] as const]) {
      await handOverTo([...rules[0]], rules[1]);
      expect((await check(loop.token)).get(id)).toMatchObject({
        status: 'warning',
        detail: expect.stringContaining(number),
      });
    }
  });

  test('warns of a number whose version of the agent at Retell is not the published one', async () => {
    const pinned = await kit.tenant('Pinned');
    const number = '+493044446666';
    const ours = { company_id: pinned.id, branch_id: pinned.branchId };
    await kit.insert('retell_agents', { ...ours, agent_id: 'agent_pinned', name: 'Pinned' });
    await kit.insert('phone_numbers', { ...ours, number_e164: number, agent_id: 'agent_pinned' });
    const found = async (answers: string, published: number | null): Promise<unknown> => {
      kit.linesAtRetell.splice(0, 1, { number, answers, published });
      return (await check(pinned.token)).get(`agent_version:${number}`);
    };
    expect(await found('3', 5)).toMatchObject({ status: 'warning', detail: expect.stringContaining('3 → 5') });
    for (const [answers, published] of [['5', 5] as const, ['latest_published', 5] as const, ['3', null] as const])
      expect(await found(answers, published)).toBeUndefined();
  });

  test('names the subscribers that Cal.com waits for where bookings take long', async () => {
    kit.bookingP95Ms = 6700;
    kit.account.hooks.push({
      of: null,
      id: 'x',
      active: true,
      subscriberUrl: 'https://crm.example.com/hook',
      triggers: [],
    });
    expect((await check(ours.token)).get('calcom_slow_bookings')).toMatchObject({
      status: 'warning',
      detail: expect.stringMatching(/6\.7 s.*crm\.example\.com/),
    });
    kit.bookingP95Ms = 3200;
    expect((await check(ours.token)).has('calcom_slow_bookings')).toBe(true);
    kit.account.hooks.pop();
    // A booking takes that long by nature.
    expect((await check(ours.token)).has('calcom_slow_bookings')).toBe(false);
    kit.bookingP95Ms = 5100;
    expect((await check(ours.token)).has('calcom_slow_bookings')).toBe(true);
  });

  test.each<[string, () => void, string]>([
    ['does not exist', () => kit.account.ofTeam.set(10, []), 'does not exist'],
    [
      'became a managed parent',
      () => kit.account.ofTeam.set(10, [eventType(1001, { schedulingType: 'managed' })]),
      'template',
    ],
    [
      'wants a field that has no default',
      () => kit.account.ofTeam.set(10, [eventType(1001, { requiredFields: [{ slug: 'allergies', label: 'A' }] })]),
      'allergies',
    ],
    [
      'takes longer than the service',
      () => kit.account.ofTeam.set(10, [eventType(1001, { lengthMinutes: 45 })]),
      '45 minutes',
    ],
    [
      'needs no e-mail address any more',
      () => kit.account.ofTeam.set(10, [eventType(1001, { phoneEnabled: true, emailRequired: false })]),
      'e-mail',
    ],
  ])('finds an event type that %s', async (_what, change, words) => {
    change();
    const found = (await check(ours.token)).get(`service:${ours.serviceId}`);
    expect(found?.status).not.toBe('ok');
    expect(found?.detail).toContain(words);
  });

  test('says when to come back where callers have the whole budget, and blames no key', async () => {
    kit.account.error = new RateLimited(12_300);
    const found = await check(ours.token);
    expect(found.get('calcom_budget')).toMatchObject({ status: 'warning', what_to_do: 'Check again in 13 seconds.' });
    expect(found.has('calcom_key')).toBe(false);
    kit.account.error = null;
    kit.account.webhooks = () => Promise.reject(new RateLimited(900));
    const partly = await check(ours.token);
    expect(partly.get('calcom_key')?.status).toBe('ok');
    expect(partly.get('calcom_budget')?.what_to_do).toBe('Check again in a second.');
  });

  test.each<[string, GatewayError, RegExp, RegExp]>([
    ['refuses the key', new UpstreamUnauthorised(401), /lehnt den API-Schlüssel ab/, /neuen Schlüssel an/],
    ['does not answer', new UpstreamUnavailable('/me', false), /hat nicht geantwortet/, /in einer Minute/],
  ])('says in both languages that Cal.com %s', async (_what, error, detail, todo) => {
    kit.account.error = error;
    expect((await check(ours.token)).get('calcom_key')).toMatchObject({
      status: 'error',
      detail_de: expect.stringMatching(detail),
      what_to_do_de: expect.stringMatching(todo),
    });
    kit.account.error = null;
  });

  test('asks each key once, however many companies have it', async () => {
    await kit.tenant('Theirs');
    const asked = jest.spyOn(kit.account, 'eventTypes');
    const found = await check();
    expect(found.size).toBeGreaterThan(0);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  test('finds a key that Cal.com refuses, a team that the key does not see, and an agent that Retell does not know', async () => {
    await kit.ask(
      'post',
      '/phone-numbers',
      asOurs({ number: '+4930123456', branch_id: ours.branchId, agent_id: 'agent_lost' }),
    );
    kit.account.ofTeam.delete(10);
    const found = await check(ours.token);
    expect(found.get('calcom_team')?.status).toBe('error');
    expect([...found.keys()].some((id) => id.startsWith('phone_number:'))).toBe(true);
    kit.account.error = new UpstreamUnauthorised(401);
    expect((await check(ours.token)).get('calcom_key')?.status).toBe('error');
  });

  test('finds tools that nothing answers and timeouts shorter than the gateway may need', async () => {
    kit.agentTools = [
      { name: 'check_availability', timeoutMs: 2500 },
      { name: 'sing_a_song', timeoutMs: 60_000 },
    ];
    kit.settings.retellKeySet = false;
    const found = await check();
    expect(found.get('agent_tools')).toMatchObject({ status: 'error', detail: expect.stringContaining('sing_a_song') });
    expect(found.get('agent_timeouts')).toMatchObject({
      status: 'error',
      detail: expect.stringContaining('check_availability'),
    });
    expect(found.get('retell_key')?.status).toBe('warning');
  });
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
