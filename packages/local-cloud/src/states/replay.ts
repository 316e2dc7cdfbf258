import { readFile } from 'node:fs/promises';
import { argv, exit, stderr, stdout } from 'node:process';
import { stringifyJson } from './language/json.ts';
import { replayRecordings } from './replay/replay-recordings.ts';

/**
 * The command that replays a file of recordings and prints the histories as JSON. A case that cannot run is
 * printed with no events; the reason goes to standard error, and the exit code is 1.
 */
const [file] = argv.slice(2);
if (file === undefined) {
  stderr.write('Usage: npm run --silent states:replay -- FILE\n');
  exit(2);
}
const results = await replayRecordings(await readFile(file, 'utf8'));
for (const { id, warning, error } of results)
  for (const message of [warning, error])
    if (message !== undefined) stderr.write(`${id}: ${message}\n`);
stdout.write(`${stringifyJson(results.map(({ id, events }) => ({ id, events })))}\n`);
process.exitCode = results.some(({ error }) => error !== undefined) ? 1 : 0;
