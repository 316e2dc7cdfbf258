import jsonata from 'jsonata';
import type { Json } from '../language/json.ts';
import type { Surroundings } from './determinism.ts';
import { stepFunctionsBindings } from './jsonata-functions.ts';

/**
 * Limits of one expression. An expression that reaches the time limit reaches it again, so a restored
 * execution has the same result.
 */
const GUARDS = { timeout: 5000, stack: 4000 };

/** A string is an expression if it begins with `{%` and ends with `%}`. */
export function expressionIn(value: string): string | undefined {
  return value.length >= 4 && value.startsWith('{%') && value.endsWith('%}')
    ? value.slice(2, -2).trim()
    : undefined;
}

/** The syntax error of an expression, or undefined if it parses. */
export function jsonataSyntaxError(source: string): string | undefined {
  try {
    jsonata(source);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** The result of an evaluation is not JSON; the message is the end of a sentence about the expression. */
export class UnusableResult extends Error {
  override readonly name = 'UnusableResult';
}

/**
 * Evaluates one expression. `bindings` are the variables by name, without `$`.
 * @throws UnusableResult if the result is undefined or a function; otherwise the error of the expression
 */
export async function evaluateJsonata(
  source: string,
  bindings: Readonly<Record<string, unknown>>,
  surroundings: Surroundings,
): Promise<Json> {
  const expression = jsonata(source, GUARDS);
  const functions = stepFunctionsBindings(surroundings);
  const now: unknown = await NOW.evaluate(null, { at: surroundings.now });
  const result: unknown = await expression.evaluate(undefined, { ...functions, now, ...bindings });
  const json = toJson(result);
  if (json === undefined) throw new UnusableResult('returned nothing (undefined).');
  return json;
}

/** `$now` with picture and time zone, at the time of the step. */
const NOW = jsonata('($t := $at; function($picture, $zone) { $fromMillis($t, $picture, $zone) })');

/** Sequences become arrays, members without a value are removed; functions are not JSON. */
function toJson(value: unknown): Json | undefined {
  if (value === undefined || value === null) return value;
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value;
    throw new UnusableResult(`returned a number that JSON cannot hold: ${value}.`);
  }
  if (Array.isArray(value)) return value.map((item) => toJson(item) ?? null);
  if (isFunction(value) || typeof value !== 'object')
    throw new UnusableResult('returned an unexpected result type: function.');
  const members: [string, Json][] = [];
  for (const [key, member] of Object.entries(value)) {
    const json = toJson(member);
    if (json !== undefined) members.push([key, json]);
  }
  return Object.fromEntries(members);
}

function isFunction(value: object): boolean {
  return typeof value === 'function' || '_jsonata_lambda' in value || '_jsonata_function' in value;
}

/** JSONata throws plain objects with a code and a message. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  if (typeof error === 'object' && error !== null && 'message' in error) {
    const code = 'code' in error ? `${String(error.code)}: ` : '';
    return `${code}${String(error.message)}`;
  }
  return String(error);
}
