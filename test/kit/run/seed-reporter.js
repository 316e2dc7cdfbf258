/** Jest's reporter: prints the seed of a run that failed, so that the run can be repeated. */
export default class SeedReporter {
  onRunComplete(_contexts, { numFailedTests, numRuntimeErrorTestSuites }) {
    if (numFailedTests + numRuntimeErrorTestSuites === 0) return;
    console.error(`To repeat the random choices: REELGATE_SEED=${process.env.REELGATE_SEED}`);
  }
}
