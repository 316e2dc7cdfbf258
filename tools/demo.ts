import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ACCOUNTS } from './cloud/accounts.ts';
import { ROOT } from './cloud/folders.ts';
import { hostedFrom } from './cloud/hosted.ts';
import { openCloud } from './cloud/open-cloud.ts';
import { runCommand, UsageError } from './cloud/run-command.ts';
import { stepsOn } from './cloud/steps.ts';
import { synthesize } from './cloud/synthesize.ts';
import { temporaryFolder } from './cloud/temporary-folder.ts';
import { demoReport } from './demo/demo-report.ts';
import { type DemoResult, exitCode } from './demo/demo-result.ts';
import { runDemo } from './demo/run-demo.ts';
import { makeSampleVideo } from './sample-video/make-sample-video.ts';

const USAGE = `Usage: npm run demo [-- [--file PATH] [--json]]

Starts the local cloud, uploads a video, waits until it is ready, plays the result, and removes everything again.

  --file PATH  uploads this file instead of a sample video
  --json       prints one JSON object on standard output and everything else on standard error

Exits with 0 if the video is ready, 3 if it was rejected, 2 for wrong arguments and 1 for anything else.`;

await runCommand(USAGE, async (stop) => {
  const { values } = parseArgs({
    options: { file: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  if (values.file !== undefined) await requireFile(values.file);
  const out = values.json ? process.stderr : process.stdout;
  const { step } = stepsOn(out);
  const report = demoReport(out);
  const folder = temporaryFolder('demo');
  try {
    const path = values.file
      ? resolve(values.file)
      : await step('Making a sample video', () => sampleIn(folder.path));
    const assemblyDir = await step('Synthesizing the CDK app', () => synthesize(ROOT, { stop }));
    const dataDir = join(folder.path, 'cloud');
    const cloud = await step('Starting the local cloud', () =>
      openCloud({ assemblyDir, dataDir, seeds: ACCOUNTS }, stop),
    );
    let result: DemoResult;
    try {
      const hosted = hostedFrom(cloud.outputs, cloud.endpoints, cloud.operator);
      result = await runDemo(hosted, path, report, stop);
    } finally {
      await cloud.close();
    }
    report.summary(result);
    if (values.json) console.log(JSON.stringify(result));
    return exitCode(result.status);
  } finally {
    folder.remove();
  }
});

async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new UsageError(`--file is "${path}"; there is no such file.`);
  if (!found.isFile()) throw new UsageError(`--file is "${path}", which is not a file.`);
}

async function sampleIn(folder: string): Promise<string> {
  const out = join(folder, 'sample.mp4');
  await makeSampleVideo({ out });
  return out;
}
