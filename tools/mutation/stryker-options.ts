import type { Stryker } from '@stryker-mutator/core';
import type { MutationTarget } from './targets.ts';

type StrykerOptions = NonNullable<ConstructorParameters<typeof Stryker>[0]>;

export interface MutationRun {
  /** Names the report files. */
  name: string;
  target: MutationTarget;
  /** Also plant bugs in code that runs while a module loads: tables and constants. Slow, see docs/mutation-testing.md. */
  withStatic: boolean;
  /** How many test processes run at once. */
  concurrency: number;
}

// Jest with native ES modules, as in jest.config.js, but as a single project with only the target's tests.
const jestConfig = (tests: readonly string[]) => ({
  projects: null,
  testEnvironment: 'node',
  testMatch: tests.map((glob) => `<rootDir>/${glob}`),
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } },
    ],
  },
});

const jestRunner = (tests: readonly string[]): StrykerOptions => ({
  plugins: [import.meta.resolve('@stryker-mutator/jest-runner')],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules'],
  jest: { projectType: 'custom', config: jestConfig(tests), enableFindRelatedTests: true },
});

const inProcessRunner = (tests: readonly string[]): StrykerOptions => ({
  plugins: [import.meta.resolve('./in-process-runner.ts')],
  testRunner: 'in-process',
  testRunnerNodeArgs: ['--disable-warning=ExperimentalWarning'],
  inProcessTests: [...tests],
});

export const strykerOptions = ({ target, ...run }: MutationRun): StrykerOptions => ({
  mutate: [...target.mutate],
  ...(target.runner === 'jest' ? jestRunner(target.tests) : inProcessRunner(target.tests)),
  // Added to the time that the tests need: a busy machine must not count as a detected bug.
  timeoutMS: 20_000,
  coverageAnalysis: 'perTest',
  ignoreStatic: !run.withStatic,
  // Stryker would rewrite tsconfig.json with the TypeScript API, which TypeScript 7 does not have. No test needs
  // that file: swc removes the types.
  tsconfigFile: 'no-tsconfig.json',
  disableTypeChecks: false,
  concurrency: run.concurrency,
  // A jest process keeps the ES modules of every run in memory and reaches Node's heap limit after some hundred runs.
  maxTestRunnerReuse: 150,
  tempDirName: '.stryker-tmp',
  ignorePatterns: ['.reelgate', 'cdk.out', 'reports', 'docs/performance'],
  reporters: ['html', 'json'],
  htmlReporter: { fileName: `reports/mutation/${run.name}.html` },
  jsonReporter: { fileName: `reports/mutation/${run.name}.json` },
  warnings: false,
  logLevel: 'warn' as NonNullable<StrykerOptions['logLevel']>,
  allowConsoleColors: false,
});
