/** Set by jest.config.js, which says what a run may choose. */
function chosen(name: 'TEST_SEED' | 'TEST_THOROUGHNESS'): number {
  return Number(process.env[name]);
}

/** Decides every generated case of this run. */
export const SEED = chosen('TEST_SEED');
/** Generated cases for each case of an ordinary run. */
export const THOROUGHNESS = chosen('TEST_THOROUGHNESS');
