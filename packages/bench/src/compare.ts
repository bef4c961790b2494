import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { accepts, dieWithParent, freePort } from '../../../src/infra/child-process';
import { ask, median, nthWeekday, percentile, run, sleep } from './support/caller';
import { ADMIN_TOKEN, API_KEY, RETELL_KEY, WEBHOOK_SECRET } from './support/fleet';

/**
 * Another version of the gateway beside this one, in one paired run: a known answer, one that needs Cal.com, a booking and
 * an admin list, asked of both in turn. Both run built, on their embedded PostgreSQL and Redis. Each has a Cal.com of
 * its own, both of this version, that answers at once, and before a booking's answer waits until its webhook is taken.
 * `npm run bench -- compare --with=<folder of the other version, installed and built>`
 */
const OTHER = process.argv.find((one) => one.startsWith('--with='))?.slice('--with='.length);
const HERE = path.join(__dirname, '../../../..');
const START_MS = 120_000;
const FEW = 100;
const MANY = 400;
const MOST_MORE_MS = 0.3;
/** No request waits for a place in Cal.com's budget. */
const UNLIMITED = {
  ...{ CALCOM_RATE_LIMIT_PER_MINUTE: '10000', CALCOM_BURST_PER_SECOND: '100' },
  CALCOM_ADDRESS_BURST_PER_SECOND: '1000',
};

/** The demo company's team at Cal.com, and the service that is asked for. */
const EVENT_TYPE = { teamId: 10, id: 1001 };

interface Version {
  name: string;
  url: string;
  processes: ChildProcess[];
}

async function calcom(): Promise<{ url: string; process: ChildProcess }> {
  const port = await freePort();
  const [file = '', ...args] = [...dieWithParent('TERM'), process.execPath];
  const sandbox = path.join(HERE, 'packages/calcom-sandbox/dist/main.js');
  const options = ['--port', String(port), '--latency-scale', '0', '--rate-limit', 'off', '--api-key', API_KEY];
  const child = spawn(file, [...args, sandbox, ...options], { stdio: 'ignore' });
  while (!(await accepts(port))) await sleep(50);
  return { url: `http://127.0.0.1:${port}`, process: child };
}

async function post(url: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${API_KEY}` };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${await response.text()}`);
}

async function start(name: string, folder: string): Promise<Version> {
  const sandbox = await calcom();
  const port = await freePort();
  const data = mkdtempSync(path.join(os.tmpdir(), `askpro-compare-${name}-`));
  const [file = '', ...args] = [...dieWithParent('TERM'), process.execPath, '--max-semi-space-size=64'];
  const child = spawn(file, [...args, path.join(folder, 'dist/src/main.js')], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...{ PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', PORT: String(port), DATA_DIR: data },
      ...{ RETELL_API_KEY: RETELL_KEY, ADMIN_TOKEN, SEED_DEMO: 'true', LOG_LEVEL: 'warn', WARM_CACHE_CRON: '' },
      ...{ CALCOM_BASE_URL: `${sandbox.url}/v2`, CALCOM_API_KEY: API_KEY, CALCOM_WEBHOOK_SECRET: WEBHOOK_SECRET },
      ...UNLIMITED,
    },
  });
  const log = createWriteStream(path.join(data, 'log'));
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  const url = `http://127.0.0.1:${port}`;
  const untilMs = Date.now() + START_MS;
  while (
    !(await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null || Date.now() > untilMs) throw new Error(`${name} does not start: ${data}/log`);
    await sleep(200);
  }
  await post(`${sandbox.url}/__control/behaviour`, { privateWebhookUrls: true });
  await post(`${sandbox.url}/v2/teams/${EVENT_TYPE.teamId}/event-types/${EVENT_TYPE.id}/webhooks`, {
    ...{ active: true, subscriberUrl: `${url}/api/calcom/webhook`, secret: WEBHOOK_SECRET },
    triggers: ['BOOKING_CREATED', 'BOOKING_RESCHEDULED', 'BOOKING_CANCELLED'],
  });
  return { name, url, processes: [child, sandbox.process] };
}

const admin = async (url: string, method: string, route: string): Promise<number> => {
  const beganMs = performance.now();
  const response = await fetch(`${url}/api/admin${route}`, {
    method,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${route}: ${text.slice(0, 200)}`);
  return performance.now() - beganMs;
};

const tool = async (url: string, name: string, args: object, wanted: string): Promise<number> => {
  const { ms, body } = await ask(url, name, args);
  if (body.status !== wanted) throw new Error(`${name}: ${JSON.stringify(body).slice(0, 200)}`);
  return ms;
};

const SERVICE = { service_name: 'Herrenhaarschnitt' };
const WORK: Record<string, { times: number; once: (url: string, n: number) => Promise<number> }> = {
  'a known answer': {
    times: MANY,
    once: (url) =>
      tool(
        url,
        'check_availability',
        { ...SERVICE, desired_date: nthWeekday(2, 0), desired_time: '11:00' },
        'available',
      ),
  },
  'an admin list': { times: MANY, once: (url) => admin(url, 'GET', '/appointments?limit=50') },
  'an answer that needs Cal.com': {
    times: FEW,
    once: async (url) => {
      await admin(url, 'DELETE', `/cache?event_type_id=${EVENT_TYPE.id}`);
      const wish = { ...SERVICE, desired_date: nthWeekday(2, 0), desired_time: '11:00' };
      return tool(url, 'check_availability', wish, 'available');
    },
  },
  'a booking': {
    times: FEW,
    once: (url, n) => {
      const wish = { desired_date: nthWeekday(3, Math.floor(n / 6)), desired_time: `${10 + (n % 6)}:00` };
      return tool(url, 'create_booking', { ...SERVICE, ...wish, customer_name: 'Anna Vergleich' }, 'booked');
    },
  },
};

run(async (report) => {
  if (OTHER === undefined) throw new Error('--with=<folder> is required');
  const versions: Version[] = [];
  try {
    versions.push(await start('this', HERE), await start('other', path.resolve(OTHER)));
    for (const [what, { times, once }] of Object.entries(WORK)) {
      const heard = new Map(versions.map(({ name }) => [name, [] as number[]]));
      for (let n = 0; n < times; n++) {
        // Each is first in turn.
        const order = n % 2 === 0 ? versions : [...versions].reverse();
        for (const { name, url } of order) heard.get(name)?.push(await once(url, n));
      }
      const [own = [], others = []] = versions.map(({ name }) => (heard.get(name) ?? []).slice(Math.ceil(times / 10)));
      const moreMs = median(own) - median(others);
      const shown = (list: number[]): string => `${median(list).toFixed(2)} / ${percentile(list, 95).toFixed(2)} ms`;
      report.check(
        `${what}, p50 / p95, here and there`,
        `${shown(own)} and ${shown(others)} (${moreMs >= 0 ? '+' : ''}${moreMs.toFixed(2)} ms)`,
        `<= there + ${MOST_MORE_MS} ms`,
        moreMs <= MOST_MORE_MS,
      );
    }
  } finally {
    for (const { processes } of versions) for (const child of processes) child.kill('SIGTERM');
  }
}, 'Compare');
