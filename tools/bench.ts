import { parseArguments, USAGE } from './bench/arguments.ts';
import { BENCHES } from './bench/benches.ts';
import { publish } from './bench/publish.ts';
import { runBenches } from './bench/run-benches.ts';

/**
 * `npm run bench -- [NAME…] [--small] [--runs N] [--page]`: measures, prints a table for each bench, and writes
 * tools/bench/results.json, docs/performance.md and its plots. `--small` checks that every bench works and writes
 * nothing, because its figures mean nothing. `--page` measures nothing and writes the page again. Exits with 1 if
 * a bench failed and with 2 for wrong arguments.
 */
const parsed = parseArguments(
  process.argv.slice(2),
  BENCHES.map(({ name }) => name),
);
if ('mistake' in parsed) {
  console.error(`${parsed.mistake}\n${USAGE}`);
  process.exitCode = 2;
} else if (parsed.page) {
  await publish({});
} else {
  const { measured, failed } = await runBenches(parsed);
  if (!parsed.small && Object.keys(measured).length > 0) await publish(measured);
  process.exit(failed === 0 ? 0 : 1);
}
