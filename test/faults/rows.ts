import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * How a test of the attacks and of the injected faults tells its row: it calls `row(happened, ended)` once, as
 * its last step, with what it has really seen. `row-reporter.ts` prints one line a test as each of them ends:
 *
 *     what was done (the test's name) | what happened | how it ended
 *
 * It prints for every test, in the order in which they end, also with several files at once. A test that fails
 * has a line of its own, whether it had come to its row or not; one that passes without a row fails the run:
 *
 *     npm run test:suite -- --selectProjects faults --reporters=./test/faults/row-reporter.ts --ci test/faults/attacks
 *
 * Without that reporter (`npm test`) a row is checked and goes nowhere. Tests that run at once within one file
 * (`it.concurrent`) cannot be told apart: gather what they show beforehand and let one test after the other
 * tell it.
 */
export interface Row {
  /** The whole name of the test: of the groups that it stands in, then its own. */
  readonly done: string;
  /** `403 SignatureDoesNotMatch`: the answer as it came. */
  readonly happened: string;
  /** `nothing stored, upload waiting`: what stands now, looked up after the answer. */
  readonly ended: string;
}

/** Names the folder to which a reporter wants rows written; one file a test file. */
export const ROWS_FOLDER = 'REELGATE_ROWS';

/**
 * Tells the row of the test that runs.
 *
 * @throws RangeError where one of both is empty, Error outside of a test
 */
export function row(happened: string, ended: string): void {
  const { currentTestName: done, testPath } = expect.getState();
  if (done === undefined || testPath === undefined) throw new Error('A row belongs to a test.');
  for (const [name, text] of Object.entries({ happened, ended })) {
    if (text.trim() === '') throw new RangeError(`The row of "${done}" says nothing as ${name}.`);
  }
  const folder = process.env[ROWS_FOLDER];
  if (folder === undefined) return;
  appendFileSync(rowsFile(folder, testPath), `${JSON.stringify({ done, happened, ended })}\n`);
}

/** Where the rows of one test file are written, a line of JSON each. */
export function rowsFile(folder: string, testPath: string): string {
  return join(folder, `${encodeURIComponent(testPath).slice(-200)}.jsonl`);
}
