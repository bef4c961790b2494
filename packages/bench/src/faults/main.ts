import { run, type Report } from '../support/caller';
import { Cast } from './cast';
import { compare, quiet, reconcile, type Verdicts } from './checker';
import { DEATHS, Kills } from './kills';
import { LostAcks } from './lost-acks';
import { frozenGateway, withoutPostgres, withoutRedis } from './outages';
import { changedRepeat, crowdAtOneStart, retryStorm } from './races';
import { Random } from './random';
import { startRig } from './rig';
import { Stock } from './stock';

/**
 * Everything that may go wrong between a caller and a booking, against real processes, and afterwards a comparison of
 * Cal.com with the ledger. `npm run bench -- faults [short] [--seed=1] [--kills=500] [--lost-acks=500] [--only=kills]`
 */
const option = (name: string, fallback: number): number => {
  const given = process.argv.find((one) => one.startsWith(`--${name}=`));
  return given ? Number(given.slice(name.length + 3)) : fallback;
};
const SHORT = process.argv.includes('short');
const ONLY = process.argv.find((one) => one.startsWith('--only='))?.slice('--only='.length);
const LOGS = process.argv.find((one) => one.startsWith('--logs='))?.slice('--logs='.length);
const SEED = option('seed', Date.now() % 1_000_000);
const KILLS = option('kills', SHORT ? 8 : 500);
const LOST_ACKS = option('lost-acks', SHORT ? 40 : 500);
const STORMS = SHORT ? 4 : 25;
/** Longer than an operation belongs to its process, and than the time after which another one sends it again. */
const FROZEN_MS = 35_000;

/** Counted from the intent. */
const SETTLED_WITHIN_MS = 60_000;

const say = (text: string): void => console.log(`      ${text}`);

function judge(report: Report, verdicts: Verdicts, quietMs: number): void {
  report.note(
    `${verdicts.stories} callers, ${verdicts.bookings} bookings at Cal.com, ${verdicts.rows} rows, ${verdicts.reviews} for a person`,
  );
  const none = (name: string, list: readonly string[]): void => {
    report.check(name, list.length, '0', list.length === 0);
    for (const one of list.slice(0, 10)) report.note(one);
  };
  none('lost: acknowledged and not there', verdicts.lost);
  none('doubled', verdicts.doubled);
  none('misplaced', verdicts.misplaced);
  none('said to have failed, and there', verdicts.denied);
  none('at Cal.com without exactly one row, or the reverse', verdicts.unmatched);
  none('sent without an intent', verdicts.unintended);
  none('contradictory answers', verdicts.heard);
  none('operations not at an end', verdicts.open);
  report.check('nothing under way any more after', `${quietMs} ms`, '<= 120000 ms', quietMs <= 120_000);
  report.check(
    'longest from the intent to a settled outcome, before anything is killed',
    `${verdicts.longestUnkilledMs} ms`,
    `<= ${SETTLED_WITHIN_MS} ms`,
    verdicts.longestUnkilledMs <= SETTLED_WITHIN_MS,
  );
  report.check(
    '… while the settling process is killed again and again',
    `${verdicts.longestSettlingMs} ms (${verdicts.slowest})`,
    `<= ${SETTLED_WITHIN_MS} ms`,
    verdicts.longestSettlingMs <= SETTLED_WITHIN_MS,
  );
  if (verdicts.longestSettlingMs > SETTLED_WITHIN_MS) for (const one of verdicts.slowestCourse) report.note(one);
}

// Node 20 may wait for ever for the handles of sockets that were reset when it takes itself down; this way it does not.
process.once('beforeExit', () => process.exit());

run(async (report) => {
  report.note(`seed ${SEED}`);
  const random = new Random(SEED);
  const rig = await startRig({
    processes: 3,
    latencyScale: 0.03,
    seed: SEED,
    ...(LOGS ? { logFolder: LOGS } : {}),
  });
  const cast = new Cast(rig, await Stock.lay(rig, { singles: 12, pairs: 6 }, random), random);
  let killsFrom: Date | null = null;
  const experiments: Record<string, () => Promise<void>> = {
    races: async () => {
      await crowdAtOneStart(cast, report);
      await retryStorm(cast, report, STORMS);
      await changedRepeat(cast, report);
    },
    'lost-acks': async () => {
      const losses = new LostAcks(cast, LOST_ACKS, say);
      await losses.run();
      report.check('answers of Cal.com lost', losses.done, `>= ${LOST_ACKS}`, losses.done >= LOST_ACKS);
    },
    kills: async () => {
      killsFrom = new Date();
      const kills = new Kills(cast, KILLS, say);
      await kills.run();
      const exact = [...kills.reached.values()].reduce((sum, count) => sum + count, 0);
      report.check('kill -9', kills.done, `>= ${KILLS}`, kills.done >= KILLS);
      report.note(`${exact} at exactly the named point; ${kills.reached.size} of ${DEATHS} points reached`);
      report.keep('deaths', Object.fromEntries(kills.reached));
    },
    redis: () => withoutRedis(cast, report),
    postgres: () => withoutPostgres(cast, report),
    frozen: async () => {
      if (!SHORT) await frozenGateway(cast, report, FROZEN_MS);
    },
  };
  const unknown = ONLY?.split(',').filter((name) => !(name in experiments)) ?? [];
  try {
    if (unknown.length > 0) throw new Error(`no such experiment: ${unknown.join(', ')}`);
    for (const [name, experiment] of Object.entries(experiments)) {
      if (ONLY && !ONLY.split(',').includes(name)) continue;
      console.log(`\n${name}`);
      await experiment();
      await rig.closeCircuits();
    }
    const quietMs = await quiet(rig, 130_000);
    await reconcile(rig);
    judge(report, await compare(rig, cast.stories, killsFrom), quietMs);
  } finally {
    await rig.stop();
  }
}, 'Faults');
