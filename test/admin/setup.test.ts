import { Conflict, UpstreamUnauthorised, UpstreamUnavailable } from '../../src/errors';
import { SecretBox } from '../../src/infra/secret-box';
import { AdminKit, APP_KEY, type Tenant } from './kit';

let kit: AdminKit;
let ours: Tenant;

beforeAll(async () => {
  kit = await AdminKit.start();
  ours = await kit.tenant('Ours');
});
afterAll(() => kit.stop());
beforeEach(() => {
  kit.keyCheckError = null;
  kit.changedTenants.length = 0;
});

const asOurs = (body?: object) => ({ token: ours.token, ...(body ? { body } : {}) });

describe('companies', () => {
  test('a company is made with its key checked, kept sealed and never shown', async () => {
    const body = {
      name: 'Salon Nord',
      slug: 'salon-nord',
      calcom_api_key: 'cal_live_0123456789',
      calcom_webhook_secret: 'hook-secret-1',
    };
    const { status, body: answer, text } = await kit.ask('post', '/companies', { body });
    expect(status).toBe(201);
    expect(answer.data).toMatchObject({
      slug: 'salon-nord',
      has_calcom_api_key: true,
      has_calcom_webhook_secret: true,
      max_alternatives: 2,
    });
    expect(text).not.toContain('cal_live');
    const [row] = await kit.sql<{ sealed: string; all: string }>(
      'select calcom_api_key_ciphertext as sealed, c::text as all from companies c where id = $1',
      [answer.data.id],
    );
    expect(row!.all).not.toContain('cal_live');
    expect(new SecretBox([APP_KEY]).open(row!.sealed, `${answer.data.id}:calcom_api_key`)).toBe('cal_live_0123456789');
    const [entry] = await kit.audit(answer.data.id);
    expect(entry).toMatchObject({
      actor: 'bootstrap',
      action: 'post /api/admin/companies',
      company_id: answer.data.id,
    });
    expect(JSON.stringify(entry)).not.toMatch(/cal_live|hook-secret/);
    expect(kit.changedTenants).toEqual([answer.data.id]);
  });

  test('a key that Cal.com does not accept saves nothing', async () => {
    kit.keyCheckError = new UpstreamUnauthorised(401);
    const { status, body } = await kit.ask('post', '/companies', {
      body: { name: 'Bad', slug: 'bad-key', calcom_api_key: 'cal_wrong_key' },
    });
    expect(status).toBe(400);
    expect(body.error.details[0].path).toBe('calcom_api_key');
    expect(await kit.sql("select 1 from companies where slug = 'bad-key'")).toEqual([]);
  });

  test('a key that cannot be checked saves nothing and says so', async () => {
    kit.keyCheckError = new UpstreamUnavailable('reset', false);
    const body = { calcom_api_key: 'cal_other_key_1' };
    const before = await kit.ask('get', `/companies/${ours.id}`);
    expect((await kit.ask('patch', `/companies/${ours.id}`, asOurs(body))).status).toBe(502);
    expect((await kit.ask('get', `/companies/${ours.id}`)).body.data).toEqual(before.body.data);
  });

  test('absent leaves, null removes, a value sets', async () => {
    const set = await kit.ask(
      'patch',
      `/companies/${ours.id}`,
      asOurs({ calcom_api_key: 'cal_key_of_ours', calcom_team_id: 10 }),
    );
    expect(set.body.data).toMatchObject({ has_calcom_api_key: true, calcom_team_id: 10 });
    const left = await kit.ask('patch', `/companies/${ours.id}`, asOurs({ language: 'en' }));
    expect(left.body.data).toMatchObject({ has_calcom_api_key: true, calcom_team_id: 10, language: 'en' });
    // Only the platform takes a company onto its own key.
    const body = { calcom_api_key: null, calcom_team_id: null };
    const removed = await kit.ask('patch', `/companies/${ours.id}`, { body });
    expect(removed.body.data).toMatchObject({
      has_calcom_api_key: false,
      calcom_key_id: null,
      calcom_team_id: null,
      language: 'en',
    });
    await kit.ask('patch', `/companies/${ours.id}`, asOurs({ calcom_api_key: 'cal_key_of_ours' }));
  });

  test('a slug is given once', async () => {
    const { status, body } = await kit.ask('post', '/companies', { body: { name: 'Twice', slug: ours.slug } });
    expect([status, body.error.code]).toEqual([409, 'conflict']);
  });

  test('a company that is taken out of service frees its number and keeps its history', async () => {
    const gone = await kit.tenant('Gone');
    const appointment = await kit.appointment(gone);
    const number = { number: '+4930111222', branch_id: gone.branchId };
    await kit.ask('post', '/phone-numbers', { token: gone.token, body: number });
    expect((await kit.ask('delete', `/companies/${gone.id}`)).body.data.outcome).toBe('deactivated');
    expect((await kit.ask('get', `/companies/${gone.id}`)).status).toBe(404);
    expect((await kit.ask('delete', `/companies/${gone.id}`)).status).toBe(404);
    expect((await kit.ask('post', '/phone-numbers', asOurs({ ...number, branch_id: ours.branchId }))).status).toBe(201);
    expect(await kit.sql('select id from appointments where id = $1', [appointment])).toHaveLength(1);
  });
});

describe('a line that rings at another company without being entered there', () => {
  const call = { status: 'ended', started_at: new Date().toISOString() };
  const isRefused = async (path: string, body: object): Promise<unknown> => {
    const answer = await kit.ask('post', path, asOurs({ ...body, branch_id: ours.branchId }));
    return [answer.status, answer.body.error?.code];
  };

  test.each([
    ['dialled', 'inbound', { to_number: '+4930777001' }, { number: '+4930777001' }],
    ['from which it calls', 'outbound', { from_number: '+4930777002' }, { number: '+4930777002' }],
  ])('the number %s is not given to a company', async (_what, direction, line, number) => {
    const other = await kit.tenant(`Rings${direction}`);
    await kit.insert('calls', {
      ...{ company_id: other.id, branch_id: other.branchId, retell_call_id: `rings_${direction}` },
      ...{ ...call, ...line, direction },
    });
    expect(await isRefused('/phone-numbers', number)).toEqual([409, 'conflict']);
    const platform = await kit.ask('post', '/phone-numbers', {
      body: { ...number, company_id: ours.id, branch_id: ours.branchId },
    });
    expect(platform.status).toBe(201);
  });

  test('the agent that answers it is not given to a company', async () => {
    const other = await kit.tenant('Answers');
    await kit.insert('calls', {
      ...{ company_id: other.id, branch_id: other.branchId, retell_call_id: 'answers', agent_id: 'agent_theirs' },
      ...call,
    });
    expect(await isRefused('/agents', { agent_id: 'agent_theirs' })).toEqual([409, 'conflict']);
    expect(await isRefused('/agents', { agent_id: 'agent_of_ours' })).toEqual([201, undefined]);
  });

  test('a customer who calls both companies keeps neither from anything', async () => {
    const other = await kit.tenant('Called');
    await kit.insert('calls', {
      ...{ company_id: other.id, branch_id: other.branchId, retell_call_id: 'called', direction: 'inbound' },
      ...{ ...call, from_number: '+4930777003' },
    });
    expect(await isRefused('/phone-numbers', { number: '+4930777003' })).toEqual([201, undefined]);
  });
});

describe.each([
  [
    'branches',
    () => ({ name: 'Nord', time_zone: 'Europe/Berlin', hours: { 1: [{ open: '09:00', close: '18:00' }] } }),
    { name: 'Nord 2' },
  ],
  [
    'holidays',
    () => ({ name: 'Betriebsferien', first_day: '2026-12-24', last_day: '2027-01-02', branch_id: ours.branchId }),
    { is_yearly: true, branch_id: null },
  ],
  ['staff', () => ({ name: 'Anna', email: 'anna@example.org', branch_id: ours.branchId }), { email: null }],
  [
    'services',
    () => ({
      name: 'Farbe',
      duration_minutes: 90,
      calcom_event_type_id: 1003,
      synonyms: ['Färben', 'Tönen'],
      host_ids: [21, 22],
    }),
    { synonyms: ['Strähnen'], price: 49.9 },
  ],
  [
    'phone-numbers',
    () => ({ number: '+49 30 123-45', branch_id: ours.branchId, agent_id: 'agent_1' }),
    { agent_id: null },
  ],
  ['agents', () => ({ agent_id: 'agent_crud', branch_id: ours.branchId, language: 'de' }), { name: 'Lina' }],
  [
    'host-mappings',
    async () => ({
      calcom_host_id: 77,
      staff_id: (await kit.ask('post', '/staff', asOurs({ name: 'Mapped' }))).body.data.id,
    }),
    { calcom_name: 'Bea' },
  ],
])('%s', (path, fields, change) => {
  test('are made, read, listed, changed and removed, each write announced and written down', async () => {
    const sent = await fields();
    kit.changedTenants.length = 0;
    const made = await kit.ask('post', `/${path}`, asOurs(sent));
    expect([made.status, made.body.error]).toEqual([201, undefined]);
    const { id } = made.body.data;
    expect(made.body.data.company_id).toBe(ours.id);
    expect((await kit.ask('get', `/${path}/${id}`, asOurs())).body.data).toEqual(made.body.data);
    const listed = await kit.ask('get', `/${path}?limit=200`, asOurs());
    expect(listed.body.data).toContainEqual(made.body.data);
    const changed = await kit.ask('patch', `/${path}/${id}`, asOurs(change));
    expect(changed.status).toBe(200);
    const { updated_at: _, ...before } = made.body.data;
    expect(changed.body.data).toMatchObject({ ...before, ...change });
    const removed = await kit.ask('delete', `/${path}/${id}`, asOurs());
    expect(removed.body.data).toEqual({ id, outcome: 'deleted' });
    expect((await kit.ask('get', `/${path}/${id}`, asOurs())).status).toBe(404);
    expect(kit.changedTenants).toEqual([ours.id, ours.id, ours.id]);
    expect((await kit.audit(id)).map((entry) => [entry.action, entry.detail.outcome])).toEqual([
      [`post /api/admin/${path}`, 'done'],
      [`patch /api/admin/${path}/:id`, 'done'],
      [`delete /api/admin/${path}/:id`, 'done'],
      [`get /api/admin/${path}/:id`, 'refused'],
    ]);
  });

  test('name every field that is wrong, and fields that do not exist', async () => {
    const sent = { ...(await fields()), surprise: 1, is_active: 'perhaps' };
    const { status, body } = await kit.ask('post', `/${path}`, asOurs(sent));
    expect(status).toBe(400);
    const paths = body.error.details.map((detail: { path: string }) => detail.path);
    expect(paths).toEqual(expect.arrayContaining(['surprise', 'is_active']));
  });
});

test.each(['\u202eterces', 'two\u0000parts', 'a\u2066b', 'zero\u200bwidth', 'line\u2028break'])(
  'a company’s name takes no control and no direction characters: %j',
  async (name) => {
    const answer = await kit.ask('post', '/companies', { body: { name, slug: 'unseen' } });
    expect([answer.status, answer.body.error.details[0].path]).toEqual([400, 'name']);
  },
);

describe('holidays', () => {
  test('of one day need no last one, and days in the wrong order are refused at their field', async () => {
    const { body } = await kit.ask('post', '/holidays', asOurs({ name: 'Heiligabend', first_day: '2026-12-24' }));
    expect(body.data).toMatchObject({ first_day: '2026-12-24', last_day: '2026-12-24', branch_id: null });
    const wrong = { first_day: '2026-12-26' };
    const refused = await kit.ask('patch', `/holidays/${body.data.id}`, asOurs(wrong));
    expect([refused.status, refused.body.error.details]).toEqual([
      ...[400, [expect.objectContaining({ path: 'last_day', message_de: 'darf nicht vor dem ersten Tag liegen' })]],
    ]);
    const tooLong = { name: 'Immer', first_day: '2026-12-24', last_day: '2027-12-24', is_yearly: true };
    expect((await kit.ask('post', '/holidays', asOurs(tooLong))).body.error.details[0].path).toBe('last_day');
    const foreign = { name: 'X', first_day: '2026-12-24', branch_id: (await kit.tenant('Holiday')).branchId };
    expect((await kit.ask('post', '/holidays', asOurs(foreign))).body.error.details[0].path).toBe('branch_id');
    await kit.ask('delete', `/holidays/${body.data.id}`, asOurs());
  });

  test('of a Land are taken over all at once, without the days that are closed already', async () => {
    const { body: offered } = await kit.ask('get', '/public-holidays?land=BE&year=2027&language=en', asOurs());
    expect(offered.data).toContainEqual({ name: 'Good Friday', day: '2027-03-26', is_yearly: false });
    const wish = { land: 'BE', years: [2027, 2028], branch_id: ours.branchId };
    const { status, body } = await kit.ask('post', '/holidays/import', asOurs(wish));
    expect(status).toBe(201);
    const days = body.data.map((one: { first_day: string }) => one.first_day);
    expect(days).toEqual(expect.arrayContaining(['2027-01-01', '2027-03-26', '2028-04-14']));
    expect(days).not.toContain('2028-01-01');
    const again = await kit.ask('post', '/holidays/import', asOurs({ ...wish, days: ['2027-03-26'] }));
    expect([again.status, again.body.data]).toEqual([201, []]);
    const both = { ...wish, years: [2029, 2030] };
    const entered = await Promise.all([1, 2, 3].map(() => kit.ask('post', '/holidays/import', asOurs(both))));
    const all = entered.flatMap((one) => one.body.data.map((day: { first_day: string }) => day.first_day));
    expect(all.filter((day) => day === '2029-03-30')).toHaveLength(1);
    const foreign = { ...wish, branch_id: (await kit.tenant('Import')).branchId };
    expect((await kit.ask('post', '/holidays/import', asOurs(foreign))).status).toBe(400);
    expect((await kit.ask('post', '/holidays/import', asOurs({ ...wish, land: 'XX' }))).status).toBe(400);
  });
});

test('what history hangs on is switched off, not deleted', async () => {
  await kit.appointment(ours, { starts_at: '2026-12-02T09:00:00Z', ends_at: '2026-12-02T09:30:00Z' });
  const { body } = await kit.ask('delete', `/services/${ours.serviceId}`, asOurs());
  expect(body.data.outcome).toBe('deactivated');
  expect((await kit.ask('get', `/services/${ours.serviceId}`, asOurs())).body.data.is_active).toBe(false);
});

test('a change made for an older state is a conflict and changes nothing', async () => {
  const { body: read } = await kit.ask('get', `/branches/${ours.branchId}`, asOurs());
  const first = await kit.ask(
    'patch',
    `/branches/${ours.branchId}`,
    asOurs({ name: 'First', if_updated_at: read.data.updated_at }),
  );
  expect(first.status).toBe(200);
  const second = await kit.ask(
    'patch',
    `/branches/${ours.branchId}`,
    asOurs({ name: 'Second', if_updated_at: read.data.updated_at }),
  );
  expect([second.status, second.body.error.code]).toEqual([409, new Conflict('').code]);
  expect((await kit.ask('get', `/branches/${ours.branchId}`, asOurs())).body.data.name).toBe('First');
});

test('a number belongs to one company, also for the platform', async () => {
  const theirs = await kit.tenant('Theirs');
  await kit.ask('post', '/phone-numbers', asOurs({ number: '+4930777888', branch_id: ours.branchId }));
  const { status } = await kit.ask('post', '/phone-numbers', {
    token: theirs.token,
    body: { number: '+4930 777 888', branch_id: theirs.branchId },
  });
  expect(status).toBe(409);
});

test.each([
  [{ hours: { 1: [{ open: '18:00', close: '09:00' }] } }, 'hours.1.0'],
  [
    {
      hours: {
        1: [
          { open: '09:00', close: '13:00' },
          { open: '12:00', close: '18:00' },
        ],
      },
    },
    'hours.1',
  ],
  [{ hours: { 8: [] } }, 'hours.8'],
  [{ time_zone: 'Mars/Base' }, 'time_zone'],
  [{ phone: '12' }, 'phone'],
])('a branch with %j is refused at %s', async (fields, path) => {
  const { status, body } = await kit.ask('patch', `/branches/${ours.branchId}`, asOurs(fields));
  expect(status).toBe(400);
  expect(body.error.details.map((detail: { path: string }) => detail.path)).toContain(path);
});

test('a body that is not JSON is refused and written down', async () => {
  const answer = await kit.ask('post', '/staff', {
    token: ours.token,
    headers: { 'content-type': 'application/json' },
  });
  expect(answer.status).toBe(400);
  const [entry] = await kit.sql<{ action: string; detail: object }>(
    'select action, detail from audit_log order by created_at desc limit 1',
  );
  expect(entry).toMatchObject({
    action: 'post /api/admin/staff',
    detail: { outcome: 'refused', code: 'invalid_input' },
  });
});

test('staff in the audit log are not named', async () => {
  const { body } = await kit.ask('post', '/staff', asOurs({ name: 'Friederike Geheim', email: 'fg@example.org' }));
  expect(JSON.stringify(await kit.audit(body.data.id))).not.toMatch(/Friederike|fg@/);
});

test('a mapping that an operator makes says so', async () => {
  const person = await kit.ask('post', '/staff', asOurs({ name: 'Carla' }));
  const body = { calcom_host_id: 4711, staff_id: person.body.data.id };
  const { body: made } = await kit.ask('post', '/host-mappings', asOurs(body));
  expect(made.data).toMatchObject({ mapping_source: 'manual', confidence: 100 });
});

describe('a test call', () => {
  const lines = (text: string): unknown[] =>
    text
      .trim()
      .split('\n\n')
      .map((one) => JSON.parse(one.replace('data: ', '')) as unknown);
  const ask = (body: object) => kit.ask('post', '/test-calls', { token: salon.token, body });
  let salon: Tenant;
  beforeAll(async () => {
    salon = await kit.tenant('Probe');
  });

  test('says what the company needs first', async () => {
    const answer = await ask({});
    expect([answer.status, answer.body.error.details[0].path]).toEqual([400, 'number']);
    await kit.insert('phone_numbers', {
      ...{ company_id: salon.id, branch_id: salon.branchId, number_e164: '+4930555001', confirmed_at: null },
    });
    expect((await ask({ number: '+4930555001' })).status).toBe(400);
    expect(kit.testCalls).toEqual([]);
  });

  test('is played to its own confirmed line, step by step, and a failure in the middle is shown', async () => {
    await kit.sql(
      `update phone_numbers set confirmed_at = now(), agent_id = 'agent_own' where number_e164 = '+4930555001'`,
    );
    const played = await ask({ books: true, language: 'en' });
    expect(lines(played.text)).toMatchObject([{ kind: 'ring', http_status: 204 }, { kind: 'done' }]);
    expect(kit.testCalls).toMatchObject([
      { companyId: salon.id, number: '+4930555001', agentId: 'agent_own', language: 'en', books: true },
    ]);
    kit.testCallFails = true;
    expect(lines((await ask({})).text)).toMatchObject([{ kind: 'ring' }, { kind: 'problem' }]);
    kit.testCallFails = false;
    const foreign = await kit.tenant('Fremd');
    const answer = await kit.ask('post', '/test-calls', { token: foreign.token, body: { number: '+4930555001' } });
    expect([answer.status, answer.body.error.details[0].path]).toEqual([400, 'number']);
  });
});
