import { READERS, RUNS, runOf } from './support/outside-text';

/** Work at twice the length, as a ratio of times taken in one run: linear is 2, quadratic 4. */
const LENGTH = 400_000;
const ROUNDS = 5;
const MOST = 3;
/** Below this a measurement is the clock's own noise. */
const LEAST_MS = 20;

function medianMs(work: () => unknown): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const beganMs = performance.now();
    work();
    return performance.now() - beganMs;
  });
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
}

let failed = false;
console.log('| reader | slowest text | once | twice the length | ratio |\n|---|---|---|---|---|');
for (const [name, read] of Object.entries(READERS)) {
  let worst = { sign: '', once: 0, twice: 0, ratio: 0 };
  for (const sign of RUNS) {
    const [short, long] = [runOf(sign, LENGTH), runOf(sign, 2 * LENGTH)];
    read(short);
    const once = medianMs(() => read(short));
    const twice = medianMs(() => read(long));
    const ratio = Math.max(twice, LEAST_MS) / Math.max(once, LEAST_MS);
    if (ratio > worst.ratio || (ratio === worst.ratio && twice > worst.twice)) worst = { sign, once, twice, ratio };
  }
  failed ||= worst.ratio > MOST;
  console.log(
    `| ${name} | ${JSON.stringify(worst.sign)} | ${worst.once.toFixed(1)} ms | ${worst.twice.toFixed(1)} ms | ${worst.ratio.toFixed(1)} |`,
  );
}
console.log(
  failed
    ? `\nMore than ${MOST} times the work for twice the text.`
    : `\nAt most ${MOST} times the work for twice the text.`,
);
process.exitCode = failed ? 1 : 0;
