import fc from 'fast-check';
import { circuitSchedules, circuitVerdict } from '../../../test/budget/support/circuit-simulation';
import { schedules, verdict } from '../../../test/budget/support/schedules';
import { jobSchedules, jobVerdict } from '../../../test/jobs/support/job-simulation';
import { inMemory } from '../../../test/slot-cache/in-memory-model';
import { anyStep } from '../../../test/slot-cache/model';
import { run, type Report } from './support/caller';

/**
 * The real limiter, slot cache, circuit breaker and job runner through invented time, in generated schedules: any demand,
 * network jitter, clocks 2 s wrong, processes that die or stand still, and a shared store that is lost, emptied, frozen,
 * behind or set to another time. Prints each seed, and the smallest counterexample if there is one.
 *
 *     npm run bench -- models [schedules, default 10000] [limiter|cache|breaker|jobs] [seed]
 */
const [first = '10000', only, seed] = process.argv.slice(2);
const RUNS = first === 'short' ? 100 : Number(first);

interface Proof {
  name: string;
  what: string;
  property: fc.IAsyncPropertyWithHooks<[never]>;
}

/** A property over one schedule that says what was wrong with it. */
function proof<T>(
  name: string,
  what: string,
  schedule: fc.Arbitrary<T>,
  wrongWith: (schedule: T) => Promise<readonly unknown[]>,
): Proof {
  const property = fc.asyncProperty(schedule, async (one) => {
    const wrong = await wrongWith(one);
    if (wrong.length > 0) throw new Error(wrong.map((each) => JSON.stringify(each)).join('; '));
  });
  return { name, what, property: property as unknown as Proof['property'] };
}

const cacheSteps = fc.array(
  anyStep({
    lagMs: [0, 0, 500, 1999],
    passMs: [1, 400, 1999, 2000, 61_000, 301_000],
    trouble: ['lose', 'away', 'step back'],
  }),
  { minLength: 5, maxLength: 60, size: 'max' },
);

const PROOFS = [
  proof('limiter', 'never more than 120 in any 60 s, nor a class beyond its share', schedules, verdict),
  proof(
    'cache',
    'no booked start after its acknowledgement, nothing from before an invalidation',
    cacheSteps,
    async (steps) => {
      const model = await inMemory(steps);
      return model.violations;
    },
  ),
  proof(
    'breaker',
    'one probe at a time, one a minute, closed again by two successes',
    circuitSchedules,
    circuitVerdict,
  ),
  proof('jobs', 'each job ends once, within its tries, never twice at a time', jobSchedules, jobVerdict),
];

async function check({ name, what, property }: Proof, report: Report): Promise<void> {
  const startedAtMs = Date.now();
  const result = await fc.check(property, { numRuns: RUNS, ...(seed === undefined ? {} : { seed: Number(seed) }) });
  const seconds = Math.round((Date.now() - startedAtMs) / 1000);
  report.check(
    `${name}: ${what}`,
    `${result.numRuns} schedules in ${seconds} s, seed ${result.seed}`,
    'no counterexample',
    !result.failed,
  );
  if (!result.failed) return;
  console.log(String(result.errorInstance));
  console.log(JSON.stringify(result.counterexample, null, 2));
  report.note(`replay: npm run bench -- models ${RUNS} ${name} ${result.seed}`);
}

run(async (report) => {
  for (const one of PROOFS) if (only === undefined || only === one.name) await check(one, report);
}, 'Models');
