/**
 * JSON values of executions. A number whose text JavaScript would change (`0.0`, `1e2`, more than 53 bits)
 * keeps its text, because the service passes payloads on unchanged.
 */
export type Json = null | boolean | number | string | JsonNumber | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** A number with its original text. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  valueOf(): number {
    return Number(this.text);
  }

  toJSON(): unknown {
    // JSON.rawJSON exists in V8 ("JSON.parse source text access") and is not yet in TypeScript's lib.
    return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(this.text);
  }
}

type Reviver = (this: unknown, key: string, value: unknown, source: { source?: string }) => unknown;

const keepNumberText: Reviver = (_key, value, { source }) =>
  typeof value === 'number' && source !== undefined && source !== String(value)
    ? new JsonNumber(source)
    : value;

/** Parses JSON text; throws SyntaxError. */
export function parseJson(text: string): Json {
  return JSON.parse(text, keepNumberText as (key: string, value: unknown) => unknown) as Json;
}

/** Compact JSON text; numbers keep their text. */
export function stringifyJson(value: Json): string {
  return JSON.stringify(value);
}

export function isObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof JsonNumber)
  );
}

export function isArray(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** The value as a number, or undefined. */
export function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return value instanceof JsonNumber ? value.valueOf() : undefined;
}

/** A deep copy with ordinary JavaScript numbers, for evaluators that do not support JsonNumber. */
export function plain(value: Json): Json {
  if (value instanceof JsonNumber) return value.valueOf();
  if (isArray(value)) return value.map(plain);
  if (isObject(value)) return mapValues(value, plain);
  return value;
}

/** `__proto__` is an ordinary key, as in JSON. */
export function mapValues(
  object: JsonObject,
  change: (value: Json, key: string) => Json,
): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key, change(value, key)]),
  );
}

export function equalJson(left: Json, right: Json): boolean {
  const [a, b] = [asNumber(left), asNumber(right)];
  if (a !== undefined || b !== undefined) return a === b;
  if (isArray(left))
    return (
      isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => equalJson(item, right[index] ?? null))
    );
  if (isObject(left)) {
    if (!isObject(right)) return false;
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length &&
      keys.every(
        (key) => Object.hasOwn(right, key) && equalJson(left[key] ?? null, right[key] ?? null),
      )
    );
  }
  return left === right;
}

/** The type of a value, for messages. */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'undefined';
  if (Array.isArray(value)) return 'array';
  return value instanceof JsonNumber ? 'number' : typeof value;
}
