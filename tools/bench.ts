import { parseArguments, USAGE } from './bench/arguments.ts';
import { BENCHES } from './bench/benches.ts';
import { publish } from './bench/publish.ts';
import { runBenches } from './bench/run-benches.ts';
import { runCommand, UsageError } from './cloud/run-command.ts';
import { rejectOnStop } from './cloud/stop-signal.ts';

/**
 * `npm run bench -- [NAME…] [--small] [--runs N] [--page]`: measures, prints a table for each bench, and writes
 * tools/bench/results.json, docs/performance.md and its plots. `--small` checks that every bench works and writes
 * nothing, because its figures mean nothing. `--page` measures nothing and writes the page again. Exits with 1 if
 * a bench failed and with 2 for wrong arguments.
 */
await runCommand(USAGE, async (stop) => {
  const asked = parseArguments(
    process.argv.slice(2),
    BENCHES.map(({ name }) => name),
  );
  if ('mistake' in asked) throw new UsageError(asked.mistake);
  if (asked.page) {
    await publish({});
    return 0;
  }
  const { measured, failed } = await Promise.race([runBenches(asked), rejectOnStop(stop)]);
  if (!asked.small && Object.keys(measured).length > 0) await publish(measured);
  // A bench that failed may have left something open.
  process.exit(failed === 0 ? 0 : 1);
});
