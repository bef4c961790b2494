import { run, sleep } from './support/caller';
import { startFleet, type Fleet, type FleetOptions } from './support/fleet';
import { addServices, type BenchService } from './support/workload';
import { alternatives, boundaryBurst, conversations, instantBurst } from './peers/limited';
import { startLineup, type Lineup } from './peers/lineup';
import { Scoreboard } from './peers/scoreboard';
import { freshness, hotHit, stampede } from './peers/unlimited';

/**
 * AskPro beside what people would otherwise use: direct calls, nginx as a cache, the source's design, bentocache. Same
 * machine, same run, same sandbox, same questions; figures as ratios against AskPro, losses too.
 * `npm run bench -- peers [short] [--only=hot,stampede,freshness,alternatives,bursts,conversations]`; the long form takes
 * about ten minutes.
 */
const SHORT = process.argv.includes('short');
const ONLY = process.argv
  .find((one) => one.startsWith('--only='))
  ?.slice('--only='.length)
  .split(',');
const ROUNDS = SHORT ? 1 : 3;
const HOT_MS = SHORT ? 1500 : 5000;
const SPREADS = SHORT ? [2] : [1, 2];
const STAMPEDES = SHORT ? 1 : 5;
const FRESHNESS_MS = SHORT ? 10_000 : 60_000;
const SEARCHES_MS = SHORT ? 12_000 : 90_000;
const CONVERSATIONS_MS = SHORT ? 12_000 : 60_000;
const CONTESTANTS = 5;
/** Cal.com's block and the budget's window are over then. */
const COOL_MS = 62_000;
const PROCESSES = 2;

type Limit = Pick<FleetOptions, 'rateLimit' | 'env'>;
const UNLIMITED: Limit = {
  rateLimit: 'off',
  env: { CALCOM_RATE_LIMIT_PER_MINUTE: '5000', CALCOM_BURST_PER_SECOND: '100' },
};

async function contest(
  limit: Limit,
  services: number,
  work: (fleet: Fleet, lineup: Lineup, services: BenchService[]) => Promise<void>,
): Promise<void> {
  const fleet = await startFleet({ processes: PROCESSES, ...limit });
  try {
    const known = await addServices(fleet, services);
    const lineup = await startLineup(fleet, PROCESSES);
    try {
      await work(fleet, lineup, known);
    } finally {
      await lineup.stop();
    }
  } finally {
    await fleet.stop();
  }
}

const wanted = (part: string): boolean => !ONLY || ONLY.includes(part);

run(async (report) => {
  const board = new Scoreboard(report);
  const cold = CONTESTANTS * STAMPEDES * SPREADS.length;
  if (['hot', 'stampede', 'freshness'].some(wanted)) {
    await contest(UNLIMITED, 1 + cold + 3 * CONTESTANTS, async (fleet, lineup, services) => {
      if (!lineup.nginxUrl) report.note('nginx is not installed here: its column is left out');
      const [hot, ...others] = services;
      if (hot && wanted('hot')) await hotHit(lineup, board, hot, { rounds: ROUNDS, ms: HOT_MS });
      if (wanted('stampede'))
        await stampede(fleet, lineup, board, others.slice(0, cold), { rounds: STAMPEDES, spreads: SPREADS });
      if (wanted('freshness')) await freshness(fleet, lineup, board, others.slice(cold), FRESHNESS_MS);
    });
  }
  if (wanted('alternatives'))
    await contest({}, 20, (fleet, lineup, services) => alternatives(fleet, lineup, board, services, SEARCHES_MS));
  if (wanted('bursts'))
    await contest({}, 220, async (fleet, lineup, services) => {
      await instantBurst(fleet, lineup, board, services);
      if (SHORT) return;
      await sleep(COOL_MS);
      await boundaryBurst(fleet, lineup, board, services);
    });
  if (wanted('conversations'))
    await contest({}, 20 * CONTESTANTS, (fleet, lineup, services) =>
      conversations(fleet, lineup, board, services, CONVERSATIONS_MS),
    );
  board.finish();
}, 'Peers');
