import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * How a test of the attacks and of the injected faults reports its row: it calls `row(happened, ended)` once, as
 * its last step, with what it observed. `row-reporter.ts` prints one line for each test when it ends:
 *
 *     what was done (the test's name) | what happened | how it ended
 *
 * It prints every test in the order in which the tests end, also with several files at once. A test that fails
 * has a line whether it reported a row or not; a test that passes without a row fails the run:
 *
 *     npm run test:suite -- --selectProjects faults --reporters=./test/faults/row-reporter.ts --ci test/faults/attacks
 *
 * Without that reporter (`npm test`) a row is checked and not printed. Concurrent tests within one file
 * (`it.concurrent`) cannot be distinguished: collect the observations beforehand and let one test after the other
 * report its row.
 */
export interface Row {
  /** The full name of the test: the names of its describe blocks, then its own. */
  readonly done: string;
  /** The response: `403 SignatureDoesNotMatch`. */
  readonly happened: string;
  /** The state after the response: `nothing stored, upload waiting`. */
  readonly ended: string;
}

/** Environment variable with the folder for rows; one file for each test file. */
export const ROWS_FOLDER = 'REELGATE_ROWS';

/**
 * Reports the row of the running test.
 *
 * @throws RangeError if one of them is empty, Error outside of a test
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

/** The file for the rows of one test file, one line of JSON each. */
export function rowsFile(folder: string, testPath: string): string {
  return join(folder, `${encodeURIComponent(testPath).slice(-200)}.jsonl`);
}
