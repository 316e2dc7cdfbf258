import { readFile } from 'node:fs/promises';
import { compareRecordings } from '../src/states/replay/compare-recordings.ts';
import type { Print, SuiteResult } from './outcome.ts';

/**
 * Replays the executions of AWS Step Functions that are recorded in `file`, and compares the histories. Throws
 * if the file holds no recordings.
 */
export async function runRecordedExecutions(file: string, print: Print): Promise<SuiteResult> {
  print(`ASL: replaying the recorded executions in ${file} …`);
  const compared = await compareRecordings(await readFile(file, 'utf8'));
  if (compared.length === 0) throw new Error(`${file} contains no recording.`);
  return {
    outcomes: compared.map(({ id, differences: [first, ...more] }) =>
      first === undefined
        ? { name: id, state: 'agrees' }
        : {
            name: id,
            state: 'differs',
            why: more.length === 0 ? first : `${first} (and ${more.length} more)`,
          },
    ),
  };
}
