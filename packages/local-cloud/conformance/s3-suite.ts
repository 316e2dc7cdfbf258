import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJunit } from './junit.ts';
import type { Outcome, Print, SuiteResult } from './outcome.ts';
import { runPytest } from './pytest.ts';
import { findPython, pythonsFor } from './python.ts';
import { startS3Server } from './s3-server.ts';
import { credentialsArgument, suiteConfig } from './suite-config.ts';
import { S3_SUITE_FILE } from './suite-file.ts';
import { definedIn, readNames } from './test-names.ts';

/** 63 tests take half a minute; the limit ends a client that hangs. */
const MAX_SUITE_MS = 20 * 60_000;

export interface S3SuiteRun {
  /** File with the names of the tests, one a line. */
  readonly names: string;
  /** Folder of a checkout of ceph/s3-tests. */
  readonly suite: string;
  /** `PYTHON` names the interpreter; default: the virtual environment of the suite, then `python3`. */
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly print: Print;
  /** Called after each test. */
  readonly progress: (done: number, total: number) => void;
}

/**
 * Runs the named tests of ceph/s3-tests with boto3 against a local S3 that is started for this run. The result
 * says what is missing if there is no Python with all modules. Throws if pytest gives no result.
 */
export async function runS3Suite(run: S3SuiteRun): Promise<SuiteResult> {
  const source = join(run.suite, S3_SUITE_FILE);
  const names = readNames(await readFile(run.names, 'utf8'));
  const defined = definedIn(await readFile(source, 'utf8'), names);
  const python = await findPython(run.suite, pythonsFor(run.suite, run.env));
  if ('missing' in python) return python;
  run.print(
    `S3: ${defined.size} tests of ${run.suite} with boto3 ${python.boto3} (${python.command}) …`,
  );
  const reported =
    defined.size === 0
      ? new Map<string, Outcome>()
      : await inFolder(run, [...defined], python.command);
  return {
    outcomes: names.map(
      (name): Outcome =>
        reported.get(name) ??
        (defined.has(name)
          ? { name, state: 'differs', why: 'pytest did not report it' }
          : { name, state: 'did not run', why: 'the checkout does not define this test' }),
    ),
  };
}

async function inFolder(run: S3SuiteRun, tests: readonly string[], python: string) {
  const folder = await mkdtemp(join(tmpdir(), 'local-cloud-conformance-'));
  try {
    const server = await startS3Server(join(folder, 'data'), credentialsArgument());
    try {
      const config = join(folder, 's3tests.conf');
      const report = join(folder, 'report.xml');
      await writeFile(config, suiteConfig(server.port));
      await runPytest({
        python,
        cwd: run.suite,
        tests: tests.map((name) => `${S3_SUITE_FILE}::${name}`),
        report,
        env: {
          S3TEST_CONF: config,
          AWS_DEFAULT_REGION: 'us-east-1',
          // The user's own AWS profile must have no effect, and there is no instance metadata.
          AWS_CONFIG_FILE: join(folder, 'none'),
          AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
          AWS_EC2_METADATA_DISABLED: 'true',
          NO_PROXY: '127.0.0.1',
          no_proxy: '127.0.0.1',
        },
        signal: AbortSignal.any([run.signal, AbortSignal.timeout(MAX_SUITE_MS)]),
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
