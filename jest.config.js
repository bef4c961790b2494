const { randomInt } = require('node:crypto');

// Generated cases are the same in every run; TEST_SEED=random or =<number> makes others, TEST_THOROUGHNESS=30 thirty times as many.
const { TEST_SEED = '1', TEST_THOROUGHNESS = '1' } = process.env;
const seed = TEST_SEED === 'random' ? randomInt(2 ** 31) : Number(TEST_SEED);
const thoroughness = Number(TEST_THOROUGHNESS);
if (!Number.isInteger(seed)) throw new Error('TEST_SEED must be a whole number or "random"');
if (!Number.isInteger(thoroughness) || thoroughness < 1)
  throw new Error('TEST_THOROUGHNESS must be a whole number from 1');
// The workers are told by the environment, because jest's transformed files depend on every other setting.
Object.assign(process.env, { TEST_SEED: String(seed), TEST_THOROUGHNESS: String(thoroughness) });

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  setupFiles: ['<rootDir>/test/support/setup-env.ts'],
  // Ends what hangs; a busy machine may need minutes for what takes a second.
  testTimeout: 240_000 * thoroughness,
  // On two cores: a third of a file's time is waiting for servers, browsers and clocks.
  maxWorkers: 3,
  // Modules of earlier files stay in a worker's heap; a fresh worker costs less than collecting them.
  workerIdleMemoryLimit: '700MB',
  reporters: ['default', '<rootDir>/test/support/plain-reporter.js'],
};
