import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const TAIL_LINES = 8;

export interface PytestRun {
  readonly python: string;
  /** The suite's folder. */
  readonly cwd: string;
  readonly tests: readonly string[];
  /** Path of the JUnit report to write. */
  readonly report: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Called after each test with the number of finished tests. */
  readonly onTest: (done: number) => void;
}

/** Runs exactly the named tests. Throws with the last lines of output if pytest gives no result for them. */
export async function runPytest(run: PytestRun): Promise<void> {
  const child = spawn(
    run.python,
    [
      // Writes no files into the folder of the suite.
      ...['-B', '-m', 'pytest', '-p', 'no:cacheprovider', '--verbose', '--tb=line'],
      ...['--color=no', '--junitxml', run.report, ...run.tests],
    ],
    {
      cwd: run.cwd,
      env: {
        ...process.env,
        PYTHONUNBUFFERED: '1',
        // Installed plugins must not change the tests.
        PYTEST_DISABLE_PLUGIN_AUTOLOAD: '1',
        PYTEST_ADDOPTS: '',
        COLUMNS: '200',
        ...run.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: run.signal,
    },
  );
  const ended = once(child, 'close') as Promise<[number | null, string | null]>;
  // Awaited below, after the output; until then a failed start must not be an unhandled rejection.
  ended.catch(() => undefined);
  const tail: string[] = [];
  let done = 0;
  const read = async (stream: NodeJS.ReadableStream) => {
    for await (const line of createInterface({ input: stream })) {
      if (/ (PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS)\b.*\[ *\d+%\]$/.test(line))
        run.onTest(++done);
      if (line.trim() !== '') tail.push(line.trim());
      if (tail.length > TAIL_LINES) tail.shift();
    }
  };
  await Promise.all([read(child.stdout), read(child.stderr)]);
  run.signal.throwIfAborted();
  const [code, killedBy] = await ended;
  // 0: all passed, 1: some failed; any other code means no result. https://docs.pytest.org/en/stable/reference/exit-codes.html
  if (code === 0 || code === 1) return;
  throw new Error(`pytest ended with ${killedBy ?? `exit code ${code}`}:\n${tail.join('\n')}`);
}
