import { randomInt } from 'node:crypto';
import {
  runDynamoDbSuite,
  runRecordedExecutions,
  runS3Suite,
} from '@reelgate/local-cloud/conformance';
import { ROOT } from './cloud/folders.ts';
import { runCommand, UsageError } from './cloud/run-command.ts';
import { rejectOnStop } from './cloud/stop-signal.ts';
import { parseArguments, USAGE } from './conformance/arguments.ts';
import { runMedia } from './conformance/media/run-media.ts';
import { findPlaces, type Place } from './conformance/places.ts';
import { progressOn } from './conformance/progress.ts';
import { reportLines, scoreLine } from './conformance/report.ts';
import { runParts } from './conformance/run-parts.ts';
import { failed } from './conformance/score.ts';

/**
 * `npm run conformance`: compares the local cloud with recordings of AWS and public suites for S3 and DynamoDB, the granted
 * permissions with those that are used, and the media inspection of damaged files with its budgets. Exits with 0 if
 * everything that ran agrees or differs as documented, with 1 for other differences, and with 2 for wrong arguments.
 */
await runCommand(USAGE, async (stop) => {
  const asked = parseArguments(process.argv.slice(2));
  if ('mistake' in asked) throw new UsageError(asked.mistake);
  // With --json standard output has only the scores; everything else goes to standard error.
  const { say, progress } = progressOn(asked.json ? process.stderr : process.stdout);
  const { asl, s3Names, s3Tests, dynamodbSuite } = findPlaces(asked, ROOT, process.env);
  const stopped = rejectOnStop(stop);
  const runners = {
    asl: async () =>
      'path' in asl ? runRecordedExecutions(asl.path, say) : { missing: [asl.missing] },
    s3: async () =>
      'path' in s3Names && 'path' in s3Tests
        ? runS3Suite({
            names: s3Names.path,
            suite: s3Tests.path,
            env: process.env,
            signal: stop,
            print: say,
            progress: (done, total) => progress(`S3: ${done} of ${total} tests`),
          })
        : { missing: [s3Names, s3Tests].flatMap(missingOf) },
    dynamodb: async () =>
      'path' in dynamodbSuite
        ? runDynamoDbSuite({ suite: dynamodbSuite.path, signal: stop, print: say })
        : { missing: [dynamodbSuite.missing] },
    permissions: async () => {
      const { runPermissions } = await import('./permissions/run-permissions.ts');
      say('Permissions: running everything that the pipeline can do …');
      return Promise.race([runPermissions(progress, say), stopped]);
    },
    media: () =>
      runMedia({
        order: { ...asked.media, seed: asked.media.seed ?? randomInt(2 ** 32) },
        signal: stop,
        say,
        progress,
      }),
  };
  const scores = await runParts(asked.parts, runners, (score) => say(scoreLine(score)), { stop });
  for (const line of reportLines(scores)) say(line);
  if (asked.json) console.log(JSON.stringify({ ok: !scores.some(failed), scores }, null, 2));
  return scores.some(failed) ? 1 : 0;
});

function missingOf(place: Place): string[] {
  return 'missing' in place ? [place.missing] : [];
}
