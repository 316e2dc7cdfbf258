import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDynamoDbServer } from '../src/dynamodb/engine/http-server.ts';
import { createDynamoDbEngine } from '../src/dynamodb/engine/index.ts';
import { systemClock } from '../src/shared/clock.ts';
import type { Outcome, Print, SuiteResult } from './outcome.ts';
import { readVitest, tierLines } from './vitest-report.ts';

/** A file that every checkout of nubo-db/dynamodb-conformance has. */
export const DYNAMODB_SUITE_FILE = 'tests/tier1/getItem/basic.test.ts';

/** The suite takes about ten seconds; the limit ends a client that hangs. */
const MAX_SUITE_MS = 10 * 60_000;

export interface DynamoDbSuiteRun {
  /** Folder of a checkout of nubo-db/dynamodb-conformance, with its dependencies installed. */
  readonly suite: string;
  readonly signal: AbortSignal;
  readonly print: Print;
}

/**
 * Runs nubo-db/dynamodb-conformance against the engine, which is served over HTTP for this run. The result says
 * what is missing if the dependencies of the suite are not installed. Throws if vitest gives no result.
 */
export async function runDynamoDbSuite(run: DynamoDbSuiteRun): Promise<SuiteResult> {
  const vitest = join(run.suite, 'node_modules/vitest/vitest.mjs');
  if (!existsSync(vitest)) {
    return { missing: [`The dependencies of ${run.suite} are not installed: run npm ci there.`] };
  }
  run.print(`DynamoDB: the tests of ${run.suite} …`);
  const folder = await mkdtemp(join(tmpdir(), 'local-cloud-conformance-'));
  const engine = createDynamoDbEngine({ folder: join(folder, 'data'), clock: systemClock });
  const server = createDynamoDbServer(engine, randomUUID);
  try {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const report = join(folder, 'report.json');
    const output = await runVitest(run, vitest, report, port);
    if (!existsSync(report)) throw new Error(`vitest wrote no report:\n${output}`);
    const outcomes: Outcome[] = readVitest(await readFile(report, 'utf8'), run.suite);
    for (const line of tierLines(outcomes)) run.print(`DynamoDB: ${line}`);
    return { outcomes };
  } finally {
    server.closeAllConnections();
    server.close();
    engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Resolves with the last part of the output. */
async function runVitest(
  { suite, signal }: DynamoDbSuiteRun,
  vitest: string,
  report: string,
  port: number,
): Promise<string> {
  const child = spawn(
    process.execPath,
    [vitest, 'run', '--reporter=json', `--outputFile=${report}`],
    {
      cwd: suite,
      env: { ...process.env, DYNAMODB_ENDPOINT: `http://127.0.0.1:${port}`, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: AbortSignal.any([signal, AbortSignal.timeout(MAX_SUITE_MS)]),
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-2_000);
    });
  }
  await once(child, 'close');
  return output.trim();
}
