import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { parseBody } from '../../../src/retell/envelope';
import { signBody, verifySignature } from '../../../src/retell/signature';
import { ask, envelope, post, run, sleep, summary, weekday, type Report } from './support/caller';
import { startBareExpress } from './support/bare-express';
import { askWithoutPause, type Throughput } from './support/closed-loop';
import { processorMs } from './support/process-figures';
import { profileAreas } from './support/profile-areas';
import { ADMIN_TOKEN, RETELL_KEY, startFleet, until, type Fleet, type FleetOptions } from './support/fleet';

/**
 * What one answer costs when everything is known: cached answers a second beside what Express alone lets through,
 * a long call's body, and tenants and services that no question reads from the database.
 * `npm run bench -- hot-path [short]`; with `profile [--label=before]` it shows instead where the time goes, from a
 * profile that is left in `results/` for Chromium's tools.
 */
const SHORT = process.argv.includes('short');
const PROFILE = process.argv.includes('profile');
const LABEL = process.argv.find((word) => word.startsWith('--label='))?.slice('--label='.length);
const ROUNDS = SHORT ? 2 : 5;
const SECONDS = SHORT ? 4 : 10;
const WARM_UP_SECONDS = SHORT ? 3 : 8;
/** Callers of one salon at its busiest. */
const CALLERS = 25;
/** An hour's transcript with word timings. */
const LONG_CALL_BYTES = 1_000_000;

interface Cost extends Throughput {
  processorUs: number;
}

/** Each caller asks for another start, so that answers and holds are as various as in life. */
function questions(): string[] {
  return Array.from({ length: CALLERS }, (_, index) =>
    envelope('check_availability', {
      service_name: 'Herrenhaarschnitt',
      desired_date: weekday(2 + (index % 5)),
      desired_time: `${9 + (index % 8)}:${index % 2 === 0 ? '00' : '30'}`,
    }),
  );
}

async function throughput(fleet: Fleet, report: Report): Promise<void> {
  const bodies = questions();
  const url = fleet.urls[0] ?? '';
  const answers = await Promise.all(bodies.map((body) => post(`${url}/api/retell/check_availability`, body)));
  const unknown = answers.filter((one) => one.body.status !== 'available' && one.body.status !== 'unavailable');
  if (unknown.length > 0) throw new Error(`not answered: ${JSON.stringify(unknown[0]?.body)}`);
  const empty = await startBareExpress(answers[0]?.body ?? {});
  try {
    const pid = fleet.pids[0] ?? 0;
    const load = async (target: string, process: number, seconds: number): Promise<Cost> => {
      const beganMs = processorMs(process);
      const heard = await askWithoutPause(target, 'check_availability', bodies, { connections: 10, seconds });
      return { ...heard, processorUs: Math.round(((processorMs(process) - beganMs) * 1000) / heard.answers) };
    };
    await load(url, pid, WARM_UP_SECONDS);
    await load(empty.url, empty.pid, WARM_UP_SECONDS);
    const ours: Cost[] = [];
    const theirs: Cost[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const mine = await load(url, pid, SECONDS);
      const bare = await load(empty.url, empty.pid, SECONDS);
      report.note(
        `round ${round + 1}: ${mine.perSecond} a second (${mine.processorUs} µs of processor an answer), ` +
          `Express alone ${bare.perSecond} (${bare.processorUs} µs)`,
      );
      ours.push(mine);
      theirs.push(bare);
    }
    const rate = summary(ours.map((one) => one.perSecond)).p50;
    const ratio = summary(ours.map((one, index) => one.perSecond / (theirs[index]?.perSecond || 1))).p50;
    const failed = ours.reduce((sum, one) => sum + one.failed, 0);
    report.check('cached answers a second, one process, 10 connections', rate, '>= 3500', rate >= 3500);
    report.check('… of what Express with an empty handler does', ratio, '>= 0.5', ratio >= 0.5);
    report.check(
      "… processor time an answer, beside Express's alone",
      `${summary(ours.map((one) => one.processorUs)).p50} / ${summary(theirs.map((one) => one.processorUs)).p50} µs`,
      'shown',
      true,
    );
    report.check('… p50 / p99 ms', `${ours[0]?.p50} / ${ours[0]?.p99}`, 'shown', true);
    report.check('… not answered', failed, '0', failed === 0);
    report.keep('throughput', { ours, theirs });
  } finally {
    await empty.stop();
  }
}

/** A body as at the end of an hour: utterances with the time of every word. */
function longBody(): Buffer {
  const small = JSON.parse(envelope('check_availability', { service_name: 'Herrenhaarschnitt' })) as {
    call: Record<string, unknown>;
  };
  const words = Array.from({ length: 30 }, (_, index) => ({ word: 'Termin ', start: index / 3, end: index / 3 + 0.3 }));
  const utterance = { role: 'user', content: 'Termin '.repeat(30), words };
  const count = Math.ceil(LONG_CALL_BYTES / JSON.stringify(utterance).length);
  small.call.transcript_object = Array.from({ length: count }, () => utterance);
  return Buffer.from(JSON.stringify(small));
}

async function longCalls(fleet: Fleet, report: Report): Promise<void> {
  const body = longBody();
  const now = Date.now();
  const signature = signBody(body, RETELL_KEY, now);
  const times = { verify: [] as number[], parse: [] as number[], plain: [] as number[] };
  for (let round = 0; round < (SHORT ? 60 : 300); round++) {
    let beganMs = performance.now();
    if (!verifySignature(body, signature, [RETELL_KEY], now)) throw new Error('not verified');
    times.verify.push(performance.now() - beganMs);
    beganMs = performance.now();
    if (parseBody(body, { pathTool: 'check_availability', callIdHeader: undefined }).kind !== 'request')
      throw new Error();
    times.parse.push(performance.now() - beganMs);
    beganMs = performance.now();
    JSON.parse(body.toString('utf8'));
    times.plain.push(performance.now() - beganMs);
  }
  const parsed = summary(times.parse);
  const plain = summary(times.plain);
  const size = `${(body.length / 1e6).toFixed(2)} MB`;
  report.check(
    `signature over ${size}, p50 / p95 ms`,
    spread(times.verify),
    'p50 <= 5',
    summary(times.verify).p50 <= 5,
  );
  report.check(
    `body of ${size} read, p50 / p95 ms (JSON.parse alone ${spread(times.plain)})`,
    spread(times.parse),
    '<= JSON.parse + 2 ms at p50',
    parsed.p50 <= plain.p50 + 2,
  );
  const [url = ''] = fleet.urls;
  const spoken = { service_name: 'Herrenhaarschnitt', desired_date: weekday(3), desired_time: '11:00' };
  const small = envelope('check_availability', spoken);
  const large = Buffer.from(body.toString('utf8').replace(/"args":\{[^}]*\}/, `"args":${JSON.stringify(spoken)}`));
  const took: { small: number[]; large: number[] } = { small: [], large: [] };
  for (let round = 0; round < (SHORT ? 30 : 200); round++) {
    took.small.push((await post(`${url}/api/retell/check_availability`, small)).ms);
    took.large.push((await post(`${url}/api/retell/check_availability`, large.toString('utf8'))).ms);
  }
  const more = Math.round((summary(took.large).p50 - summary(took.small).p50) * 100) / 100;
  report.check(
    `an answer to a body of ${size}, p50 / p95 ms (small body ${spread(took.small)})`,
    spread(took.large),
    'p50 at most 30 ms more',
    more <= 30,
  );
}

function spread(values: number[]): string {
  const { p50, p95 } = summary(values);
  return `${p50} / ${p95}`;
}

/** Reads of the database beside the trace, and how soon a change is known everywhere. */
async function lookups(fleet: Fleet, report: Report): Promise<void> {
  const client = new Client({ connectionString: fleet.databaseUrl });
  await client.connect();
  try {
    const [first = '', second = ''] = fleet.urls;
    const reads = async (): Promise<number> => {
      const scans = await client.query(
        `select coalesce(sum(seq_scan + coalesce(idx_scan, 0)), 0)::int as n from pg_stat_user_tables
         where relname in ('services', 'staff', 'phone_lines')`,
      );
      return (scans.rows[0] as { n: number }).n;
    };
    const bodies = questions();
    await askWithoutPause(second, 'check_availability', bodies, { connections: 10, seconds: 1 });
    await sleep(1500);
    const before = await reads();
    const { perSecond } = await askWithoutPause(second, 'check_availability', bodies, { connections: 10, seconds: 3 });
    await sleep(1500);
    const read = (await reads()) - before;
    report.check(
      `reads of tenants and services while ${perSecond * 3} questions were answered`,
      read,
      '<= 100 (a refresh every 30 s)',
      read <= 100,
    );
    const services = (await admin(first, 'GET', '/services?limit=100')) as { data: { id: string; name: string }[] };
    const service = services.data.find((one) => one.name === 'Bartpflege');
    if (!service) throw new Error('the demo has no Bartpflege');
    const late: number[] = [];
    for (let round = 0; round < (SHORT ? 5 : 30); round++) {
      const name = `Bartpflege ${randomBytes(3).toString('hex')}`;
      await admin(first, 'PATCH', `/services/${service.id}`, { name });
      const beganMs = performance.now();
      await until(async () => {
        const heard = await ask(second, 'get_available_services', {});
        return JSON.stringify(heard.body).includes(name);
      });
      late.push(performance.now() - beganMs);
    }
    await admin(first, 'PATCH', `/services/${service.id}`, { name: 'Bartpflege' });
    report.check(
      "a service's new name in the other process's answers, p50 / p95 ms after the change was acknowledged",
      spread(late),
      'p95 <= 100',
      summary(late).p95 <= 100,
    );
  } finally {
    await client.end();
  }
}

async function admin(url: string, method: string, where: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${url}/api/admin${where}`, {
    method,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(`${method} ${where}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

const LOADED: FleetOptions = {
  processes: 2,
  latencyScale: 0,
  rateLimit: 'off',
  // One address asks everything here.
  env: { HTTP_RATE_LIMIT_PER_MINUTE: '10000000' },
};

/** The working process writes its profile when it ends; of all that are written it has seen the most. */
async function profile(report: Report): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askpro-profile-'));
  try {
    const fleet = await startFleet({ ...LOADED, nodeArgs: ['--cpu-prof', '--cpu-prof-dir', folder] });
    let perSecond = 0;
    try {
      const [url = ''] = fleet.urls;
      const seconds = WARM_UP_SECONDS + ROUNDS * SECONDS;
      ({ perSecond } = await askWithoutPause(url, 'check_availability', questions(), { connections: 10, seconds }));
    } finally {
      await fleet.stop();
    }
    const files = readdirSync(folder).map((name) => path.join(folder, name));
    const [file] = files.sort((a, b) => statSync(b).size - statSync(a).size);
    if (file === undefined) throw new Error('no process left a profile');
    for (const { area, share } of profileAreas(file))
      report.check(area, `${(share * 100).toFixed(1)} %`, 'shown', true);
    report.note(`${perSecond} answers a second while being watched`);
    mkdirSync('results', { recursive: true });
    copyFileSync(file, path.resolve('results', `hot-path${LABEL ? `-${LABEL}` : ''}.cpuprofile`));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (PROFILE) run(profile, ['Profile of the hot path', ...(LABEL ? [LABEL] : [])].join(', '));
else
  run(async (report) => {
    const fleet = await startFleet(LOADED);
    try {
      await throughput(fleet, report);
      await longCalls(fleet, report);
      await lookups(fleet, report);
    } finally {
      await fleet.stop();
    }
  }, 'Hot path');
