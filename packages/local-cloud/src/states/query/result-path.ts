import { StateFailure } from '../language/failure.ts';
import { isArray, isObject, type Json } from '../language/json.ts';
import { parsePath, type Segment } from './path-syntax.ts';

/**
 * Puts `result` into `input` at a reference path (names and indexes); missing objects are created.
 * @throws StateFailure States.ResultPathMatchFailure if the input has another type on the path
 */
export function placeResult(path: string, input: Json, result: Json): Json {
  const { segments } = parsePath(path);
  return place(segments, input, result, path);
}

function place(segments: readonly Segment[], target: Json, result: Json, path: string): Json {
  const [segment, ...rest] = segments;
  if (segment === undefined) return result;
  if (segment.kind === 'name' && isObject(target)) {
    const inner = Object.hasOwn(target, segment.name) ? (target[segment.name] ?? {}) : {};
    return { ...target, [segment.name]: place(rest, inner, result, path) };
  }
  if (segment.kind === 'index' && isArray(target) && segment.index in target) {
    const inner = target[segment.index] ?? null;
    return target.with(segment.index, place(rest, inner, result, path));
  }
  throw new StateFailure(
    'States.ResultPathMatchFailure',
    `Unable to apply ReferencePath ${path} to input ${JSON.stringify(target)}`,
  );
}
