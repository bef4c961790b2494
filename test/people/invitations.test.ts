import { AdminKit, type Tenant } from '../admin/kit';
import { PASSWORD, person, TestBrowser, wordIn } from './people-kit';

let kit: AdminKit;
let ours: Tenant;
let theirs: Tenant;
beforeAll(async () => {
  kit = await AdminKit.start();
  [ours, theirs] = [await kit.tenant('Ours'), await kit.tenant('Theirs')];
});
afterAll(() => kit.stop());

const HOUR_MS = 3_600_000;
const invite = (body: object, token?: string): ReturnType<AdminKit['ask']> =>
  kit.ask('post', '/users', {
    body: { name: 'Lena Beispiel', role: 'front_desk', ...body },
    ...(token ? { token } : {}),
  });
const accept = (token: string, password = PASSWORD): ReturnType<AdminKit['ask']> =>
  new TestBrowser(kit).ask('post', '/session/password', { token, password });

describe('an invitation', () => {
  test('is mailed in the person’s language, works once, and signs in', async () => {
    const invited = await invite({ email: 'lena@example.org', company_id: ours.id });
    expect(invited.body.data).toMatchObject({ state: 'invited', password_set: false, language: 'de' });
    expect(invited.body.data.invitation).toMatchObject({ mail: 'sent', link: null });
    const mail = kit.mails.at(-1)!;
    expect([mail.to, mail.subject]).toEqual(['lena@example.org', 'Ihre Einladung zum AskPro Gateway']);
    expect(mail.text).toContain('https://gateway.example.org/admin#/welcome?token=');
    const token = wordIn(mail.text);
    const about = await new TestBrowser(kit).ask('post', '/session/link', { token });
    expect(about.body.data).toMatchObject({ purpose: 'invitation', email: 'lena@example.org' });
    expect((await accept(token)).body.data).toMatchObject({ kind: 'person', role: 'front_desk', company_id: ours.id });
    expect((await accept(token)).status).toBe(404);
    const after = await kit.ask('get', `/users/${invited.body.data.id}`);
    expect(after.body.data).toMatchObject({ state: 'active', password_set: true, last_sign_in_at: expect.any(String) });
  });

  test('is shown to the inviter, once, when it could not be mailed', async () => {
    kit.mailFails = true;
    const invited = await invite({ email: 'ohne.post@example.org', company_id: ours.id });
    kit.mailFails = false;
    const { invitation, id } = invited.body.data;
    expect(invitation).toMatchObject({ mail: 'failed', link: expect.stringContaining('/admin#/welcome?token=') });
    expect((await kit.ask('get', `/users/${id}`)).text).not.toContain(wordIn(invitation.link));
    const [row] = await kit.sql<{ row: string }>('select l::text as row from user_links l where user_id = $1', [id]);
    expect(row!.row).not.toContain(wordIn(invitation.link));
    expect((await accept(wordIn(invitation.link))).status).toBe(200);
  });

  test('expires after 72 hours, a reset after one, and a new link ends the one before', async () => {
    const invited = await invite({ email: 'spaet@example.org', company_id: ours.id });
    const { id } = invited.body.data;
    const first = wordIn(kit.mails.at(-1)!.text);
    await kit.ask('post', `/users/${id}/link`);
    const second = wordIn(kit.mails.at(-1)!.text);
    expect((await accept(first)).status).toBe(404);
    await kit.clock.advance(72 * HOUR_MS);
    expect((await accept(second)).status).toBe(404);
    await kit.ask('post', `/users/${id}/link`);
    expect((await accept(wordIn(kit.mails.at(-1)!.text))).status).toBe(200);
    await kit.ask('post', `/users/${id}/link`);
    expect(kit.mails.at(-1)!.subject).toContain('Neues Passwort');
    await kit.clock.advance(HOUR_MS);
    expect((await accept(wordIn(kit.mails.at(-1)!.text))).status).toBe(404);
  });

  test('of two requests with the same link one sets the password', async () => {
    await invite({ email: 'zwei@example.org', company_id: ours.id });
    const token = wordIn(kit.mails.at(-1)!.text);
    const answers = await Promise.all([
      accept(token, 'Erstes Wort ist lang 1'),
      accept(token, 'Zweites Wort ist lang 2'),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
  });

  test.each([
    ['too short', 'kurz'],
    ['too long', 'lang genug '.repeat(20)],
    ['a few characters again and again', 'abababababababab'],
    ['one’s own name', 'lenalenalenalena'],
  ])('a password that is %s is refused, and the link still works', async (why, password) => {
    await invite({ email: `lena.${why.replaceAll(/\W/g, '')}@example.org`, company_id: ours.id });
    const token = wordIn(kit.mails.at(-1)!.text);
    const refused = await accept(token, password);
    expect([refused.status, refused.body.error.details[0].path]).toEqual([400, 'password']);
    expect((await accept(token)).status).toBe(200);
  });

  test('an address has one account, whatever its case', async () => {
    await invite({ email: 'doppelt@example.org', company_id: ours.id });
    expect((await invite({ email: 'Doppelt@Example.ORG', company_id: ours.id })).status).toBe(409);
    expect((await invite({ email: 'kein Mensch', company_id: ours.id })).body.error.details[0].path).toBe('email');
  });
});

describe('people of a company', () => {
  test('are invited by its administrators, to no other company and to no higher role', async () => {
    const status = async (body: object): Promise<number> =>
      (await invite({ email: `n${Math.random()}@example.org`, ...body }, ours.token)).status;
    expect(await status({})).toBe(201);
    expect(await status({ role: 'company_admin' })).toBe(201);
    expect(await status({ company_id: theirs.id })).toBe(403);
    expect(await status({ role: 'platform' })).toBe(403);
    expect(await status({ role: 'voice' })).toBe(400);
    expect((await invite({ email: 'x@example.org', role: 'read_only' })).body.error.details[0].path).toBe('company_id');
  });

  test('are seen and changed by their own company and the platform only', async () => {
    const { id } = await person(kit, { company_id: theirs.id, role: 'read_only' });
    const { id: boss } = await person(kit, { role: 'platform' });
    for (const one of [id, boss]) {
      for (const [method, path] of [
        ['get', `/users/${one}`],
        ['patch', `/users/${one}`],
        ['delete', `/users/${one}`],
        ['post', `/users/${one}/link`],
      ] as const) {
        const body = method === 'patch' ? { body: { name: 'Taken' } } : {};
        expect((await kit.ask(method, path, { token: ours.token, ...body })).status).toBe(404);
      }
    }
    const list = await kit.ask('get', '/users?limit=200', { token: ours.token });
    expect(list.body.data.filter((one: { company_id: string }) => one.company_id !== ours.id)).toEqual([]);
    expect((await kit.ask('patch', `/users/${id}`, { body: { name: 'Neu Benannt' } })).body.data.name).toBe(
      'Neu Benannt',
    );
  });

  test('do not change their own role, switch themselves off or become the platform', async () => {
    const { id, browser } = await person(kit, { company_id: ours.id, role: 'company_admin' });
    expect((await browser.ask('patch', `/users/${id}`, { role: 'read_only' })).status).toBe(409);
    expect((await browser.ask('patch', `/users/${id}`, { state: 'disabled' })).status).toBe(409);
    expect((await browser.ask('delete', `/users/${id}`)).status).toBe(409);
    const other = await person(kit, { company_id: ours.id, role: 'read_only' });
    expect((await browser.ask('patch', `/users/${other.id}`, { role: 'platform' })).status).toBe(403);
    expect((await kit.ask('patch', `/users/${other.id}`, { body: { role: 'platform' } })).status).toBe(400);
  });

  test('who are deactivated keep their password for when they come back', async () => {
    const { id, email, browser } = await person(kit, { company_id: ours.id, role: 'read_only' });
    await kit.ask('patch', `/users/${id}`, { body: { state: 'disabled' } });
    expect((await kit.ask('post', `/users/${id}/link`)).status).toBe(409);
    expect((await kit.ask('patch', `/users/${id}`, { body: { state: 'active' } })).body.data.state).toBe('active');
    expect((await browser.signIn(email)).status).toBe(200);
  });

  test('are named in the log by their name, and only by their id once they were removed', async () => {
    const { id, browser } = await person(kit, { company_id: ours.id, role: 'company_admin' });
    await browser.ask('patch', `/services/${ours.serviceId}`, { priority: 3 });
    const entry = async (): Promise<Record<string, unknown>> =>
      (await kit.ask('get', '/audit?limit=200')).body.data.find(
        (one: { actor: string; action: string }) => one.actor === `user:${id}` && one.action.includes('services'),
      );
    expect((await entry()).actor_name).toMatch(/^Kim Muster/);
    await kit.ask('delete', `/users/${id}`);
    expect(await entry()).toMatchObject({ actor: `user:${id}`, actor_name: null });
    const log = await kit.sql<{ row: string }>('select a::text as row from audit_log a');
    expect(log.filter(({ row }) => /Kim Muster|example\.org|Rosenblatt/.test(row))).toEqual([]);
  });
});

describe('a forgotten password', () => {
  const forgotten = async (email: string): Promise<unknown> => {
    const answer = await new TestBrowser(kit).ask('post', '/session/reset', { email });
    await kit.background;
    return [answer.status, answer.body];
  };

  test('is answered alike for known and unknown addresses; a link goes only to known ones', async () => {
    const { email } = await person(kit, { company_id: ours.id, role: 'read_only' });
    const before = kit.mails.length;
    const known = await forgotten(email.toUpperCase());
    expect(await forgotten('niemand@example.org')).toEqual(known);
    expect(kit.mails.slice(before).map(({ to }) => to)).toEqual([email]);
    expect((await accept(wordIn(kit.mails.at(-1)!.text), 'Neues Kennwort 2027')).status).toBe(200);
    expect((await new TestBrowser(kit).signIn(email)).status).toBe(401);
  });

  test('does not flood a mailbox', async () => {
    const { email } = await person(kit, { company_id: ours.id, role: 'read_only' });
    const before = kit.mails.length;
    for (let i = 0; i < 30; i++) await forgotten(email);
    expect(kit.mails.length - before).toBeLessThanOrEqual(10);
  });
});
