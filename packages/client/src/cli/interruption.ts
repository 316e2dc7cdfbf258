import { EXIT, type ExitCode } from './exit-code.ts';

/** Ctrl-C or SIGTERM. */
export interface Interruption {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** The exit code for the signal that came. */
  readonly exit: ExitCode;
}

/** The part of a process that is used here. */
export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

/**
 * The first signal stops the command in an orderly way. The second one calls `exitNow`.
 *
 * @param exitNow ends the process at once with this code
 */
export function interruption(
  signals: SignalSource,
  exitNow: (exit: ExitCode) => void,
): Interruption {
  const controller = new AbortController();
  let exit: ExitCode = EXIT.interrupted;
  const listen = (name: 'SIGINT' | 'SIGTERM', code: ExitCode) =>
    signals.on(name, () => {
      if (controller.signal.aborted) {
        exitNow(code);
        return;
      }
      exit = code;
      controller.abort();
    });
  listen('SIGINT', EXIT.interrupted);
  listen('SIGTERM', EXIT.terminated);
  return {
    signal: controller.signal,
    get exit() {
      return exit;
    },
  };
}
