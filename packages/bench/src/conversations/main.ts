import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { run } from '../support/caller';
import { ADMIN_TOKEN, RETELL_KEY, startFleet } from '../support/fleet';
import { resetCounts, counters } from '../support/sandbox-ledger';
import { play, type Played } from './play';
import { openSalons, type Stage } from './salons';

/**
 * Scripted callers, graded on Cal.com's calendar and on every sentence they hear. Each conversation has a day of its own;
 * what was played is kept in `results/conversations.jsonl`, and a run goes on from there.
 * `npm run bench -- conversations [<number>|short] [again]`
 */
const SHORT_COUNT = 100;
const COUNT = process.argv.includes('short')
  ? SHORT_COUNT
  : Number(process.argv.slice(2).find((option) => /^\d+$/.test(option)) ?? 1000);
const SALONS = 24;
const SIDE_BY_SIDE = 6;
const LATENCY_SCALE = 0.1;
const KEPT = path.join('results', 'conversations.jsonl');

interface Kept extends Played {
  /** To Cal.com, of the run that it was played in, on average. */
  requests?: number;
}

function kept(): Kept[] {
  if (process.argv.includes('again') || !existsSync(KEPT)) return [];
  const lines = readFileSync(KEPT, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Kept).filter(({ index }) => index < COUNT);
}

async function playAll(stage: Stage, indexes: number[], each: (played: Played) => void): Promise<void> {
  const salons = await openSalons(stage, SALONS);
  const next = async (): Promise<void> => {
    for (let index = indexes.shift(); index !== undefined; index = indexes.shift()) {
      each(await play(stage, salons, index));
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, next));
}

run(async (report) => {
  mkdirSync(path.dirname(KEPT), { recursive: true });
  const before = kept();
  const done = new Set(before.map(({ index }) => index));
  const left = Array.from({ length: COUNT }, (_, index) => index).filter((index) => !done.has(index));
  const played: Kept[] = [];
  const beganMs = performance.now();
  if (left.length > 0) {
    const fleet = await startFleet({ processes: 2, latencyScale: LATENCY_SCALE, rateLimit: 120 });
    try {
      const [gatewayUrl = ''] = fleet.urls;
      const { controlUrl, sandboxUrl, redisUrl } = fleet;
      const stage = { gatewayUrl, controlUrl, sandboxUrl, redisUrl, retellKey: RETELL_KEY, adminToken: ADMIN_TOKEN };
      await resetCounts(fleet);
      await playAll(stage, left, (one) => {
        played.push(one);
        appendFileSync(KEPT, `${JSON.stringify(one)}\n`);
        if (one.problems.length > 0) console.log(`${one.index} ${one.story} (${one.language}):`, one.problems);
        if (played.length % 50 === 0) console.log(`      ${played.length} of ${done.size + played.length} played`);
      });
      const looks = played.reduce((sum, one) => sum + one.looks, 0);
      const perCall = ((await counters(fleet)).requestsTotal - looks) / played.length;
      report.check('requests to Cal.com per conversation', perCall.toFixed(1), 'at most 10', perCall <= 10);
    } finally {
      await fleet.stop();
    }
  }
  const all = [...before, ...played];
  const bad = all.filter(({ problems }) => problems.length > 0);
  const told = (pattern: RegExp): number =>
    all.flatMap(({ problems }) => problems).filter((one) => pattern.test(one)).length;
  const no = all.filter(({ honestNo }) => honestNo !== null);
  const sentences = all.reduce((sum, one) => sum + one.sentences, 0);
  const ended = all.length - bad.length - no.length;
  const minutes = (performance.now() - beganMs) / 60_000;
  report.check('conversations', all.length, `${COUNT}`, all.length === COUNT);
  report.check('sentences checked', sentences, 'all', sentences > 0);
  report.check('untrue sentences', told(/ \| /) - told(/names a stranger/), '0', told(/ \| /) === 0);
  report.check("strangers' data", told(/names a stranger/), '0', told(/names a stranger/) === 0);
  report.check('ended as wanted', ended, 'all, or an honest no', bad.length === 0);
  report.check('an honest no instead', no.length, 'at most 1 in 100', no.length <= COUNT / 100);
  report.check('minutes', minutes.toFixed(1), 'at most 30', minutes <= 30);
}, 'Conversations');
