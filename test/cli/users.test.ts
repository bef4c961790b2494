import { askpro } from '../support/askpro';
import { startGatewayProcess, type GatewayProcess } from '../support/gateway-process';
import { cloneDatabase, redisUrl, testRedis } from '../support/servers';

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let gateway: GatewayProcess;
const variables = {
  APP_KEY: 'an-application-key-of-32-characters!',
  RETELL_API_KEY: 'key_of_retell_for_tests',
  ADMIN_TOKEN: 'admin-token-for-tests',
};

beforeAll(async () => {
  database = await cloneDatabase();
  (await testRedis()).close();
  gateway = await startGatewayProcess({
    ...{ DATABASE_URL: database.url, REDIS_URL: redisUrl(), SANDBOX_LATENCY_SCALE: '0' },
    ...variables,
  });
});
afterAll(async () => {
  await gateway.stop();
  await database.drop();
});

const run = (...args: string[]): ReturnType<typeof askpro> => askpro(args, { ...variables, DATA_DIR: gateway.dataDir });
const post = (path: string, body: object): Promise<Response> =>
  fetch(`${gateway.url}/api/admin${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const accept = async (link: string, password: string): Promise<number> =>
  (await post('/session/password', { token: link.split('token=')[1], password })).status;

test('user:create prints a link of the running gateway, by which the person signs in; user:reset prints another', async () => {
  const person = ['--email', 'kim@example.org'];
  const made = await run('user:create', ...person, '--name', 'Kim Muster', '--json');
  const { link, mail } = JSON.parse(made.out) as { link: string; mail: string };
  expect([mail, link.startsWith(`${gateway.url}/admin#/welcome?token=`)]).toEqual(['not_set_up', true]);
  expect(await accept(link, 'Rosenblatt und Kamm 7')).toBe(200);
  expect((await post('/session', { email: 'Kim@example.org', password: 'Rosenblatt und Kamm 7' })).status).toBe(200);

  const reset = await run('user:reset', ...person);
  expect(reset.out).toContain('Pass this link on; it works once');
  expect(await accept(reset.out.trim().split('\n').pop()!, 'Ein anderes Wort 8')).toBe(200);
  expect((await post('/session', { email: 'kim@example.org', password: 'Rosenblatt und Kamm 7' })).status).toBe(401);
});

test('user:create and user:reset say what is wrong and exit with 1', async () => {
  const unknown = await run('user:reset', '--email', 'unknown@example.org');
  expect([unknown.code, unknown.out]).toEqual([1, expect.stringContaining('The person was not found.')]);
  const homeless = await run('user:create', '--email', 'x@example.org', '--name', 'X', '--role', 'front_desk');
  expect([homeless.code, homeless.out]).toEqual([1, expect.stringContaining('Say which company is meant.')]);
});
