import { parseArguments, USAGE } from './conformance/arguments.ts';
import type { Place } from './conformance/places.ts';
import { findPlaces } from './conformance/places.ts';
import { progressOn } from './conformance/progress.ts';
import { reportLines, scoreLine } from './conformance/report.ts';
import { runAsl } from './conformance/run-asl.ts';
import { runParts } from './conformance/run-parts.ts';
import { runS3 } from './conformance/run-s3.ts';
import { failed } from './conformance/score.ts';
import { ROOT } from './folders.ts';

/**
 * `npm run conformance`: holds the local cloud against recordings and suites that nobody here wrote. Ends with 0
 * if all that ran agrees, or differs as documented; with 1 if anything else differs; with 2 on a mistaken command line.
 */
async function main(): Promise<number> {
  const asked = parseArguments(process.argv.slice(2));
  if ('mistake' in asked) {
    console.error(`${asked.mistake}\n${USAGE}`);
    return 2;
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stop.abort(new Error('Stopped.')));
  }
  // With --json standard output holds the scores alone; everything else is for the eyes.
  const { say, progress } = progressOn(asked.json ? process.stderr : process.stdout);
  const { asl, s3Names, s3Tests } = findPlaces(asked, ROOT, process.env);
  const scores = await runParts(
    asked.parts,
    {
      asl: async () => ('path' in asl ? runAsl(asl.path, say) : { missing: [asl.missing] }),
      s3: async () =>
        'path' in s3Names && 'path' in s3Tests
          ? runS3({
              names: s3Names.path,
              suite: s3Tests.path,
              env: process.env,
              signal: stop.signal,
              say,
              progress: (done, total) => progress(`S3: ${done} of ${total} tests`, done === total),
            })
          : { missing: [s3Names, s3Tests].flatMap(missingOf) },
      permissions: async () => {
        const { runPermissions } = await import('./permissions/run-permissions.ts');
        return runPermissions(say);
      },
    },
    (score) => say(scoreLine(score)),
  );
  for (const line of reportLines(scores)) say(line);
  if (asked.json) console.log(JSON.stringify({ ok: !scores.some(failed), scores }, null, 2));
  return scores.some(failed) ? 1 : 0;
}

function missingOf(place: Place): string[] {
  return 'missing' in place ? [place.missing] : [];
}

process.exitCode = await main();
