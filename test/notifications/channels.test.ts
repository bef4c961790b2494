import { AdminKit, APP_KEY, type Tenant } from '../admin/kit';
import { person, type TestBrowser } from '../people/people-kit';
import { SecretBox } from '../../src/infra/secret-box';
import { AdminCompanyWriter } from '../../src/models/admin-company-writer';
import { EventTypeClaims } from '../../src/models/event-type-owners';
import { channelSecretPlace } from '../../src/services/notifications/message-sender';
import { tenantId } from '../../src/domain';

let kit: AdminKit;
let ours: Tenant;
let theirs: Tenant;
let desk: TestBrowser;
beforeAll(async () => {
  kit = await AdminKit.start();
  [ours, theirs] = [await kit.tenant('Ours'), await kit.tenant('Theirs')];
  desk = (await person(kit, { company_id: ours.id, role: 'front_desk' })).browser;
});
afterAll(() => kit.stop());
beforeEach(async () => {
  await kit.sql('delete from notification_channels');
  kit.posted.length = 0;
  kit.postAnswers = 200;
  kit.mailFails = false;
});

const SHARED = '/notification-channels';
const OWN = '/own-notification-channels';
const HOOK = { kind: 'webhook', address: 'https://example.org/hook', events: ['alerts'] };
const add = (body: object, token = ours.token): ReturnType<AdminKit['ask']> => kit.ask('post', SHARED, { body, token });

describe('the company’s channels', () => {
  test('are kept, listed, changed and removed by its administrators, and by no one of lower role', async () => {
    const made = await add({ ...HOOK, quiet_from: '22:00', quiet_to: '07:00' });
    expect(made.body.data).toMatchObject({
      ...{ company_id: ours.id, user_id: null, quiet_from: '22:00', urgent_always: true, daily_at: '07:00' },
      ...{ is_active: true, problem: null, last_sent_at: null, secret: expect.stringMatching(/^[\w-]{43}$/) },
    });
    const { id, updated_at: since } = made.body.data;
    expect((await kit.ask('get', SHARED, { token: ours.token })).body.data).toMatchObject([{ id }]);
    const change = {
      quiet_from: null,
      quiet_to: null,
      events: ['reviews', 'reviews', 'daily_report'],
      if_updated_at: since,
    };
    const changed = await kit.ask('patch', `${SHARED}/${id}`, { token: ours.token, body: change });
    expect(changed.body.data).toMatchObject({
      quiet_from: null,
      events: ['reviews', 'daily_report'],
      address: HOOK.address,
    });
    expect((await kit.ask('patch', `${SHARED}/${id}`, { token: ours.token, body: change })).status).toBe(409);
    for (const asked of [
      desk.ask('get', SHARED),
      desk.ask('delete', `${SHARED}/${id}`),
      desk.ask('post', SHARED, HOOK),
    ])
      expect((await asked).status).toBe(403);
    expect((await kit.ask('delete', `${SHARED}/${id}`, { token: ours.token })).body.data).toEqual({
      id,
      outcome: 'deleted',
    });
  });

  test('are not reached by another company, and the platform must say which company it means', async () => {
    const { id } = (await add(HOOK)).body.data;
    for (const [method, path] of [
      ...[['get', `${SHARED}/${id}`] as const, ['delete', `${SHARED}/${id}`] as const],
      ['post', `${SHARED}/${id}/test`] as const,
    ])
      expect((await kit.ask(method, path, { token: theirs.token })).status).toBe(404);
    expect((await add({ ...HOOK, company_id: ours.id }, theirs.token)).status).toBe(403);
    expect((await add({ ...HOOK, company_id: null })).status).toBe(403);
    expect((await kit.ask('post', SHARED, { body: HOOK })).body.error.details[0].path).toBe('company_id');
    const platform = await kit.ask('post', SHARED, { body: { ...HOOK, company_id: null } });
    expect(platform.body.data.company_id).toBeNull();
    const listed = await kit.ask('get', `${SHARED}?of_platform=true`);
    expect(listed.body.data).toMatchObject([{ id: platform.body.data.id }]);
    expect(kit.posted).toEqual([]);
  });

  test.each([
    ['no event', { events: [] }, 'events'],
    ['an unknown event', { events: ['all'] }, 'events.0'],
    ['an address that is none', { address: 'example.org' }, 'address'],
    ['another protocol', { address: 'ftp://example.org' }, 'address'],
    ['a password in the address', { address: 'https://a:b@example.org' }, 'address'],
    ['an address inside a private network', { address: 'http://10.0.0.1/' }, 'address'],
    ['no address', { address: null }, 'address'],
    ['no e-mail address', { kind: 'email', address: 'Chefin' }, 'address'],
    ['two e-mail addresses', { kind: 'email', address: 'a@example.org,b@example.org' }, 'address'],
    ['a secret that is too short', { secret: 'short' }, 'secret'],
    ['a secret for Slack', { kind: 'slack', secret: 'long enough for one' }, 'secret'],
    ['half of the quiet hours', { quiet_from: '22:00' }, 'quiet_to'],
    ['quiet hours without end', { quiet_from: '22:00', quiet_to: '22:00' }, 'quiet_to'],
    ['no time of day', { daily_at: '25:00' }, 'daily_at'],
    ['the platform’s with a company’s events', { company_id: null, events: ['reviews'] }, 'events'],
  ])('with %s are refused at the field, and nothing is kept', async (_what, given, path) => {
    const refused = await kit.ask('post', SHARED, { body: { company_id: ours.id, ...HOOK, ...given } });
    expect([refused.status, refused.body.error.details[0].path]).toEqual([400, path]);
    expect(await kit.sql('select 1 from notification_channels')).toEqual([]);
  });

  test('are sealed, each for its own place, and go with the company', async () => {
    await add({ ...HOOK, secret: 'a secret of sixteen or more' });
    await add({ kind: 'slack', address: 'https://hooks.slack.com/services/T/B/hidden', events: ['alerts'] });
    const [first, second] = await kit.sql<{ id: string; sealed: string }>(
      'select id, secret_ciphertext as sealed from notification_channels order by created_at',
    );
    const box = new SecretBox([APP_KEY]);
    expect(box.open(first!.sealed, channelSecretPlace(first!.id))).toBe('a secret of sixteen or more');
    expect(box.open(second!.sealed, channelSecretPlace(second!.id))).toContain('/hidden');
    expect(() => box.open(first!.sealed, channelSecretPlace(second!.id))).toThrow();
    const list = await kit.ask('get', SHARED, { token: ours.token });
    expect(list.text).not.toMatch(/hidden|sixteen|ciphertext/);
    const gone = await kit.tenant('Gone');
    await add(HOOK, gone.token);
    await new AdminCompanyWriter(kit.database, new EventTypeClaims('x')).retire(tenantId(gone.id));
    expect(await kit.sql('select 1 from notification_channels where company_id = $1', [gone.id])).toEqual([]);
  });

  test('are at most twenty, and the audit log names no address', async () => {
    for (let count = 0; count < 20; count++)
      expect((await add({ kind: 'email', address: `post${count}@example.org`, events: ['alerts'] })).status).toBe(201);
    expect((await add(HOOK)).status).toBe(409);
    const log = await kit.sql<{ row: string }>('select a::text as row from audit_log a');
    expect(log.filter(({ row }) => row.includes('post1@example.org'))).toEqual([]);
  });
});

describe('one’s own channels', () => {
  test('go to one’s own address, are no one else’s, and end with the person', async () => {
    const made = await desk.ask('post', OWN, { kind: 'email', events: ['alerts', 'new_callbacks'] });
    expect(made.body.data).toMatchObject({
      company_id: ours.id,
      address: null,
      user_id: expect.any(String),
      secret: null,
    });
    const { id, user_id: userId } = made.body.data;
    expect((await desk.ask('post', OWN, { kind: 'email', events: ['alerts'] })).status).toBe(409);
    const elsewhere = await desk.ask('post', OWN, { kind: 'email', address: 'x@example.org', events: ['alerts'] });
    expect(elsewhere.body.error.details[0].path).toBe('address');
    const boss = (await person(kit, { company_id: ours.id, role: 'company_admin' })).browser;
    expect((await boss.ask('get', OWN)).body.data).toEqual([]);
    for (const path of [`${OWN}/${id}`, `${SHARED}/${id}`]) expect((await boss.ask('get', path)).status).toBe(404);
    expect((await boss.ask('get', SHARED)).body.data).toEqual([]);
    expect((await desk.ask('get', OWN)).body.data).toMatchObject([{ id }]);
    await kit.ask('delete', `/users/${userId}`);
    expect(await kit.sql('select 1 from notification_channels where id = $1', [id])).toEqual([]);
  });

  test('are not for programs, nor for people who only look', async () => {
    expect((await add({})).status).toBe(400);
    const program = await kit.ask('post', OWN, {
      token: ours.token,
      body: { kind: 'slack', address: 'https://a.example', events: ['alerts'] },
    });
    expect(program.status).toBe(409);
    expect((await kit.ask('get', OWN, { token: ours.token })).body.data).toEqual([]);
    const reader = (await person(kit, { company_id: ours.id, role: 'read_only' })).browser;
    expect((await reader.ask('get', OWN)).status).toBe(403);
  });
});

describe('a test message', () => {
  test('says what came back, is kept as the channel’s state, and cannot be sent without end', async () => {
    const { id } = (await add({ kind: 'email', address: 'chefin@example.org', events: ['alerts'] })).body.data;
    const tested = async (): Promise<unknown> =>
      (await kit.ask('post', `${SHARED}/${id}/test`, { token: ours.token })).body.data;
    const state = async (): Promise<unknown> =>
      (await kit.ask('get', `${SHARED}/${id}`, { token: ours.token })).body.data;
    expect(await tested()).toEqual({ outcome: 'sent', problem: null, status: null, said: null });
    expect(kit.mails.at(-1)).toMatchObject({ to: 'chefin@example.org', id: expect.any(String) });
    expect(await state()).toMatchObject({ problem: null, last_sent_at: expect.any(String) });
    kit.mailFails = true;
    expect(await tested()).toEqual({ outcome: 'failed', problem: 'mail_unreachable', status: null, said: 'refused' });
    expect(await state()).toMatchObject({ problem: 'mail_unreachable', failed_at: expect.any(String) });
    for (let count = 0; count < 8; count++) await tested();
    expect((await kit.ask('post', `${SHARED}/${id}/test`, { token: ours.token })).status).toBe(429);
  });

  test('of a company that is out of service is refused', async () => {
    const other = await kit.tenant('Out');
    const { id } = (await add(HOOK, other.token)).body.data;
    await kit.sql('update companies set is_active = false where id = $1', [other.id]);
    expect((await kit.ask('post', `${SHARED}/${id}/test`)).status).toBe(409);
    expect(kit.posted).toEqual([]);
  });
});
