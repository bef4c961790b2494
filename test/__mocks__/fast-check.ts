import type realFastCheck from 'fast-check';
import { SEED, THOROUGHNESS } from '../support/generated-cases';

/** Jest gives this to every test that imports fast-check: the run decides the seed and how many cases there are. */
const { default: fc } = jest.requireActual<{ default: typeof realFastCheck }>('fast-check');

const DEFAULT_RUNS = 100;

fc.configureGlobal({ seed: SEED });

const assert = ((property, parameters) =>
  fc.assert(property, {
    ...parameters,
    numRuns: (parameters?.numRuns ?? DEFAULT_RUNS) * THOROUGHNESS,
  })) as typeof fc.assert;

export default { ...fc, assert };
