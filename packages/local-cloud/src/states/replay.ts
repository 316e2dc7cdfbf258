import { readFile } from 'node:fs/promises';
import { argv, exit, stderr, stdout } from 'node:process';
import { type JsonObject, stringifyJson } from './language/json.ts';
import { readRecordings } from './replay/recording.ts';
import { replayCase } from './replay/replay-case.ts';

/**
 * Replays a file of `{id, definition, input, taskResults}` and prints the histories as JSON. A case that
 * cannot run is printed with no events; why goes to standard error, and the exit code is 1.
 */
const [file] = argv.slice(2);
if (file === undefined) {
  stderr.write('usage: npm run --silent states:replay -- FILE\n');
  exit(2);
}
const replayed: { id: string; events: readonly JsonObject[] }[] = [];
let failed = false;
for (const recorded of readRecordings(await readFile(file, 'utf8')))
  try {
    const { id, events, warning } = await replayCase(recorded);
    if (warning !== undefined) stderr.write(`${id}: ${warning}\n`);
    replayed.push({ id, events });
  } catch (error) {
    failed = true;
    stderr.write(`${recorded.id}: ${error instanceof Error ? error.message : String(error)}\n`);
    replayed.push({ id: recorded.id, events: [] });
  }
stdout.write(`${stringifyJson(replayed.map(({ id, events }) => ({ id, events })))}\n`);
process.exitCode = failed ? 1 : 0;
