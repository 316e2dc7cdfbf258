import { globSync } from 'node:fs';
import type { InstrumenterContext, StrykerOptions } from '@stryker-mutator/api/core';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import {
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { type CollectedTest, collectTests, defineTestGlobals } from './collect-tests.ts';
import { allowFreshImports } from './fresh-modules.ts';

/** What the mutated code reads and writes. */
const context: InstrumenterContext = {};

/**
 * Stryker's test runner for pure unit tests. It imports each test file again for each mutant in one process of plain
 * Node; jest spends most of the time of a mutant on its start.
 */
class InProcessRunner implements TestRunner {
  static readonly inject = tokens(commonTokens.options);
  readonly #files: readonly string[];

  constructor(options: StrykerOptions) {
    const globs = options.inProcessTests as readonly string[];
    this.#files = globs.flatMap((glob) => globSync(glob)).sort();
  }

  init(): Promise<void> {
    Object.assign(globalThis, { __stryker__: context });
    allowFreshImports();
    defineTestGlobals();
    return Promise.resolve();
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun(): Promise<DryRunResult> {
    reset({ mutantCoverage: { static: {}, perTest: {} } });
    const tests: TestResult[] = [];
    for (const file of this.#files) tests.push(...(await run(await collectTests(file))));
    const { mutantCoverage } = context;
    return { status: DryRunStatus.Complete, tests, ...(mutantCoverage && { mutantCoverage }) };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const { activeMutant, testFilter, hitLimit, mutantActivation } = options;
    reset(hitLimit === undefined ? {} : { hitLimit, hitCount: 0 });
    const wanted = testFilter && new Set(testFilter);
    const tests: TestResult[] = [];
    for (const file of this.#files) {
      if (testFilter && !testFilter.some((id) => id.startsWith(`${file}:`))) continue;
      delete context.activeMutant;
      if (mutantActivation === 'static') context.activeMutant = activeMutant.id;
      const collected = await collectTests(file);
      context.activeMutant = activeMutant.id;
      tests.push(...(await run(collected.filter(({ id }) => wanted?.has(id) ?? true))));
      const endless = determineHitLimitReached(context.hitCount, context.hitLimit);
      if (endless) return toMutantRunResult(endless);
      if (tests.some(({ status }) => status === TestStatus.Failed)) break;
    }
    return toMutantRunResult({ status: DryRunStatus.Complete, tests });
  }
}

function reset(values: InstrumenterContext): void {
  for (const name of Object.keys(context)) delete context[name as keyof InstrumenterContext];
  Object.assign(context, values);
}

/** Runs tests one after the other until one fails. */
async function run(tests: readonly CollectedTest[]): Promise<TestResult[]> {
  const results: TestResult[] = [];
  for (const { id, fileName, run: runTest } of tests) {
    context.currentTestId = id;
    const start = performance.now();
    const result = () => ({ id, name: id, fileName, timeSpentMs: performance.now() - start });
    try {
      await runTest();
      results.push({ status: TestStatus.Success, ...result() });
    } catch (error) {
      const failureMessage = error instanceof Error ? error.message : String(error);
      results.push({ status: TestStatus.Failed, failureMessage, ...result() });
      break;
    } finally {
      delete context.currentTestId;
    }
  }
  return results;
}

export const strykerPlugins = [
  declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcessRunner),
];
