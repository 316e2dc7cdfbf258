import { relative } from 'node:path';

/**
 * Jest's reporter: after a failure, prints the command that repeats the failed files with the same random choices:
 * the sample of faults, the delays of the index lag, random orders and values.
 */
export default class SeedReporter {
  constructor({ rootDir }) {
    this.rootDir = rootDir;
  }

  onRunComplete(_contexts, { numFailedTests, numRuntimeErrorTestSuites, testResults }) {
    if (numFailedTests + numRuntimeErrorTestSuites === 0) return;
    const files = testResults
      .filter(({ numFailingTests, testExecError }) => numFailingTests > 0 || testExecError)
      .map(({ testFilePath }) => relative(this.rootDir, testFilePath));
    console.error(
      `To repeat with the same random choices (index lag, faults, values):\n  REELGATE_SEED=${process.env.REELGATE_SEED} npm run test:suite -- ${files.join(' ')}`,
    );
  }
}
