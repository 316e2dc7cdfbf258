import '../preload/end-with-npm.cjs';

/** The exit code of a process that a signal ended: 128 and the signal's number. */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Why work was given up: the process was asked to stop. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
  readonly exitCode: number;

  constructor(signal: keyof typeof EXIT_CODES) {
    super(`Stopped by ${signal}.`);
    this.exitCode = EXIT_CODES[signal];
  }
}

/**
 * Aborts with `Stopped` when the process is asked to stop, by SIGINT, SIGTERM or SIGHUP, or when nobody reads its
 * output any more. Further signals have no effect: one Ctrl-C reaches a process twice, from the terminal and from
 * npm.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (signal: keyof typeof EXIT_CODES) => controller.abort(new Stopped(signal));
  for (const signal of Object.keys(EXIT_CODES) as (keyof typeof EXIT_CODES)[]) {
    process.on(signal, stop);
  }
  for (const output of [process.stdout, process.stderr]) {
    output.on('error', () => stop('SIGHUP'));
  }
  return controller.signal;
}

/** Reports the first error that nobody handles, a rejected promise too, and aborts. Later ones follow from it. */
export function stopOnUncaughtError(
  controller: AbortController,
  report: (error: unknown) => void,
): void {
  // Also raised for a rejection: https://nodejs.org/api/cli.html#--unhandled-rejectionsmode
  process.on('uncaughtException', (error) => {
    if (controller.signal.aborted) return;
    report(error);
    controller.abort(error);
  });
}

/** Resolves once the signal aborts. */
export function stopped(stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Rejects with the signal's reason once it aborts; for work that cannot be stopped, in `Promise.race`. */
export function rejectOnStop(stop: AbortSignal): Promise<never> {
  const rejected = stopped(stop).then((): never => {
    throw stop.reason;
  });
  // It may not be awaited at that moment.
  rejected.catch(() => undefined);
  return rejected;
}
