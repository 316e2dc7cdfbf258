import { runtimeFailure, StateFailure } from '../language/failure.ts';
import { isArray, isObject, type Json, stringifyJson } from '../language/json.ts';
import type { Surroundings } from './determinism.ts';
import { INTRINSICS } from './intrinsic-functions.ts';
import {
  type IntrinsicCall,
  IntrinsicSyntaxError,
  looksIntrinsic,
  parseIntrinsic,
} from './intrinsic-syntax.ts';
import { type PathData, readPath } from './json-path.ts';

/** Evaluates a payload template: members whose names end with `.$` are paths or intrinsic functions. */
export function fillPayload(template: Json, data: PathData, surroundings: Surroundings): Json {
  if (isArray(template)) return template.map((item) => fillPayload(item, data, surroundings));
  if (!isObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) =>
      key.endsWith('.$')
        ? [key.slice(0, -2), readDynamic(value, key, data, surroundings)]
        : [key, fillPayload(value, data, surroundings)],
    ),
  );
}

/**
 * A path or an intrinsic function.
 * @throws StateFailure States.IntrinsicFailure, or States.Runtime for a path without a value
 */
export function readDynamic(
  value: Json,
  field: string,
  data: PathData,
  surroundings: Surroundings,
): Json {
  if (typeof value !== 'string')
    throw runtimeFailure(
      `The value of the field '${field}' must be a path or an intrinsic function.`,
    );
  if (looksIntrinsic(value)) return callIntrinsic(value, field, data, surroundings);
  const found = readPath(value, data);
  if (found === undefined)
    throw runtimeFailure(
      `The JSONPath '${value}' specified for the field '${field}' could not be found in the input '${stringifyJson(data.input)}'`,
    );
  return found;
}

function callIntrinsic(
  text: string,
  field: string,
  data: PathData,
  surroundings: Surroundings,
): Json {
  const run = (call: IntrinsicCall): Json => {
    const rule = INTRINSICS.get(call.name);
    if (rule === undefined) throw new RangeError(`The function ${call.name} does not exist.`);
    const values = call.arguments.map((argument) => {
      if (argument.kind === 'literal') return argument.value;
      if (argument.kind === 'call') return run(argument.call);
      return readDynamic(argument.path, field, data, surroundings);
    });
    if (values.length < rule.fewest || values.length > rule.most)
      throw new RangeError(`${call.name} does not take ${values.length} arguments.`);
    return rule.run(values, surroundings);
  };
  try {
    return run(parseIntrinsic(text));
  } catch (error) {
    if (
      error instanceof RangeError ||
      error instanceof TypeError ||
      error instanceof SyntaxError ||
      error instanceof IntrinsicSyntaxError
    )
      throw new StateFailure(
        'States.IntrinsicFailure',
        `The function '${text}' for the field '${field}' failed: ${error.message}`,
      );
    throw error;
  }
}
