/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  setupFiles: ['<rootDir>/test/support/setup-env.ts'],
  testTimeout: 30000,
  // On two cores: a third of a file's time is waiting for servers, browsers and clocks.
  maxWorkers: 3,
  // Modules of earlier files stay in a worker's heap; a fresh worker costs less than collecting them.
  workerIdleMemoryLimit: '700MB',
  reporters: ['default', '<rootDir>/test/support/plain-reporter.js'],
};
