import { invalidParameter, serializationError, validationError } from '../errors.ts';
import {
  ATTRIBUTE_TYPES,
  type AttributeMap,
  type AttributeType,
  type AttributeValue,
  setAttribute,
} from './attribute-value.ts';
import { normalizeNumber } from './number.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
const MAX_NESTING = 32;
const MAX_NAME_BYTES = 65_535;

/** Reads a map of attributes as a request has it. Throws ValidationException or SerializationException. */
export function readMap(map: Readonly<Record<string, unknown>>, depth = 0): AttributeMap {
  const read: Record<string, AttributeValue> = {};
  for (const name of Object.keys(map)) {
    if (name.length > MAX_NAME_BYTES / 3 && Buffer.byteLength(name) > MAX_NAME_BYTES) {
      throw invalidParameter(
        `Attribute name is too large, must be less than ${MAX_NAME_BYTES + 1} bytes`,
      );
    }
    setAttribute(read, name, readValue(map[name], depth));
  }
  return read;
}

export function readValue(value: unknown, depth = 0): AttributeValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw serializationError(
      'Unexpected value type in payload: expected an attribute value such as {"S": "text"}.',
    );
  }
  const record = value as Record<string, unknown>;
  const types = Object.keys(record).filter((type) => record[type] !== undefined);
  const [type] = types;
  if (type === undefined || !isType(type)) {
    throw validationError(
      'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes',
    );
  }
  if (types.length > 1) {
    throw validationError(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  return READERS[type](record[type], depth);
}

const READERS: Readonly<Record<AttributeType, (value: unknown, depth: number) => AttributeValue>> =
  {
    S: (value) => ({ S: text(value) }),
    N: (value) => ({ N: normalizeNumber(text(value)) }),
    B: (value) => ({ B: binary(value) }),
    BOOL: (value) => ({ BOOL: boolean(value) }),
    NULL(value) {
      if (!boolean(value)) {
        throw invalidParameter('Null attribute value types must have the value of true');
      }
      return { NULL: true };
    },
    SS: (value) => ({
      SS: distinct(notEmpty(list(value), 'An string set  may not be empty').map(text)),
    }),
    NS(value) {
      const numbers = notEmpty(list(value), 'An number set  may not be empty').map(text);
      return { NS: distinct(numbers.map(normalizeNumber), numbers) };
    },
    BS: (value) => ({
      BS: distinct(notEmpty(list(value), 'Binary sets should not be empty').map(binary)),
    }),
    L: (value, depth) => ({ L: list(value).map((each) => readValue(each, deeper(depth))) }),
    M(value, depth) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw serializationError('Unexpected value type in payload: expected an object for M.');
      }
      return { M: readMap(value as Record<string, unknown>, deeper(depth)) };
    },
  };

function isType(type: string): type is AttributeType {
  return (ATTRIBUTE_TYPES as readonly string[]).includes(type);
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw serializationError(`${jsonType(value)} cannot be converted to String`);
}

function boolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw serializationError(`${jsonType(value)} cannot be converted to Boolean`);
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw serializationError('Unexpected value type in payload: expected an array.');
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

function binary(value: unknown): string {
  const base64 = text(value);
  if (base64.length % 4 !== 0 || !BASE64.test(base64)) {
    throw serializationError(
      'Base64 encoded length is expected a multiple of 4 bytes of the alphabet A-Z, a-z, 0-9, + and /.',
    );
  }
  // The unused bits of the last character may be anything; a key must have one form only.
  return base64.endsWith('=') ? Buffer.from(base64, 'base64').toString('base64') : base64;
}

function notEmpty<T>(elements: readonly T[], message: string): readonly T[] {
  if (elements.length === 0) throw invalidParameter(message);
  return elements;
}

/** @param shown the elements as the request has them */
function distinct(elements: readonly string[], shown = elements): readonly string[] {
  if (new Set(elements).size !== elements.length) {
    throw invalidParameter(`Input collection [${shown.join(', ')}] contains duplicates.`);
  }
  return elements;
}

function deeper(depth: number): number {
  if (depth + 1 >= MAX_NESTING) {
    throw validationError(
      'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit',
    );
  }
  return depth + 1;
}

/** JSON types as AWS names them in its errors. */
export function jsonType(value: unknown): string {
  if (value === null) return 'NULL_VALUE';
  if (typeof value === 'string') return 'STRING_VALUE';
  if (typeof value === 'number') return 'NUMBER_VALUE';
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE';
  return Array.isArray(value) ? 'START_ARRAY' : 'START_OBJECT';
}
