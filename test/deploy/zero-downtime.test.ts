import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { accepts, freePort } from '../../src/infra/child-process';
import { signBody } from '../../src/retell/signature';
import { startSandbox } from '../../packages/calcom-sandbox/src/start-sandbox';
import { openDay, RETELL_KEY, SANDBOX_KEY, toolBody, type Sandbox } from '../support/gateway';
import { isReady, startGatewayProcess, type GatewayProcess } from '../support/gateway-process';
import { cloneDatabase, redisUrl, testRedis } from '../support/servers';
import { until } from '../support/until';

const NGINX = '/usr/sbin/nginx';
const NOTICE_MS = 1500;

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let sandbox: Sandbox;
let gateways: GatewayProcess[];

const start = (): Promise<GatewayProcess> =>
  startGatewayProcess({
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    REDIS_URL: redisUrl(),
    CALCOM_BASE_URL: sandbox.url,
    CALCOM_API_KEY: SANDBOX_KEY,
    CALCOM_RATE_LIMIT_PER_MINUTE: '5000',
    CALCOM_BURST_PER_SECOND: '100',
    CALCOM_FLEET_SIZE: '2',
    RETELL_API_KEY: RETELL_KEY,
    ADMIN_TOKEN: 'admin-token-for-tests',
    APP_KEY: 'an-application-key-of-32-characters!',
    SEED_DEMO: 'true',
    REDIS_COMMAND_TIMEOUT_MS: '1000',
    SHUTDOWN_NOTICE_MS: String(NOTICE_MS),
    HOST: '127.0.0.1',
  });

beforeAll(async () => {
  [database, sandbox] = await Promise.all([cloneDatabase(), startSandbox({ latencyScale: 0, rateLimit: 'off' })]);
  (await testRedis()).close();
  gateways = [await start(), await start()];
});
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  await sandbox.stop();
  await database.drop();
});

interface Front {
  url: string;
  stop(): Promise<void>;
}

/** A proxy that asks for readiness, as load balancers do; it repeats nothing. */
async function askingProxy(urls: string[]): Promise<Front> {
  const agent = new http.Agent({ keepAlive: true });
  let ready = [...urls];
  let turn = 0;
  const check = async (): Promise<void> => {
    const found = await Promise.all(urls.map(isReady));
    ready = urls.filter((_, index) => found[index]);
  };
  const timer = setInterval(() => void check(), 500);
  const server = http.createServer((req, res) => {
    const target = ready[turn++ % Math.max(1, ready.length)];
    if (target === undefined) return void res.writeHead(503).end();
    const onward = http.request(
      target + (req.url ?? ''),
      { method: req.method, headers: req.headers, agent },
      (answer) => {
        // The proxy's own connections to callers are its own business.
        const { connection: _, ...headers } = answer.headers;
        res.writeHead(answer.statusCode ?? 502, headers);
        answer.pipe(res);
      },
    );
    onward.on('error', () => res.headersSent || res.writeHead(502).end());
    req.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      clearInterval(timer);
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** nginx with the file of deploy/, on loopback. */
async function nginx(urls: string[]): Promise<Front> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askpro-nginx-'));
  const port = await freePort();
  const [a = '', b = ''] = urls.map((url) => new URL(url).host);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  const conf = readFileSync(path.join(__dirname, '../../deploy/nginx.conf'), 'utf8')
    .replace('gateway-a:3000', a)
    .replace('gateway-b:3000', b)
    .replace('listen 8080', `listen 127.0.0.1:${port}`)
    .replace('http {', `http {\n access_log off;\n ${temporary.join('\n ')}\n`)
    .replace(/^/, `daemon off;\nmaster_process off;\npid ${folder}/pid;\nerror_log ${folder}/error.log;\n`);
  writeFileSync(path.join(folder, 'nginx.conf'), conf);
  const child = spawn(NGINX, ['-c', path.join(folder, 'nginx.conf'), '-p', folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (data: Buffer) => (complaint += data.toString()));
  await until(async () => child.exitCode !== null || (await accepts(port)));
  if (child.exitCode !== null) throw new Error(`nginx did not start: ${complaint}`);
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
afterAll(() => agent.destroy());

function send(url: string, name: string, args: Record<string, unknown>): Promise<{ http: number; status: string }> {
  const raw = JSON.stringify(toolBody(name, args));
  return new Promise((resolve) => {
    const sent = http.request(
      `${url}/api/retell/${name}`,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(raw),
          'x-retell-signature': signBody(Buffer.from(raw), RETELL_KEY, Date.now()),
        },
      },
      (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
        answer.on('end', () => {
          const status = answer.statusCode === 200 ? String((JSON.parse(text) as { status: string }).status) : text;
          resolve({ http: answer.statusCode ?? 0, status });
        });
      },
    );
    sent.on('error', (error) => resolve({ http: 0, status: error.message }));
    sent.end(raw);
  });
}

/** Eight callers who ask and book without a pause, until told to stop. */
function load(url: string): { heard: { http: number; status: string }[]; stop(): Promise<void> } {
  const heard: { http: number; status: string }[] = [];
  let going = true;
  let asked = 0;
  const caller = async (): Promise<void> => {
    while (going) {
      const turn = asked++;
      const day = openDay(2 + (turn % 9));
      const time = `${9 + (turn % 8)}:${turn % 2 === 0 ? '00' : '30'}`;
      const when = { service_name: 'Herrenhaarschnitt', desired_date: day, desired_time: time };
      heard.push(await send(url, 'check_availability', when));
      if (turn % 4 === 0) heard.push(await send(url, 'create_booking', { ...when, customer_name: 'Kundin Muster' }));
    }
  };
  const callers = Array.from({ length: 8 }, caller);
  return {
    heard,
    stop: async () => {
      going = false;
      await Promise.all(callers);
    },
  };
}

const fronts: [string, ((urls: string[]) => Promise<Front>) | null][] = [
  ['a proxy that asks for readiness', askingProxy],
  ['nginx as in deploy/', existsSync(NGINX) ? nginx : null],
];
for (const [name, front] of fronts)
  if (front === null) process.stderr.write(`the restart behind ${name} is skipped: there is no ${NGINX}\n`);

test.each(fronts.filter((entry): entry is [string, typeof nginx] => entry[1] !== null))(
  'behind %s a process is replaced under load and no caller notices',
  async (_name, front) => {
    const proxy = await front(gateways.map((gateway) => gateway.url));
    const traffic = load(proxy.url);
    const leaving = gateways.shift()!;
    try {
      await until(() => traffic.heard.length >= 100);
      leaving.signal('SIGTERM');
      // Readiness goes first: the process says no, and goes on answering.
      await until(async () => !(await isReady(leaving.url)));
      const answer = await send(leaving.url, 'check_availability', {
        service_name: 'Bartpflege',
        desired_date: openDay(4),
      });
      expect(answer.http).toBe(200);
      expect(await leaving.ended).toBe(0);
      const soFar = traffic.heard.length;
      await until(() => traffic.heard.length >= soFar + 100);
    } finally {
      await traffic.stop();
      await proxy.stop();
    }
    const failed = traffic.heard.filter(
      (one) => one.http !== 200 || ['error', 'upstream_unavailable', 'busy'].includes(one.status),
    );
    expect(failed).toEqual([]);
    expect(traffic.heard.filter((one) => one.status === 'booked').length).toBeGreaterThan(3);
    await leaving.stop();
    gateways.push(await start());
  },
);
