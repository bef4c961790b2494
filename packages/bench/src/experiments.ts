import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * The twelve reliability experiments by their number. Each is a command of its own that prints pass or fail for every
 * criterion, and a seed where chance is involved. `npm run bench -- experiments 1..12|ci|all [short]`
 */
interface Experiment {
  number: number;
  name: string;
  criterion: string;
  /** Below the build's folder. */
  program: string;
  args: readonly string[];
  /** Instead of `args`, where there is little time. */
  short: readonly string[];
  /** Part of every build. */
  ci: boolean;
}

const EXPERIMENTS: readonly Experiment[] = [
  {
    ...{ number: 1, name: 'any-window cap, virtual time', program: 'src/models.js', ci: true },
    criterion: '<= 120 in any 60 s in every schedule, >= 105 a minute when saturated',
    ...{ args: ['10000', 'limiter'], short: ['300', 'limiter'] },
  },
  {
    ...{ number: 2, name: 'minute boundary, wall clock', program: 'src/budget.js', ci: true },
    criterion: 'at most 118, no 429, bookings >= 99 % within 8 s, refused reads <= 50 ms with a sentence',
    ...{ args: [], short: ['short'] },
  },
  {
    ...{ number: 3, name: 'cold stampede', program: 'src/stampede.js', ci: true },
    criterion:
      '1 request when healthy, <= 2 when failing, p95 <= upstream + 150 ms, none begins without a waiting caller',
    ...{ args: [], short: ['short'] },
  },
  {
    ...{ number: 4, name: 'stale after an acknowledgement', program: 'src/freshness.js', ci: true },
    criterion: '0 stale answers after own bookings; foreign ones gone <= 2 s after the webhook',
    ...{ args: [], short: ['short'] },
  },
  {
    ...{ number: 5, name: 'kill -9 in the middle of a booking', program: 'src/faults/main.js', ci: false },
    criterion: '<= 1 booking per operation, every acknowledged one exists, all in Postgres <= 60 s, all ended <= 120 s',
    ...{ args: ['--only=kills'], short: ['short', '--only=kills'] },
  },
  {
    ...{ number: 6, name: 'lost acknowledgement and retry', program: 'src/faults/main.js', ci: true },
    criterion: 'no duplicates, one answer per key, unknown resolved <= 30 s, never "failed" while it exists',
    ...{ args: ['--only=lost-acks,races'], short: ['short', '--only=lost-acks,races'] },
  },
  {
    ...{ number: 7, name: 'Redis lost', program: 'src/faults/main.js', ci: false },
    criterion: 'no request beyond its deadline, <= 120 in any 60 s across the restart, recovered <= 5 s',
    ...{ args: ['--only=redis'], short: ['short', '--only=redis'] },
  },
  {
    ...{ number: 8, name: 'Postgres lost', program: 'src/faults/main.js', ci: false },
    criterion: 'bookings refused <= 300 ms with nothing sent, availability unaffected, no POST without an intent',
    ...{ args: ['--only=postgres'], short: ['short', '--only=postgres'] },
  },
  {
    ...{ number: 9, name: 'Cal.com down in every way', program: 'src/outage.js', ci: true },
    criterion: 'stale answers within 100 ms, one probe an interval over all processes, recovered afterwards',
    ...{ args: [], short: ['short'] },
  },
  {
    ...{ number: 10, name: 'overload and shedding', program: 'src/overload.js', ci: false },
    criterion: 'goodput >= 90 % of capacity, refusals p99 <= 50 ms, bookings >= 99 %, normal <= 10 s after',
    ...{ args: [], short: ['short'] },
  },
  {
    ...{ number: 11, name: 'hostile requests', program: 'src/hostile.js', ci: true },
    criterion: '>= 20 000 cases (short: 2 000): no undeclared answer, nothing given away, strangers write nothing',
    ...{ args: [], short: ['short'] },
  },
  {
    ...{ number: 12, name: 'soak across the edges of time', program: 'load/main.js', ci: false },
    criterion: 'no request lost on SIGTERM, hit rate >= 90 %, memory, files and keys flat, nothing stale or doubled',
    ...{ args: ['soak', '--minutes=120'], short: ['soak', '--minutes=10'] },
  },
];

const CI_LIMIT_MS = 8 * 60_000;
const USAGE = 'Usage: npm run bench -- experiments <number 1 to 12> …|ci|all [short]';

interface Result {
  experiment: Experiment;
  passed: boolean;
  tookMs: number;
}

async function conduct(experiment: Experiment, short: boolean): Promise<Result> {
  const file = path.join(__dirname, '..', experiment.program);
  const args = short ? experiment.short : experiment.args;
  console.log(`\n=== ${experiment.number}. ${experiment.name}\n    wanted: ${experiment.criterion}\n`);
  const beganMs = performance.now();
  if (!existsSync(file)) console.error(`${experiment.program} does not exist`);
  const passed = existsSync(file) && (await exitCode(file, args)) === 0;
  return { experiment, passed, tookMs: performance.now() - beganMs };
}

function exitCode(file: string, args: readonly string[]): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [file, ...args], { stdio: 'inherit' });
    const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
    process.on('SIGINT', pass).on('SIGTERM', pass);
    child.once('error', () => resolve(null));
    child.once('exit', (code) => {
      process.off('SIGINT', pass).off('SIGTERM', pass);
      resolve(code);
    });
  });
}

function chosen(words: readonly string[]): Experiment[] | null {
  if (words.includes('all')) return [...EXPERIMENTS];
  if (words.includes('ci')) return EXPERIMENTS.filter((one) => one.ci);
  const numbers = words.map(Number);
  const found = EXPERIMENTS.filter((one) => numbers.includes(one.number));
  return found.length > 0 && found.length === new Set(numbers).size ? found : null;
}

async function main(): Promise<void> {
  const words = process.argv.slice(2);
  const ci = words.includes('ci');
  const experiments = chosen(words.filter((word) => word !== 'short'));
  if (!experiments) {
    console.error(`${USAGE}\n`);
    for (const { number, name, criterion } of EXPERIMENTS) console.error(`${number}. ${name}: ${criterion}`);
    process.exitCode = 1;
    return;
  }
  const results: Result[] = [];
  for (const experiment of experiments) results.push(await conduct(experiment, ci || words.includes('short')));
  console.log('\n| # | experiment | wanted | | s |\n|---|---|---|---|---|');
  for (const { experiment, passed, tookMs } of results)
    console.log(
      `| ${experiment.number} | ${experiment.name} | ${experiment.criterion} | ${passed ? 'pass' : 'FAIL'} | ${Math.round(tookMs / 1000)} |`,
    );
  const allMs = results.reduce((sum, one) => sum + one.tookMs, 0);
  if (ci) console.log(`\n${Math.round(allMs / 1000)} s together; a build may spend ${CI_LIMIT_MS / 1000} s on them`);
  if (results.some((one) => !one.passed)) process.exitCode = 1;
}

void main();
