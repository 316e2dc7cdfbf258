import { randomInt } from 'node:crypto';
import { runRecordedExecutions, runS3Suite } from '@reelgate/local-cloud/conformance';
import { ROOT } from './cloud/folders.ts';
import { parseArguments, USAGE } from './conformance/arguments.ts';
import { runMedia } from './conformance/media/run-media.ts';
import type { Place } from './conformance/places.ts';
import { findPlaces } from './conformance/places.ts';
import { progressOn } from './conformance/progress.ts';
import { reportLines, scoreLine } from './conformance/report.ts';
import { runParts } from './conformance/run-parts.ts';
import { failed } from './conformance/score.ts';

/**
 * `npm run conformance`: holds the local cloud against recordings and suites that nobody here wrote, the grants
 * against what is called, and the inspector of media against damaged files. Ends with 0
 * if all that ran agrees, or differs as documented; with 1 if anything else differs; with 2 on a mistaken command line.
 */
async function main(): Promise<number> {
  const asked = parseArguments(process.argv.slice(2));
  if ('mistake' in asked) {
    console.error(`${asked.mistake}\n${USAGE}`);
    return 2;
  }
  // With --json standard output holds the scores alone; everything else is for the eyes.
  const { say, progress } = progressOn(asked.json ? process.stderr : process.stdout);
  const { asl, s3Names, s3Tests } = findPlaces(asked, ROOT, process.env);
  const scores = await runParts(
    asked.parts,
    {
      asl: async () =>
        'path' in asl ? runRecordedExecutions(asl.path, say) : { missing: [asl.missing] },
      s3: async () =>
        'path' in s3Names && 'path' in s3Tests
          ? stoppable((signal) =>
              runS3Suite({
                names: s3Names.path,
                suite: s3Tests.path,
                env: process.env,
                signal,
                print: say,
                progress: (done, total) => progress(`S3: ${done} of ${total} tests`),
              }),
            )
          : { missing: [s3Names, s3Tests].flatMap(missingOf) },
      permissions: async () => {
        const { runPermissions } = await import('./permissions/run-permissions.ts');
        say('Permissions: walking everything that the pipeline does …');
        return runPermissions(progress);
      },
      media: () =>
        stoppable((signal) =>
          runMedia({
            order: { ...asked.media, seed: asked.media.seed ?? randomInt(2 ** 32) },
            signal,
            say,
            progress,
          }),
        ),
    },
    (score) => say(scoreLine(score)),
  );
  for (const line of reportLines(scores)) say(line);
  if (asked.json) console.log(JSON.stringify({ ok: !scores.some(failed), scores }, null, 2));
  return scores.some(failed) ? 1 : 0;
}

/** Ctrl-C ends what `run` has started, and then the command: the parts after it do not begin. */
async function stoppable<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const stopped = () => stop.abort();
  process.once('SIGINT', stopped).once('SIGTERM', stopped);
  try {
    return await run(stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    console.error('Stopped.');
    process.exit(130);
  } finally {
    process.off('SIGINT', stopped).off('SIGTERM', stopped);
  }
}

function missingOf(place: Place): string[] {
  return 'missing' in place ? [place.missing] : [];
}

process.exitCode = await main();
