import { readFile } from 'node:fs/promises';
import { compareRecordings } from '@reelgate/local-cloud';
import type { Ran, Say } from './part.ts';

/** Replays the recorded executions of AWS Step Functions in `file`. Throws where it is no file of recordings. */
export async function runAsl(file: string, say: Say): Promise<Ran> {
  say(`ASL: replaying the recorded executions in ${file} …`);
  const compared = await compareRecordings(await readFile(file, 'utf8'));
  if (compared.length === 0) throw new Error(`There is no recording in ${file}.`);
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
