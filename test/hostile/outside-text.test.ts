import { READERS, RUNS, runOf } from '../../packages/bench/src/support/outside-text';

/** Work that grows with the square of the length would not end within the limit of a test. */
const LENGTH = 150_000;

describe.each(Object.keys(READERS))('%s', (name) => {
  test.each(RUNS)('reads a long run of %j', (sign) => {
    expect(() => READERS[name]?.(runOf(sign, LENGTH))).not.toThrow();
  });
});
