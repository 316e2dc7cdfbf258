import type { HistoryEvent } from '../language/history.ts';
import {
  isArray,
  isObject,
  type Json,
  type JsonObject,
  mapValues,
  parseJson,
  stringifyJson,
} from '../language/json.ts';

/** One recorded execution: definition, input and the results of its tasks, in order. */
export interface RecordedCase {
  readonly id: string;
  readonly definition: Json;
  readonly input: Json;
  readonly taskResults: readonly TaskResult[];
  /** The history, if it was recorded. */
  readonly events: readonly JsonObject[] | undefined;
}

export type TaskResult =
  | { readonly output: Json }
  | { readonly error: string | undefined; readonly cause: string | undefined };

/** Reads the text of a file of recordings. Throws TypeError with the place of a mistake. */
export function readRecordings(text: string): RecordedCase[] {
  const cases = parseJson(text);
  if (!isArray(cases)) throw new TypeError('Recordings are a JSON array of cases.');
  return cases.map(readCase);
}

function readCase(value: Json, index: number): RecordedCase {
  if (!isObject(value) || typeof value.id !== 'string' || value.definition === undefined)
    throw new TypeError(`Case ${index} must be an object with id and definition.`);
  const { id, definition, input = {}, taskResults = [], events } = value;
  if (!isArray(taskResults)) throw new TypeError(`Case ${id}: taskResults must be an array.`);
  return {
    id,
    definition: typeof definition === 'string' ? parseJson(definition) : definition,
    input,
    taskResults: taskResults.map((result, at) => readResult(result, `${id}: taskResults[${at}]`)),
    events: isArray(events) ? events.filter(isObject) : undefined,
  };
}

function readResult(value: Json, place: string): TaskResult {
  if (!isObject(value)) throw new TypeError(`${place} must be an object with output or error.`);
  if (value.output !== undefined) return { output: payload(value.output) };
  const { error, cause } = value;
  return {
    error: typeof error === 'string' ? error : undefined,
    cause: cause === undefined || typeof cause === 'string' ? cause : stringifyJson(cause),
  };
}

/** Objects are recorded parsed, all other payloads as JSON text. */
function payload(value: Json): Json {
  if (typeof value !== 'string') return value;
  try {
    return parseJson(value);
  } catch (error) {
    if (error instanceof SyntaxError) return value;
    throw error;
  }
}

const KEPT = ['name', 'error', 'state', 'location', 'resource', 'resourceType'];
const PAYLOADS = ['input', 'output'];

/**
 * An event in the form of the recordings. Undefined for ParallelStateSucceeded, which the API returns and the
 * recordings do not have, because the recorder's sorting drops it.
 */
export function recordedForm({ type, details = {} }: HistoryEvent): JsonObject | undefined {
  if (type === 'ParallelStateSucceeded') return undefined;
  const { assignedVariables } = details;
  return {
    type,
    ...pick(details, KEPT, (value) => value),
    ...pick(details, PAYLOADS, recordedPayload),
    ...(isObject(assignedVariables)
      ? { assignedVariables: mapValues(assignedVariables, recordedPayload) }
      : {}),
  };
}

function pick(details: JsonObject, names: readonly string[], change: (value: Json) => Json) {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = details[name];
      return value === undefined ? [] : [[name, change(value)]];
    }),
  );
}

function recordedPayload(text: Json): Json {
  const value = typeof text === 'string' ? parseJson(text) : text;
  return isObject(value) ? value : text;
}
