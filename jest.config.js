// Native ES modules throughout: `npm test` starts jest with --experimental-vm-modules.
const level = (name, folder = `test/${name}`) => ({
  displayName: name,
  testEnvironment: 'node',
  testMatch: [`<rootDir>/${folder}/**/*.test.ts`],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } },
    ],
  },
  // Data of the local cloud, synthesized assets and the copies that mutation tests work on hold no tests.
  modulePathIgnorePatterns: [
    '<rootDir>/cdk.out',
    '<rootDir>/.reelgate',
    '<rootDir>/.stryker-tmp',
    '<rootDir>/reports',
  ],
});

export default {
  globalSetup: '<rootDir>/test/kit/run/set-up.js',
  globalTeardown: '<rootDir>/test/kit/run/tear-down.js',
  reporters: ['default', '<rootDir>/test/kit/run/seed-reporter.js'],
  projects: [
    level('unit'),
    level('infra'),
    level('client', 'packages/client/test'),
    level('local-cloud', 'packages/local-cloud/test'),
    level('e2e'),
    level('faults'),
    level('browser'),
  ],
  // For tests and hooks alike. Generous, because a machine may run other work beside the tests.
  testTimeout: 300_000,
};
