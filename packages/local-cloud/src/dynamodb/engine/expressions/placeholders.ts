import { validationError } from '../errors.ts';
import { AwsError } from '../shared.ts';
import { type AttributeValue, attributeOf } from '../values/attribute-value.ts';
import { readValue } from '../values/read-value.ts';
import type { PathExpression } from './ast.ts';
import { type ExpressionKind, expressionError } from './expression-kind.ts';

/** A document path whose names are known. */
export type Path = readonly (string | number)[];

const NAME = /^#[A-Za-z0-9_]+$/;
const VALUE = /^:[A-Za-z0-9_]+$/;
const MAX_NAME_LENGTH = 65_535;
const MAX_VALUES_BYTES = 2 * 1024 * 1024;

/** `ExpressionAttributeNames` and `ExpressionAttributeValues` of one request, and which of them are used. */
export class Placeholders {
  readonly #names: Readonly<Record<string, string>>;
  readonly #values: Readonly<Record<string, AttributeValue>>;
  readonly #used = new Set<string>();

  constructor(
    names: Readonly<Record<string, string>> = {},
    values: Readonly<Record<string, unknown>> = {},
  ) {
    for (const [placeholder, name] of Object.entries(names)) checkName(placeholder, name);
    this.#names = names;
    this.#values = readValues(values);
  }

  path(kind: ExpressionKind, expression: PathExpression): Path {
    return expression.map((part) =>
      typeof part === 'string' && part.startsWith('#') ? this.#name(kind, part) : part,
    );
  }

  value(kind: ExpressionKind, placeholder: string): AttributeValue {
    const value = attributeOf(this.#values, placeholder);
    if (value === undefined) {
      throw expressionError(
        kind,
        `An expression attribute value used in expression is not defined; attribute value: ${placeholder}`,
      );
    }
    this.#used.add(placeholder);
    return value;
  }

  #name(kind: ExpressionKind, placeholder: string): string {
    const name = attributeOf(this.#names, placeholder);
    if (name === undefined) {
      throw expressionError(
        kind,
        `An expression attribute name used in the document path is not defined; attribute name: ${placeholder}`,
      );
    }
    this.#used.add(placeholder);
    return name;
  }

  /** Call it when all of the request's expressions are bound. */
  assertAllUsed(): void {
    this.#assertUsed('ExpressionAttributeNames', this.#names);
    this.#assertUsed('ExpressionAttributeValues', this.#values);
  }

  #assertUsed(parameter: string, placeholders: object): void {
    const unused = Object.keys(placeholders).filter((each) => !this.#used.has(each));
    if (unused.length > 0) {
      throw validationError(
        `Value provided in ${parameter} unused in expressions: keys: {${unused.join(', ')}}`,
      );
    }
  }
}

function checkName(placeholder: string, name: string): void {
  if (!NAME.test(placeholder)) {
    throw validationError(
      `ExpressionAttributeNames contains invalid key: Syntax error; key: "${placeholder}"`,
    );
  }
  if (name === '' || name.length > MAX_NAME_LENGTH) {
    throw validationError(
      `ExpressionAttributeNames contains invalid value: Attribute names must have a length from 1 to ${MAX_NAME_LENGTH}; key: ${placeholder}`,
    );
  }
}

function readValues(values: Readonly<Record<string, unknown>>): Record<string, AttributeValue> {
  const read: Record<string, AttributeValue> = {};
  for (const [placeholder, value] of Object.entries(values)) {
    if (!VALUE.test(placeholder)) {
      throw validationError(
        `ExpressionAttributeValues contains invalid key: Syntax error; key: "${placeholder}"`,
      );
    }
    try {
      read[placeholder] = readValue(value);
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'ValidationException') throw error;
      throw validationError(
        `ExpressionAttributeValues contains invalid value: ${error.message} for key ${placeholder}`,
      );
    }
  }
  const count = Object.keys(read).length;
  // Only many or long values can reach the limit; the sum is made for those alone.
  if (count > 0 && exceeds(read, MAX_VALUES_BYTES)) {
    throw validationError(
      `ExpressionAttributeValues contains too much data: at most ${MAX_VALUES_BYTES} bytes are allowed`,
    );
  }
  return read;
}

function exceeds(values: Readonly<Record<string, AttributeValue>>, limit: number): boolean {
  let bytes = 0;
  for (const value of Object.values(values)) {
    if ('S' in value) bytes += value.S.length;
    else if (!('N' in value || 'BOOL' in value || 'NULL' in value)) {
      bytes += JSON.stringify(value).length;
    }
  }
  return bytes > limit;
}
