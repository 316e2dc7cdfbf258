/** Quotas of Standard workflows: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */

/** Maximum size of the input or output of a state, task or execution, in bytes of UTF-8. */
export const PAYLOAD_BYTES = 262_144;
/** Maximum size of all variables of one Assign, in bytes. */
export const VARIABLE_BYTES = 262_144;
/** Maximum size of all variables of one execution, in bytes. */
export const STORED_VARIABLES_BYTES = 10 * 1024 * 1024;
/** Maximum number of events of one execution; the last one is ExecutionFailed. */
export const HISTORY_EVENTS = 25_000;
/** Maximum of a Wait, a timeout or a heartbeat, in seconds. */
export const MAX_SECONDS = 99_999_999;
/** Maximum length of a definition, in characters. */
export const DEFINITION_CHARACTERS = 1_048_576;
/** Maximum length of the name of a state, execution, state machine or variable, in characters. */
export const NAME_CHARACTERS = 80;

export function utf8Bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
