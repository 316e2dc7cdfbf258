import type { Catcher, ResultFields, State, StateFields } from '../language/definition.ts';
import { runtimeFailure, StateFailure } from '../language/failure.ts';
import { isObject, type Json, type JsonObject, stringifyJson } from '../language/json.ts';
import { PAYLOAD_BYTES, utf8Bytes, VARIABLE_BYTES } from '../language/limits.ts';
import { type PathData, readPath } from '../query/json-path.ts';
import { fillPayload, readDynamic } from '../query/payload-template.ts';
import { placeResult } from '../query/result-path.ts';
import { fillAssign, fillFields } from './evaluation.ts';
import { contextObject, type Exit, type Visit } from './visit.ts';

/** The data that paths of a state refer to; `input` is `$`. */
export function pathData(visit: Visit, input: Json, context = contextObject(visit)): PathData {
  return {
    input,
    context,
    variable: (name) => visit.sequence.progress.scope.get(name),
  };
}

/** The value of a path field. null means an empty object; a path without a value fails the execution. */
export function selectPath(
  visit: Visit,
  field: string,
  path: string | null | undefined,
  input: Json,
): Json {
  if (path === undefined) return input;
  if (path === null) return {};
  return readDynamic(path, field, pathData(visit, input), visit.machine.surroundings);
}

/** The effective input of a state: Arguments (JSONata), or InputPath and then Parameters (JSONPath). */
export async function stateArguments(visit: Visit<State & ResultFields>): Promise<Json> {
  const { state, input } = visit;
  if (visit.language === 'JSONata') {
    if (state.Arguments === undefined) return input;
    return limited(visit, await fillFields(visit, state.Arguments, 'Arguments'));
  }
  const selected = selectPath(visit, 'InputPath', state.InputPath, input);
  if (state.Parameters === undefined) return selected;
  const data = pathData(visit, selected);
  return limited(visit, fillPayload(state.Parameters, data, visit.machine.surroundings));
}

/** The exit of a state with a result: Task, Parallel, Map, Pass. */
export async function exitWithResult(
  visit: Visit<State & ResultFields>,
  result: Json,
): Promise<Exit> {
  const { state, input } = visit;
  if (visit.language === 'JSONata') return exitByOutput(visit, state, '', { result });
  const { surroundings } = visit.machine;
  const selected =
    state.ResultSelector === undefined
      ? result
      : fillPayload(state.ResultSelector, pathData(visit, result), surroundings);
  const assigned = assignByPaths(visit, state.Assign, selected);
  const placed =
    state.ResultPath === null ? input : placeResult(state.ResultPath ?? '$', input, selected);
  const output = selectPath(visit, 'OutputPath', state.OutputPath, placed);
  return exit(visit, output, assigned, state.Next);
}

/** The exit of a state without a result: Choice, Wait, Succeed, and Pass in JSONata. */
export async function exitWithInput(visit: Visit, selected: Json): Promise<Exit> {
  const { state } = visit;
  if (visit.language === 'JSONata') return exitByOutput(visit, state, '', {});
  const assigned = assignByPaths(visit, state.Assign, selected);
  const output = selectPath(visit, 'OutputPath', state.OutputPath, selected);
  return exit(visit, output, assigned, state.Next);
}

/** Evaluates Assign and Output of a state, a choice rule or a catcher, in JSONata; `prefix` is their place. */
export async function exitByOutput(
  visit: Visit,
  fields: Pick<StateFields, 'Assign' | 'Output' | 'Next'>,
  prefix: string,
  extras: { readonly result?: Json; readonly errorOutput?: Json },
): Promise<Exit> {
  const assigned = await fillAssign(visit, fields.Assign, `${prefix}Assign`, extras);
  const output =
    fields.Output === undefined
      ? (extras.errorOutput ?? extras.result ?? visit.input)
      : await fillFields(visit, fields.Output, `${prefix}Output`, extras);
  return exit(visit, output, assigned, fields.Next);
}

/** The exit of a state by one of its catchers. */
export async function exitByCatch(
  visit: Visit,
  catcher: Catcher,
  index: number,
  errorOutput: JsonObject,
): Promise<Exit> {
  if (visit.language === 'JSONata')
    return exitByOutput(visit, catcher, `Catch[${index}]/`, { errorOutput });
  const assigned = assignByPaths(visit, catcher.Assign, errorOutput);
  const output =
    catcher.ResultPath === null
      ? visit.input
      : placeResult(catcher.ResultPath ?? '$', visit.input, errorOutput);
  return exit(visit, output, assigned, catcher.Next);
}

export function assignByPaths(
  visit: Visit,
  assign: JsonObject | undefined,
  input: Json,
): JsonObject | undefined {
  if (assign === undefined) return undefined;
  const filled = fillPayload(assign, pathData(visit, input), visit.machine.surroundings);
  return isObject(filled) ? filled : undefined;
}

/** Creates the exit. Throws States.DataLimitExceeded if the output or the variables are too large. */
export function exit(
  visit: Visit,
  output: Json,
  assigned: JsonObject | undefined,
  next: string | undefined,
): Exit {
  if (assigned !== undefined && utf8Bytes(stringifyJson(assigned)) > VARIABLE_BYTES)
    throw new StateFailure(
      'States.DataLimitExceeded',
      `The variables that the state '${visit.name}' assigns exceed ${VARIABLE_BYTES} bytes.`,
    );
  return { output: limited(visit, output), assigned, next };
}

/** @throws StateFailure States.DataLimitExceeded */
export function limited(visit: Visit, payload: Json): Json {
  if (utf8Bytes(stringifyJson(payload)) <= PAYLOAD_BYTES) return payload;
  throw new StateFailure(
    'States.DataLimitExceeded',
    `The state/task '${visit.name}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}

/** The value of a reference path field such as SecondsPath. Throws if there is none. */
export function requiredPath(visit: Visit, field: string, path: string, input: Json): Json {
  const value = readPath(path, pathData(visit, input));
  if (value !== undefined) return value;
  throw runtimeFailure(`The ${field} parameter does not reference an input value: ${path}`);
}
