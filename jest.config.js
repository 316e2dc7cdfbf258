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
  // Data folders of the local cloud and synthesized assets are not ours to crawl.
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.reelgate'],
});

export default {
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
