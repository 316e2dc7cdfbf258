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
  // One limit for every test and hook. It ends what hangs; it measures nothing, so it leaves room for a machine that
  // is busy with other work.
  testTimeout: 300_000,
};
