import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { run, type Report } from './support/caller';
import { ADMIN_TOKEN, API_KEY, RETELL_KEY, startFleet, type Fleet } from './support/fleet';
import { families, provoke, type Family } from './support/hostile-families';
import { Judge } from './support/hostile-judge';
import type { Document } from './support/hostile-parts';
import { HostileRequests, type HostileRequest } from './support/hostile-requests';
import { PERSONAL } from './support/hostile-values';
import { BROKEN_MESSAGES, mayBeCutOff, Wire } from './support/hostile-wire';
import { counters } from './support/sandbox-ledger';
import { tablePrints } from './support/table-prints';

/**
 * Requests that no honest sender makes, at every public route, made from the gateway's own document.
 * `npm run bench -- hostile [short] [seed=N]`
 */
const SHORT = process.argv.includes('short');
const CASES = SHORT ? 2000 : 20_000;
const SEED = Number(process.argv.find((word) => word.startsWith('seed='))?.slice(5) ?? randomInt(2 ** 31));
const WEBHOOK_SECRET = 'bench-webhook-secret';
const OTHERS_MARK = 'Zebrawald';
/** Memory is looked at after each tenth of the cases. */
const ROUNDS = 10;
const MOST_GROWTH = 1.15;
const WRITTEN_BY_SCHEDULES = new Set(['jobs', 'sync_cursors', 'calcom_push_evidence']);

interface Tenant {
  branch: string;
  token: string;
}

async function tenant(url: string, name: string): Promise<Tenant> {
  const make = async (path: string, body: object): Promise<Record<string, string>> => {
    const answer = await fetch(`${url}/api/admin${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return ((await answer.json()) as { data: Record<string, string> }).data;
  };
  const company = await make('/companies', { name: `${name} GmbH`, slug: name.toLowerCase() });
  const branch = await make('/branches', { company_id: company.id, name: `${name} Mitte`, time_zone: 'Europe/Berlin' });
  const token = await make('/tokens', { company_id: company.id, name: `${name} token` });
  return { branch: branch.id ?? '', token: token.token ?? '' };
}

class Attack {
  slowest = 0;
  sent = 0;
  readonly #wire: Wire;
  readonly #judge: Judge;

  constructor(wire: Wire, judge: Judge) {
    this.#wire = wire;
    this.#judge = judge;
  }

  faultOf = async (asked: HostileRequest): Promise<string | null> => {
    this.sent++;
    try {
      const reply = await this.#wire.send(asked);
      this.slowest = Math.max(this.slowest, reply.ms);
      return this.#judge.fault(asked, reply);
    } catch (error) {
      if (mayBeCutOff(asked, error)) return null;
      return `no answer: ${String(error)}`;
    }
  };
}

/** Tables in which a row came, went or changed. */
async function changed(fleet: Fleet, during: () => Promise<void>): Promise<string[]> {
  const client = new Client({ connectionString: fleet.databaseUrl });
  await client.connect();
  try {
    const before = await tablePrints(client);
    await during();
    const after = await tablePrints(client);
    return Object.keys(after).filter((table) => after[table] !== before[table] && !WRITTEN_BY_SCHEDULES.has(table));
  } finally {
    await client.end();
  }
}

async function strangers(fleet: Fleet, attack: Attack, all: Family[], report: Report): Promise<void> {
  const unopened = all.filter((family) => /without|wrongly|larger|nothing/.test(family.name));
  const arrived = (await counters(fleet)).requestsTotal;
  const tables = await changed(fleet, async () => {
    for (const family of unopened) await provoke(family, SHORT ? 40 : 400, SEED + 1, attack.faultOf);
  });
  const reached = (await counters(fleet)).requestsTotal - arrived;
  report.check('strangers: requests to Cal.com', reached, '0', reached === 0);
  report.check('strangers: tables written to', tables.join(', ') || 0, '0', tables.length === 0);
}

const rssOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

async function everything(fleet: Fleet, attack: Attack, all: Family[], report: Report): Promise<void> {
  const memory: number[] = [];
  const faults: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const family of all) {
      const cases = Math.ceil((CASES * family.share) / 100 / ROUNDS);
      const found = await provoke(family, cases, SEED + round * 1_000_003, attack.faultOf);
      faults.push(...found.map((one) => `${family.name}: ${one.fault}\n${one.where}\n${one.request}`));
    }
    memory.push(Math.round(rssOf(fleet.pids[0] ?? 0)));
  }
  for (const fault of faults.slice(0, 20)) report.note(fault);
  const failures = fleet
    .logOf(0)
    .split('\n')
    .filter((line) => line.includes('a request failed'));
  for (const line of failures.slice(0, 5)) report.note(line.slice(0, 800));
  const leaks = fleet
    .logOf(0)
    .split('\n')
    .filter((line) => PERSONAL.some((word) => line.includes(word)));
  for (const line of leaks.slice(0, 5)) report.note(line.slice(0, 400));
  report.check('lines of the log that tell of a person', leaks.length, '0', leaks.length === 0);
  report.check(
    'answers that the document does not promise, or that give something away',
    faults.length,
    '0',
    faults.length === 0,
  );
  report.check('slowest answer', `${Math.round(attack.slowest)} ms`, '<= 8000 ms', attack.slowest <= 8000);
  // The first rounds warm the code up.
  const [early, late] = [Math.max(...memory.slice(1, 4)), Math.min(...memory.slice(-3))];
  report.check(
    'memory, early and late',
    `${early} and ${late} MB`,
    `<= ${MOST_GROWTH} times`,
    late <= early * MOST_GROWTH,
  );
  report.keep('memory', memory);
}

async function brokenMessages(wire: Wire, report: Report): Promise<void> {
  const wrong: string[] = [];
  for (const { name, bytes } of BROKEN_MESSAGES) {
    const heard = await wire.raw(Buffer.from(bytes, 'latin1'));
    if (heard === null || (heard !== '' && !/^HTTP\/1\.1 [24]\d\d /.test(heard))) wrong.push(name);
  }
  report.check(
    `${BROKEN_MESSAGES.length} messages that are not HTTP: not refused`,
    wrong.join(', ') || 0,
    '0',
    wrong.length === 0,
  );
}

run(async (report) => {
  const fleet = await startFleet({
    processes: 1,
    latencyScale: 0,
    rateLimit: 'off',
    env: { TRUST_PROXY: 'loopback' },
    // Young objects' usual room is full after a few rounds: what grows after that is held on to.
    nodeArgs: ['--max-semi-space-size=16'],
  });
  const [url = ''] = fleet.urls;
  const wire = new Wire(Number(new URL(url).port));
  try {
    report.note(`seed ${SEED}: npm run bench -- hostile seed=${SEED}`);
    const document = (await (await fetch(`${url}/api/openapi.json`)).json()) as Document;
    const [ours, theirs] = [await tenant(url, 'Ours'), await tenant(url, OTHERS_MARK)];
    const requests = new HostileRequests(document, {
      ...{ retellKey: RETELL_KEY, calcomSecret: WEBHOOK_SECRET },
      ...{ tokens: [ours.token, ours.token, ADMIN_TOKEN], ids: [ours.branch, theirs.branch] },
    });
    const secrets = [RETELL_KEY, WEBHOOK_SECRET, ADMIN_TOKEN, API_KEY, theirs.token, 'bench-application-key'];
    const judge = new Judge(document, ({ headers }) =>
      String(headers.authorization).includes(ADMIN_TOKEN) ? secrets : [...secrets, OTHERS_MARK],
    );
    const attack = new Attack(wire, judge);
    const all = families(requests);
    await strangers(fleet, attack, all, report);
    await everything(fleet, attack, all, report);
    await brokenMessages(wire, report);
    report.check('requests', attack.sent, `>= ${CASES}`, attack.sent >= CASES);
    const polite = await fetch(`${url}/healthz`);
    report.check('the process still answers', polite.status, '200', polite.status === 200);
  } finally {
    wire.close();
    await fleet.stop();
  }
}, 'Hostile');
