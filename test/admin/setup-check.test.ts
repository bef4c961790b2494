import { type GatewayError, RateLimited, UpstreamUnauthorised, UpstreamUnavailable } from '../../src/errors';
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
