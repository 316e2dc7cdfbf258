/** A failure of a state: the error name that Retry and Catch match, and its cause. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure';
  /** Undefined for a Fail state without Error. */
  readonly error: string | undefined;
  readonly reason: string | undefined;

  constructor(error: string | undefined, reason?: string) {
    super(`${error ?? 'no error name'}: ${reason ?? 'no cause'}`);
    this.error = error;
    this.reason = reason;
  }
}

/** The execution fails; no Retry or Catch applies. */
export function runtimeFailure(reason: string): StateFailure {
  return new StateFailure('States.Runtime', reason);
}

/** Errors that `States.ALL` does not match: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
const NOT_IN_ALL = new Set(['States.DataLimitExceeded', 'States.Runtime']);

/** `States.TaskFailed` does not match timeouts, because they are not failures of the task itself. */
const TIMEOUTS = new Set(['States.Timeout', 'States.HeartbeatTimeout']);

/** Whether a name of `ErrorEquals` matches `error`. */
export function matchesError(names: readonly string[], error: string | undefined): boolean {
  // "States.Runtime errors aren't retriable, and will always cause the execution to fail."
  if (error === 'States.Runtime') return false;
  return names.some((name) => {
    if (name === error) return true;
    if (error !== undefined && NOT_IN_ALL.has(error)) return false;
    if (name === 'States.ALL') return true;
    if (name === 'States.Timeout') return error === 'States.HeartbeatTimeout';
    return name === 'States.TaskFailed' && !(error !== undefined && TIMEOUTS.has(error));
  });
}
