import { explainError } from './explain-error.ts';
import { Stopped, stopOnUncaughtError, stopSignal } from './stop-signal.ts';

/** Wrong arguments: the command prints the message with its usage and exits with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Runs a command and sets the process's exit code to its result: 2 for wrong arguments, 1 for any other error
 * (128 + n after signal n), each with one message on standard error. An error that nobody handles, for example of a
 * full disk in the background, asks the command to stop, so that no child process and no lock is left.
 *
 * @param usage printed for `--help` and after wrong arguments
 * @param main gets a signal that aborts when the process is asked to stop; it must close what it has opened
 */
export async function runCommand(
  usage: string,
  main: (stop: AbortSignal) => Promise<number>,
): Promise<void> {
  if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
    console.log(usage);
    return;
  }
  const uncaught = new AbortController();
  stopOnUncaughtError(uncaught, (error) => console.error(explainError(error)));
  const stop = AbortSignal.any([stopSignal(), uncaught.signal]);
  try {
    process.exitCode = await main(stop);
  } catch (error) {
    // The first error is the cause of all others, and was reported.
    process.exitCode = uncaught.signal.aborted ? 1 : report(error, usage);
  }
  if (uncaught.signal.aborted) process.exitCode = 1;
  // Nothing that is still open, such as a connection of an aborted request, may keep the process.
  if (stop.aborted) process.exit();
}

function report(error: unknown, usage: string): number {
  if (error instanceof Stopped) {
    console.error('Stopped.');
    return error.exitCode;
  }
  if (isUsageError(error)) {
    console.error(`${error.message}\n\n${usage}`);
    return 2;
  }
  console.error(explainError(error));
  return 1;
}

/** `parseArgs` throws errors with codes of its own: https://nodejs.org/api/errors.html */
function isUsageError(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('ERR_PARSE_ARGS_');
}
