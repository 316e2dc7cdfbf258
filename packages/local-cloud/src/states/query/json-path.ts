import { JSONPath, type JSONPathOptions } from 'jsonpath-plus';
import { runtimeFailure } from '../language/failure.ts';
import { isArray, isObject, type Json, plain } from '../language/json.ts';
import { type ParsedPath, PathSyntaxError, parsePath } from './path-syntax.ts';

/** The data that a path refers to. */
export interface PathData {
  readonly input: Json;
  readonly context: Json;
  variable(name: string): Json | undefined;
}

/**
 * The value at a path; undefined if a definite path has no value. A path that can match several places
 * returns a list.
 * @throws StateFailure States.Runtime for an invalid path or a variable that does not exist
 */
export function readPath(path: string, data: PathData): Json | undefined {
  const parsed = parse(path);
  const root = rootOf(parsed, path, data);
  if (parsed.definite) return follow(root, parsed);
  try {
    const options: JSONPathOptions = {
      path: parsed.rest,
      json: plain(root),
      wrap: true,
      eval: 'safe',
    };
    return JSONPath(options) as unknown as Json[];
  } catch (error) {
    throw runtimeFailure(`The JSONPath '${path}' could not be evaluated: ${String(error)}`);
  }
}

function parse(path: string): ParsedPath {
  try {
    return parsePath(path);
  } catch (error) {
    if (error instanceof PathSyntaxError)
      throw runtimeFailure(`Invalid path '${path}': ${error.message}`);
    throw error;
  }
}

function rootOf({ root }: ParsedPath, path: string, data: PathData): Json {
  if (root === 'input') return data.input;
  if (root === 'context') return data.context;
  const value = data.variable(root.variable);
  if (value === undefined)
    throw runtimeFailure(
      `The variable '$${root.variable}' of the path '${path}' has not been assigned.`,
    );
  return value;
}

function follow(root: Json, { segments }: ParsedPath): Json | undefined {
  let value: Json | undefined = root;
  for (const segment of segments) {
    if (segment.kind === 'name')
      value =
        isObject(value) && Object.hasOwn(value, segment.name) ? value[segment.name] : undefined;
    else if (segment.kind === 'index') value = isArray(value) ? value.at(segment.index) : undefined;
    if (value === undefined) return undefined;
  }
  return value;
}
