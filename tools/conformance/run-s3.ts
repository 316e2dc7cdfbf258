import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJunit } from './junit.ts';
import { definedIn, readNames } from './names.ts';
import type { Outcome, Ran, Say } from './part.ts';
import { SUITE_FILE } from './places.ts';
import { runPytest } from './pytest.ts';
import { findPython, pythonsFor } from './python.ts';
import { startS3Server } from './s3-server.ts';
import { credentialsArgument, suiteConfig } from './suite-config.ts';

/** The 63 tests that the project names take half a minute; a client that hangs must not hold a build. */
const SUITE_MS = 20 * 60_000;

export interface S3Run {
  /** The file with the tests' names. */
  readonly names: string;
  /** The checkout of ceph/s3-tests. */
  readonly suite: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly say: Say;
  readonly progress: (done: number, total: number) => void;
}

/** Runs the named tests of ceph/s3-tests with boto3 against `packages/local-cloud/src/s3/main.ts`, started for them alone. */
export async function runS3(run: S3Run): Promise<Ran> {
  const source = join(run.suite, SUITE_FILE);
  const names = readNames(await readFile(run.names, 'utf8'));
  const there = definedIn(await readFile(source, 'utf8'), names);
  const python = await findPython(run.suite, pythonsFor(run.suite, run.env));
  if ('missing' in python) return python;
  run.say(
    `S3: ${there.size} tests of ${run.suite} with boto3 ${python.boto3} (${python.command}) …`,
  );
  const reported =
    there.size === 0 ? new Map<string, Outcome>() : await inFolder(run, [...there], python.command);
  return {
    outcomes: names.map(
      (name): Outcome =>
        reported.get(name) ??
        (there.has(name)
          ? { name, state: 'differs', why: 'pytest did not report it' }
          : { name, state: 'did not run', why: 'this checkout has no such test' }),
    ),
  };
}

async function inFolder(run: S3Run, tests: readonly string[], python: string) {
  const folder = await mkdtemp(join(tmpdir(), 'reelgate-conformance-'));
  try {
    const server = await startS3Server(join(folder, 'data'), credentialsArgument());
    try {
      const config = join(folder, 's3tests.conf');
      const report = join(folder, 'report.xml');
      await writeFile(config, suiteConfig(server.port));
      await runPytest({
        python,
        cwd: run.suite,
        tests: tests.map((name) => `${SUITE_FILE}::${name}`),
        report,
        env: {
          S3TEST_CONF: config,
          AWS_DEFAULT_REGION: 'us-east-1',
          // A profile of the machine's owner must have no say, and there is no instance to ask.
          AWS_CONFIG_FILE: join(folder, 'none'),
          AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
          AWS_EC2_METADATA_DISABLED: 'true',
          NO_PROXY: '127.0.0.1',
          no_proxy: '127.0.0.1',
        },
        signal: AbortSignal.any([run.signal, AbortSignal.timeout(SUITE_MS)]),
        onTest: (done) => run.progress(done, tests.length),
      });
      return readJunit(await readFile(report, 'utf8'));
    } finally {
      await server.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
