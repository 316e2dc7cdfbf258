import { mkdtempSync, rmSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startCloud } from '@reelgate/local-cloud';
import { ACCOUNTS } from './cloud/accounts.ts';
import { ROOT } from './cloud/folders.ts';
import { hostedFrom } from './cloud/hosted.ts';
import { synthesize } from './cloud/synthesize.ts';
import { demoReport } from './demo/demo-report.ts';
import { type DemoResult, exitCode } from './demo/demo-result.ts';
import { runDemo } from './demo/run-demo.ts';
import { makeSampleVideo } from './sample-video/make-sample-video.ts';

const USAGE = 'Usage: npm run demo [-- [--file PATH] [--json]]';

async function main(): Promise<number> {
  const { file, json } = readArguments();
  if (file !== undefined) await requireFile(file);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new Error('Stopped.')));
  process.once('SIGTERM', () => stop.abort(new Error('Stopped.')));
  // With --json standard output holds the result alone; everything else is for the eyes.
  const report = demoReport(json ? process.stderr : process.stdout);
  const folder = mkdtempSync(join(tmpdir(), 'reelgate-demo-'));
  try {
    const path = file ?? (await sample(folder, report.say));
    report.say('Synthesizing the stacks …');
    const assemblyDir = await synthesize(ROOT);
    stop.signal.throwIfAborted();
    report.say('Starting the local cloud …');
    const cloud = await startCloud({
      assemblyDir,
      dataDir: join(folder, 'cloud'),
      seeds: ACCOUNTS,
    });
    let result: DemoResult;
    try {
      const hosted = hostedFrom(cloud.outputs, cloud.endpoints, cloud.operator);
      result = await runDemo(hosted, path, report, stop.signal);
    } finally {
      await cloud.close();
    }
    report.summary(result);
    if (json) console.log(JSON.stringify(result));
    return exitCode(result.status);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readArguments(): { file: string | undefined; json: boolean } {
  try {
    const { values } = parseArgs({
      options: { file: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    return {
      file: values.file === undefined ? undefined : resolve(values.file),
      json: values.json,
    };
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new Error(`--file needs a file; there is none at ${path}.`);
}

async function sample(folder: string, say: (line: string) => void): Promise<string> {
  say('Making a sample video …');
  const path = join(folder, 'sample.mp4');
  await makeSampleVideo({ out: path });
  return path;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
