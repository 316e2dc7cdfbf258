import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const TAIL_LINES = 8;

export interface PytestRun {
  readonly python: string;
  /** The suite's folder. */
  readonly cwd: string;
  readonly tests: readonly string[];
  /** Where the JUnit report goes. */
  readonly report: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Called after each test with the number of those that are done. */
  readonly onTest: (done: number) => void;
}

/** Runs exactly the named tests; answers when pytest has judged them all. Throws with its last lines when it has not. */
export async function runPytest(run: PytestRun): Promise<void> {
  const child = spawn(
    run.python,
    [
      // Nothing of ours is left in the suite's folder.
      ...['-B', '-m', 'pytest', '-p', 'no:cacheprovider', '--verbose', '--tb=line'],
      ...['--color=no', '--junitxml', run.report, ...run.tests],
    ],
    {
      cwd: run.cwd,
      env: {
        ...process.env,
        PYTHONUNBUFFERED: '1',
        // No plugin of the machine changes what is tested.
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
  // Awaited below, after the output; a failed start must not be an unhandled rejection until then.
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
  // 0: all passed, 1: some failed (docs.pytest.org, "Exit codes"); everything else is no verdict.
  if (code === 0 || code === 1) return;
  throw new Error(`pytest ended with ${killedBy ?? `exit code ${code}`}:\n${tail.join('\n')}`);
}
