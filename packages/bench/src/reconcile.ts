import { Client } from 'pg';
import { compose, type Gateway } from '../../../src/compose';
import { loadConfig } from '../../../src/config';
import { silentLogger } from '../../../src/infra/logger';
import type { Backends } from '../../../src/embedded';
import { run, sleep, type Report } from './support/caller';
import { ADMIN_TOKEN, API_KEY, exited, RETELL_KEY, startFleet, WEBHOOK_SECRET, type Fleet } from './support/fleet';
import { resetCounts, counters } from './support/sandbox-ledger';

/**
 * What comparing costs with a long history, after a day offline, and after a bulk update that gave more bookings than a
 * run reads the same time of change. `npm run bench -- reconcile [short]`
 */
const SHORT = process.argv.includes('short');
const HISTORY = 50_000;
const CHANGED_IN_A_DAY = SHORT ? 1000 : 3000;
const AT_ONE_INSTANT = SHORT ? 1000 : 10_500;
const EVENT_TYPE = 1001;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const PAGE = 250;
const APP_KEY = 'bench-application-key-of-32-characters';
const PATIENCE_MS = 900_000;

const instant = (atMs: number): string => new Date(atMs).toISOString();

interface Bench {
  fleet: Fleet;
  gateway: Gateway;
  sql: Client;
}

/** Old bookings of a salon, as the sandbox's list shows them. */
function seed(fleet: Fleet, count: number, startMs: number, updatedMs: number): Promise<unknown> {
  return fleet.control('/bookings', {
    ...{ eventTypeId: EVENT_TYPE, count, start: instant(startMs), everyMinutes: 30, status: 'cancelled' },
    ...{ createdAt: instant(updatedMs), updatedAt: instant(updatedMs) },
  });
}

async function listRequests(fleet: Fleet): Promise<number> {
  const { byEndpoint } = await counters(fleet);
  return Object.entries(byEndpoint).reduce((sum, [name, count]) => (name.includes('/bookings') ? sum + count : sum), 0);
}

/** Runs until one reads to the end. */
async function catchUp({ fleet, gateway, sql }: Bench): Promise<{ runs: number; requests: number; ms: number }> {
  await resetCounts(fleet);
  const beganMs = Date.now();
  for (let runs = 1; Date.now() < beganMs + PATIENCE_MS; runs++) {
    const startedMs = Date.now();
    const reports = await gateway.parts.operations.reconciliation.run({ what: 'changes' });
    const { rows } = await sql.query<{ at: Date }>('select min(position_at) as at from sync_cursors');
    const isAtEnd = (rows[0]?.at.getTime() ?? 0) >= startedMs - 1000;
    if (isAtEnd) return { runs, requests: await listRequests(fleet), ms: Date.now() - beganMs };
    if (reports.some((one) => one.error !== null)) await sleep(5000);
  }
  throw new Error('it never caught up');
}

async function usual(bench: Bench, report: Report): Promise<void> {
  for (const changed of [0, 10, 600]) {
    if (changed > 0) await seed(bench.fleet, changed, Date.now() + DAY_MS, Date.now() + 10);
    const { requests } = await catchUp(bench);
    const most = 1 + Math.ceil(changed / PAGE);
    const history = HISTORY.toLocaleString('en');
    report.check(`${history} bookings, ${changed} changed: requests`, requests, `<= ${most}`, requests <= most);
    // Every run looks back five minutes, and would count here what the one before it read.
    await bench.sql.query(`update sync_cursors set position_at = now() + interval '5 minutes'`);
  }
}

async function afterADay(bench: Bench, report: Report): Promise<void> {
  const step = CHANGED_IN_A_DAY / 100;
  for (let index = 0; index < step; index++) {
    const updatedMs = Date.now() - DAY_MS + HOUR_MS + (index * (DAY_MS - 2 * HOUR_MS)) / step;
    await seed(bench.fleet, 100, Date.now() + (30 + index * 4) * DAY_MS, updatedMs);
  }
  await bench.sql.query(`update sync_cursors set position_at = now() - interval '1 day', skip = 0`);
  const { runs, requests, ms } = await catchUp(bench);
  // Bookings that changed at the same instant as the last of a page are listed again with the next.
  const most = 2 + Math.ceil((CHANGED_IN_A_DAY / PAGE) * 1.5) + runs;
  const { maxInAny60s, rateLimited } = await counters(bench.fleet);
  report.check(`a day offline, ${CHANGED_IN_A_DAY} changes: requests`, requests, `<= ${most}`, requests <= most);
  report.note(`… caught up after ${Math.round(ms / 1000)} s in ${runs} runs`);
  report.check('… most requests in any 60 s', maxInAny60s, '<= 120', maxInAny60s <= 120);
  report.check('… answered 429', rateLimited, '0', rateLimited === 0);
}

async function oneInstant(bench: Bench, report: Report): Promise<void> {
  const updatedMs = Date.now() - 2 * HOUR_MS;
  await seed(bench.fleet, AT_ONE_INSTANT, Date.now() + 400 * DAY_MS, updatedMs);
  await bench.sql.query(`update sync_cursors set position_at = $1, skip = 0`, [new Date(updatedMs - HOUR_MS)]);
  const { runs, requests } = await catchUp(bench);
  const most = runs + 2 + Math.ceil((AT_ONE_INSTANT + CHANGED_IN_A_DAY) / PAGE);
  report.check(`${AT_ONE_INSTANT} changes of one instant: requests`, requests, `<= ${most}`, requests <= most);
  report.note(`… read in ${runs} runs`);
}

function backendsOf({ databaseUrl, redisUrl, sandboxUrl }: Fleet): Backends {
  return {
    ...{ databaseUrl, redis: { url: redisUrl }, redisUrl, calcom: { baseUrl: sandboxUrl, apiKey: API_KEY } },
    ...{ adminToken: { value: ADMIN_TOKEN, created: false, file: null }, appKeys: [APP_KEY], embeddedParts: [] },
    stop: () => Promise.resolve(),
  };
}

run(async (report) => {
  const fleet = await startFleet({ processes: 1, latencyScale: 0.1 });
  // It has made the tables; its own schedule would compare as well.
  const first = fleet.process(0);
  first.kill('SIGTERM');
  await exited(first);
  const config = loadConfig({
    ...{ NODE_ENV: 'test', DATABASE_URL: fleet.databaseUrl, REDIS_URL: fleet.redisUrl, ADMIN_TOKEN, APP_KEY },
    ...{ CALCOM_BASE_URL: fleet.sandboxUrl, CALCOM_API_KEY: API_KEY, CALCOM_WEBHOOK_SECRET: WEBHOOK_SECRET },
    ...{ RETELL_API_KEY: RETELL_KEY, SEED_DEMO: 'true', WARM_CACHE_CRON: '' },
  });
  const gateway = await compose({ config, logger: silentLogger, backends: backendsOf(fleet) });
  const sql = new Client({ connectionString: fleet.databaseUrl });
  await sql.connect();
  try {
    const old = Date.now() - 3 * 365 * DAY_MS;
    await seed(fleet, HISTORY, old, old);
    await gateway.parts.operations.reconciliation.run({ what: 'changes' });
    const bench = { fleet, gateway, sql };
    await usual(bench, report);
    await afterADay(bench, report);
    await oneInstant(bench, report);
  } finally {
    await sql.end();
    await gateway.stop();
    await fleet.stop();
  }
}, 'Reconcile');
