/** Quotas of Standard workflows: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */

/** Bytes of UTF-8 that the input or output of a state, task or execution may have. */
export const PAYLOAD_BYTES = 262_144;
/** Bytes of all variables of one Assign, and so of one variable. */
export const VARIABLE_BYTES = 262_144;
/** Bytes of all variables that one execution holds. */
export const STORED_VARIABLES_BYTES = 10 * 1024 * 1024;
/** Events of one execution; the last one is the ExecutionFailed that says so. */
export const HISTORY_EVENTS = 25_000;
/** Seconds that a Wait, a timeout or a heartbeat may be, at most. */
export const MAX_SECONDS = 99_999_999;
/** Characters of a definition. */
export const DEFINITION_CHARACTERS = 1_048_576;
/** Characters of a state's name, an execution's name, a state machine's name and a variable's name. */
export const NAME_CHARACTERS = 80;

export function utf8Bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
