import { EXIT, type ExitCode } from './exit-code.ts';

/** What ends the command from outside: Ctrl-C or SIGTERM. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** The exit code that belongs to it. */
  readonly exit: ExitCode;
}

/** What of a process is listened to. */
export interface Signals {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

/**
 * The first signal stops cleanly; the second one, for whoever cannot wait, calls `giveUp`.
 *
 * @param giveUp ends the process with that code at once
 */
export function interruption(signals: Signals, giveUp: (exit: ExitCode) => void): Interruption {
  const stop = new AbortController();
  let exit: ExitCode = EXIT.interrupted;
  const listen = (name: 'SIGINT' | 'SIGTERM', code: ExitCode) =>
    signals.on(name, () => {
      if (stop.signal.aborted) {
        giveUp(code);
        return;
      }
      exit = code;
      stop.abort();
    });
  listen('SIGINT', EXIT.interrupted);
  listen('SIGTERM', EXIT.terminated);
  return {
    signal: stop.signal,
    get exit() {
      return exit;
    },
  };
}
