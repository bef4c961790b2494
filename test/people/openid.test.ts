import { loadConfig } from '../../src/config';
import { startGatewayProcess, type GatewayProcess } from '../support/gateway-process';
import { cloneDatabase, redisUrl, testRedis } from '../support/servers';
import { CLIENT, OpenIdStandIn, type NextSignIn } from './openid-stand-in';

const ADMIN_TOKEN = 'admin-token-for-tests';
let provider: OpenIdStandIn;
let database: Awaited<ReturnType<typeof cloneDatabase>>;
let gateway: GatewayProcess;

beforeAll(async () => {
  provider = await OpenIdStandIn.start();
  database = await cloneDatabase();
  (await testRedis()).close();
  gateway = await startGatewayProcess({
    ...{ DATABASE_URL: database.url, REDIS_URL: redisUrl(), SANDBOX_LATENCY_SCALE: '0', ADMIN_TOKEN },
    ...{ APP_KEY: 'an-application-key-of-32-characters!', RETELL_API_KEY: 'key_of_retell_for_tests' },
    ...{ OIDC_ISSUER: provider.issuer, OIDC_CLIENT_ID: CLIENT.id, OIDC_CLIENT_SECRET: CLIENT.secret },
    OIDC_NAME: 'Firmenkonto',
  });
});
afterAll(async () => {
  await gateway.stop();
  await database.drop();
  provider.stop();
});

const at = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(new URL(path, gateway.url), { headers, redirect: 'manual' });
const cookiesOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0]!)
    .join('; ');

async function invited(email: string): Promise<{ id: string }> {
  const answer = await fetch(`${gateway.url}/api/admin/users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ email, name: 'Kim Muster', role: 'platform' }),
  });
  return ((await answer.json()) as { data: { id: string } }).data;
}

/** What a browser does: to the provider, back, and to where it is sent then. @param change of the way back */
async function signIn(
  next: NextSignIn,
  change: (back: URL, cookie: string) => string = (_back, cookie) => cookie,
): Promise<{ to: string | null; cookie: string }> {
  provider.next = next;
  const leave = await at('/api/admin/session/oidc');
  const atProvider = await fetch(leave.headers.get('location')!, { redirect: 'manual' });
  const back = new URL(atProvider.headers.get('location')!);
  const cookie = change(back, cookiesOf(leave));
  const answer = await at(back.pathname + back.search, { cookie });
  return { to: answer.headers.get('location'), cookie: cookiesOf(answer) };
}

test('an invited person with a verified address is signed in and active, without a password', async () => {
  const { id } = await invited('kim@example.org');
  const { to, cookie } = await signIn({ email: 'Kim@Example.org', verified: true });
  expect(to).toBe('/admin');
  const about = (await (await at('/api/admin/session', { cookie })).json()) as { data: object };
  expect(about.data).toMatchObject({ kind: 'person', id, email: 'kim@example.org', role: 'platform' });
  const options = (await (await at('/api/admin/session/options', { cookie })).json()) as { data: object };
  expect(options.data).toMatchObject({ signed_in: true, provider: 'Firmenkonto' });
});

test.each<[string, string, NextSignIn]>([
  ['an address that no one invited', 'unknown', { email: 'stranger@example.org', verified: true }],
  ['an address that is not verified', 'unknown', { email: 'kim@example.org', verified: false }],
  ['a token that someone else signed', 'failed', { email: 'kim@example.org', verified: true, forged: true }],
  ['another sign-in’s nonce', 'failed', { email: 'kim@example.org', verified: true, nonce: 'other' }],
  ['a token for another client', 'failed', { email: 'kim@example.org', verified: true, audience: 'other' }],
])('%s is refused', async (_what, why, next) => {
  const { to, cookie } = await signIn(next);
  expect([to, cookie.includes('askpro_session')]).toEqual([`/admin#/refused/${why}`, false]);
});

test('an answer without this browser’s memory, or with another state, is refused', async () => {
  const next = { email: 'kim@example.org', verified: true };
  const withoutMemory = await signIn(next, () => '');
  const otherState = await signIn(next, (back, cookie) => {
    back.searchParams.set('state', 'other');
    return cookie;
  });
  for (const { to, cookie } of [withoutMemory, otherState])
    expect([to, cookie.includes('askpro_session')]).toEqual(['/admin#/refused/failed', false]);
});

test('the memory is kept from scripts and sent to the way back only', async () => {
  const leave = await at('/api/admin/session/oidc');
  expect(leave.headers.getSetCookie().join()).toMatch(
    /^askpro_oidc=.*Path=\/api\/admin\/session\/oidc; .*HttpOnly; SameSite=Lax$/,
  );
  const asked = new URL(leave.headers.get('location')!).searchParams;
  expect(asked.get('redirect_uri')).toBe(`${gateway.url}/api/admin/session/oidc/callback`);
  expect([asked.get('response_type'), asked.get('code_challenge_method')]).toEqual(['code', 'S256']);
});

test('the start refuses a provider over plain HTTP elsewhere, and one without a client id', () => {
  expect(() => loadConfig({ OIDC_ISSUER: 'http://login.example.org', OIDC_CLIENT_ID: 'x' })).toThrow('OIDC_ISSUER');
  expect(() => loadConfig({ OIDC_ISSUER: 'http://localhost.evil.example', OIDC_CLIENT_ID: 'x' })).toThrow(
    'OIDC_ISSUER',
  );
  expect(() => loadConfig({ OIDC_ISSUER: 'https://login.example.org' })).toThrow('OIDC_CLIENT_ID');
});
