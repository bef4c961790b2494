import fc from 'fast-check';
import { schedules, verdict } from '../test/budget/support/schedules';

/**
 * The real limiter of one to four processes through invented time: any demand, network jitter up to 500 ms, clocks 2 s
 * wrong, and a shared log that is lost, emptied, frozen, behind, or set to another time. Prints the seed, and the
 * smallest counterexample if there is one.
 *
 *     npx tsx bench/model-budget.ts [schedules, default 10000] [seed]
 */
async function main(): Promise<void> {
  const [runs = '10000', seed] = process.argv.slice(2);
  const startedAtMs = Date.now();
  const result = await fc.check(
    fc.asyncProperty(schedules, async (schedule) => {
      const wrong = await verdict(schedule);
      if (wrong.length > 0) throw new Error(wrong.join('; '));
    }),
    { numRuns: Number(runs), ...(seed === undefined ? {} : { seed: Number(seed) }) },
  );
  const seconds = Math.round((Date.now() - startedAtMs) / 1000);
  console.log(
    `${result.numRuns} schedules in ${seconds} s, seed ${result.seed}: ${result.failed ? 'FAILED' : 'the budget held in every one'}`,
  );
  if (!result.failed) return;
  console.log(String(result.errorInstance));
  console.log(JSON.stringify(result.counterexample, null, 2));
  console.log(`replay: npx tsx bench/model-budget.ts ${result.numRuns} ${result.seed}`);
  process.exitCode = 1;
}

void main();
