import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { run, sleep, type Report } from './support/caller';
import { ADMIN_TOKEN, API_KEY, RETELL_KEY, startFleet, type Fleet } from './support/fleet';
import { families, provoke, type Family } from './support/hostile-families';
import { Judge } from './support/hostile-judge';
import { HostileRequests, type Document, type HostileRequest } from './support/hostile-requests';
import { BROKEN_MESSAGES, Wire } from './support/hostile-wire';
import { counters } from './support/sandbox-ledger';

/**
 * Requests that nobody decent sends, at every public route, made from the gateway's own document.
 * `npm run bench:hostile [-- short] [-- seed=N]`
 */
const SHORT = process.argv.includes('short');
const CASES = SHORT ? 2000 : 20_000;
const SEED = Number(process.argv.find((word) => word.startsWith('seed='))?.slice(5) ?? randomInt(2 ** 31));
const WEBHOOK_SECRET = 'bench-webhook-secret';
const OTHERS_MARK = 'Zebrawald';
/** Memory is looked at after each tenth of the cases. */
const ROUNDS = 10;
const MOST_GROWTH = 1.15;

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
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      // Far beyond every limit a body may be cut off while it is still coming.
      if (['EPIPE', 'ECONNRESET'].includes(code) && (asked.body?.length ?? 0) > 1_000_000) return null;
      return `no answer: ${String(error)}`;
    }
  };
}

/** Inserts, updates and deletions that Postgres has counted; it counts late, so not within two seconds. */
async function writes(fleet: Fleet): Promise<number> {
  await sleep(2500);
  const client = new Client({ connectionString: fleet.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query(
      `select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::int as n from pg_stat_user_tables where relname not in ('jobs', 'alerts', 'sync_cursors')`,
    );
    return (rows[0] as { n: number }).n;
  } finally {
    await client.end();
  }
}

async function strangers(fleet: Fleet, attack: Attack, all: Family[], report: Report): Promise<void> {
  const unopened = all.filter((family) => /without|wrongly|larger|nothing/.test(family.name));
  const [arrived, written] = [(await counters(fleet)).requestsTotal, await writes(fleet)];
  for (const family of unopened) await provoke(family, SHORT ? 40 : 400, SEED + 1, attack.faultOf);
  report.check(
    'strangers: requests to Cal.com',
    (await counters(fleet)).requestsTotal - arrived,
    '0',
    (await counters(fleet)).requestsTotal === arrived,
  );
  const after = await writes(fleet);
  report.check('strangers: rows written', after - written, '0', after === written);
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
  const fleet = await startFleet({ processes: 1, latencyScale: 0, rateLimit: 'off', env: { TRUST_PROXY: 'loopback' } });
  const [url = ''] = fleet.urls;
  const wire = new Wire(Number(new URL(url).port));
  try {
    report.note(`seed ${SEED}: npm run bench:hostile -- seed=${SEED}`);
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
