import { AdminKit, type Tenant } from '../admin/kit';
import { cookieOf, PASSWORD, person, TestBrowser } from './people-kit';

let kit: AdminKit;
let ours: Tenant;
beforeAll(async () => {
  kit = await AdminKit.start();
  ours = await kit.tenant('Ours');
});
afterAll(() => kit.stop());

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const ofOurs = (role: string): { company_id: string; role: string } => ({ company_id: ours.id, role });

describe('the session cookie', () => {
  test('cannot be read by scripts, stays on the site, and is bound to TLS where there is TLS', async () => {
    const { email } = await person(kit, ofOurs('read_only'));
    const plain = cookieOf(await new TestBrowser(kit).signIn(email));
    expect(plain).toMatch(/^askpro_session=ses_[\w-]{43}; .*HttpOnly; SameSite=Strict$/);
    expect(plain).not.toContain('Secure');
    const overTls = await new TestBrowser(kit).ask(...(['post', '/session', { email, password: PASSWORD }] as const), {
      host: 'gateway.example.org',
      origin: 'https://gateway.example.org',
    });
    expect(cookieOf(overTls)).toMatch(/^__Host-askpro_session=.*Path=\/; .*HttpOnly; Secure; SameSite=Strict$/);
  });

  test('is kept as a hash only', async () => {
    const { browser } = await person(kit, ofOurs('read_only'));
    const secret = browser.cookie!.split('=')[1]!;
    const rows = await kit.sql<{ row: string }>('select s::text as row from user_sessions s');
    expect(rows.filter(({ row }) => row.includes(secret))).toEqual([]);
  });

  test('is rotated each hour; the one before works until the new one came back, and a minute longer', async () => {
    const { browser } = await person(kit, ofOurs('read_only'));
    const first = browser.cookie!;
    await kit.clock.advance(HOUR_MS);
    await browser.ask('get', '/services');
    const second = browser.cookie!;
    expect(second).not.toBe(first);
    const status = async (cookie: string): Promise<number> =>
      (await kit.ask('get', '/services', { token: null, headers: { cookie } })).status;
    // Before it came back the answer that carried it may have been lost.
    expect(await status(first)).toBe(200);
    expect(await status(second)).toBe(200);
    expect(await status(first)).toBe(200);
    await kit.clock.advance(MINUTE_MS);
    expect([await status(first), await status(second)]).toEqual([401, 200]);
  });

  test('is replaced again when the answer that carried it was lost', async () => {
    const { browser } = await person(kit, ofOurs('read_only'));
    const kept = browser.cookie!;
    await kit.clock.advance(HOUR_MS);
    const lost = await kit.ask('get', '/services', { token: null, headers: { cookie: kept } });
    expect(cookieOf(lost)).not.toBeNull();
    await kit.clock.advance(2 * MINUTE_MS);
    await browser.ask('get', '/services');
    expect(browser.cookie).not.toBe(kept);
    expect((await browser.ask('get', '/services')).status).toBe(200);
    expect((await kit.ask('get', '/services', { token: null, headers: { cookie: cookieOf(lost)! } })).status).toBe(401);
  });

  test('ends after twelve hours without use and after thirty days with it', async () => {
    const idle = await person(kit, ofOurs('read_only'));
    const busy = await person(kit, ofOurs('read_only'));
    for (let hours = 0; hours < 24 * 30; hours += 8) {
      expect((await busy.browser.ask('get', '/services')).status).toBe(200);
      await kit.clock.advance(8 * HOUR_MS);
    }
    await kit.clock.advance(MINUTE_MS);
    expect((await idle.browser.ask('get', '/services')).status).toBe(401);
    expect((await busy.browser.ask('get', '/services')).status).toBe(401);
  });
});

describe('changes by a session', () => {
  test('need the session’s own word and come from the page itself', async () => {
    const { browser } = await person(kit, ofOurs('company_admin'));
    const rename = (headers: Record<string, string>): Promise<number> =>
      browser.ask('patch', `/services/${ours.serviceId}`, { priority: 1 }, headers).then(({ status }) => status);
    expect(await rename({})).toBe(200);
    expect(await rename({ 'x-csrf-token': '' })).toBe(403);
    expect(await rename({ 'x-csrf-token': 'guessed' })).toBe(403);
    expect(await rename({ origin: 'https://evil.example' })).toBe(403);
    expect(await rename({ origin: 'null' })).toBe(403);
    expect(await rename({ 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await rename({ origin: 'https://gateway.example.org', 'sec-fetch-site': 'same-origin' })).toBe(200);
  });

  test('are not taken from another session’s word', async () => {
    const one = await person(kit, ofOurs('company_admin'));
    const other = await person(kit, ofOurs('company_admin'));
    const answer = await one.browser.ask('delete', '/session', undefined, { 'x-csrf-token': other.browser.csrf! });
    expect(answer.status).toBe(403);
    expect((await one.browser.ask('get', '/session')).status).toBe(200);
  });

  test('signing in is refused to pages of other sites', async () => {
    const { email } = await person(kit, ofOurs('read_only'));
    const browser = new TestBrowser(kit);
    const foreign = { origin: 'https://evil.example' };
    expect((await browser.ask('post', '/session', { email, password: PASSWORD }, foreign)).status).toBe(403);
    expect(browser.cookie).toBeNull();
  });

  test('a wrong token is not made up for by a cookie', async () => {
    const { browser } = await person(kit, ofOurs('read_only'));
    expect((await browser.ask('get', '/services', undefined, { authorization: 'Bearer wrong' })).status).toBe(401);
  });
});

describe('a session ends at once', () => {
  const still = async (browser: TestBrowser): Promise<number> => (await browser.ask('get', '/session')).status;

  test('by signing out', async () => {
    const { browser } = await person(kit, ofOurs('read_only'));
    const { cookie } = browser;
    const answer = await browser.ask('delete', '/session');
    expect([answer.status, cookieOf(answer)]).toEqual([200, expect.stringContaining('Expires=Thu, 01 Jan 1970')]);
    expect((await kit.ask('get', '/session', { token: null, headers: { cookie: cookie! } })).status).toBe(401);
  });

  test('by a new password, but for the browser in which it was set', async () => {
    const { browser, email } = await person(kit, ofOurs('read_only'));
    const elsewhere = new TestBrowser(kit);
    await elsewhere.signIn(email);
    const change = { current_password: PASSWORD, password: 'Ein ganz anderes Wort 8' };
    expect((await browser.ask('patch', '/session', { ...change, current_password: 'wrong' })).status).toBe(400);
    expect((await browser.ask('patch', '/session', { password: change.password })).status).toBe(400);
    expect([await still(elsewhere), (await browser.ask('patch', '/session', change)).status]).toEqual([200, 200]);
    expect([await still(browser), await still(elsewhere)]).toEqual([200, 401]);
    expect((await new TestBrowser(kit).signIn(email)).status).toBe(401);
    expect((await new TestBrowser(kit).signIn(email, change.password)).status).toBe(200);
  });

  test('by a new role, which the person has after signing in again', async () => {
    const { browser, id, email } = await person(kit, ofOurs('company_admin'));
    expect((await kit.ask('patch', `/users/${id}`, { body: { role: 'read_only' } })).status).toBe(200);
    expect(await still(browser)).toBe(401);
    await browser.signIn(email);
    expect((await browser.ask('get', '/users')).status).toBe(403);
  });

  test('by deactivation, removal, and suspension of the company', async () => {
    const theirs = await kit.tenant('Theirs');
    const of = { company_id: theirs.id, role: 'read_only' };
    const [disabled, removed, suspended] = [await person(kit, of), await person(kit, of), await person(kit, of)];
    await kit.ask('patch', `/users/${disabled.id}`, { body: { state: 'disabled' } });
    await kit.ask('delete', `/users/${removed.id}`);
    expect([await still(disabled.browser), await still(removed.browser)]).toEqual([401, 401]);
    expect((await disabled.browser.signIn(disabled.email)).status).toBe(401);
    await kit.sql('update companies set is_active = false where id = $1', [theirs.id]);
    expect(await still(suspended.browser)).toBe(401);
    expect((await suspended.browser.signIn(suspended.email)).status).toBe(401);
    await kit.ask('delete', `/companies/${theirs.id}`);
    expect(await kit.sql('select id from users where company_id = $1', [theirs.id])).toEqual([]);
  });

  test('in other browsers, when the person says so', async () => {
    const { browser, email } = await person(kit, ofOurs('read_only'));
    const elsewhere = new TestBrowser(kit);
    await elsewhere.signIn(email);
    expect((await browser.ask('delete', '/session/others')).body.data).toEqual({ ended: 1 });
    expect([await still(browser), await still(elsewhere)]).toEqual([200, 401]);
  });

  test('a session that opens while the password changes does not survive it', async () => {
    const { browser, email } = await person(kit, ofOurs('read_only'));
    const elsewhere = new TestBrowser(kit);
    await Promise.all([
      elsewhere.signIn(email),
      browser.ask('patch', '/session', { current_password: PASSWORD, password: 'Ein ganz anderes Wort 8' }),
    ]);
    expect(await still(elsewhere)).toBe(401);
  });
});

describe('tokens that a person made', () => {
  async function maker(): Promise<{ id: string; tokens: string[] }> {
    const { id, browser } = await person(kit, ofOurs('company_admin'));
    const made = await browser.ask('post', '/tokens', { name: 'program' });
    expect(made.status).toBe(201);
    const { token } = made.body.data;
    const child = await kit.ask('post', '/tokens', { token, body: { name: 'child', role: 'read_only' } });
    const low = await browser.ask('post', '/tokens', { name: 'low', role: 'read_only' });
    return { id, tokens: [token, child.body.data.token, low.body.data.token] };
  }
  const statusesOf = async (tokens: string[]): Promise<number[]> => {
    const answers = [];
    for (const token of tokens) answers.push((await kit.ask('get', '/services', { token })).status);
    return answers;
  };

  test('name them, and end with those made by them when the person is removed', async () => {
    const { id, tokens } = await maker();
    const listed = await kit.ask('get', '/tokens?q=program');
    const { name } = (await kit.ask('get', `/users/${id}`)).body.data;
    expect(listed.body.data[0]).toMatchObject({ made_by: `user:${id}`, made_by_name: name });
    expect(await statusesOf(tokens)).toEqual([200, 200, 200]);
    await kit.ask('delete', `/users/${id}`);
    expect(await statusesOf(tokens)).toEqual([401, 401, 401]);
  });

  test('end when the person is deactivated, and do not come back with them', async () => {
    const { id, tokens } = await maker();
    for (const state of ['disabled', 'active']) await kit.ask('patch', `/users/${id}`, { body: { state } });
    expect(await statusesOf(tokens)).toEqual([401, 401, 401]);
  });

  test('end when they may do more than the person’s new role', async () => {
    const { id, tokens } = await maker();
    await kit.ask('patch', `/users/${id}`, { body: { role: 'read_only' } });
    // The child was made by the first token, which ended.
    expect(await statusesOf(tokens)).toEqual([401, 401, 200]);
  });

  test('are not made by someone who is being removed', async () => {
    const { id, browser } = await person(kit, ofOurs('company_admin'));
    const [made] = await Promise.all([
      browser.ask('post', '/tokens', { name: 'late' }),
      kit.ask('delete', `/users/${id}`),
    ]);
    if (made.status === 201) expect(await statusesOf([made.body.data.token])).toEqual([401]);
    else expect(made.status).toBe(401);
  });
});

test('a program has no session and no password, and learns who it is', async () => {
  const about = await kit.ask('get', '/session', { token: ours.token });
  expect(about.body.data).toMatchObject({
    ...{ kind: 'program', role: 'company_admin', company_id: ours.id, company_name: 'Ours' },
    csrf_token: null,
  });
  expect(about.body.data.may).toEqual(expect.arrayContaining(['get /calls', 'post /services']));
  expect(about.body.data.may).not.toContain('post /companies');
  expect((await kit.ask('get', '/session', {})).body.data.may).toContain('post /companies');
  expect((await kit.ask('delete', '/session', { token: ours.token })).status).toBe(409);
  expect((await kit.ask('patch', '/session', { token: ours.token, body: { name: 'x' } })).status).toBe(409);
});
