import { serializationError } from '../errors.ts';
import { jsonType } from '../values/read-value.ts';
import { problem, type Shape } from './shape.ts';

interface TextLimits {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  /** The pattern as AWS writes it. */
  readonly patternText?: string;
  readonly values?: readonly string[];
}

export function text({ min, max, pattern, patternText, values }: TextLimits = {}): Shape<string> {
  return {
    show: String,
    check(value, path, findings) {
      if (typeof value !== 'string') {
        throw serializationError(`${jsonType(value)} cannot be converted to String`);
      }
      const broken = (constraint: string) =>
        findings.problems.push(problem(path, `'${value}'`, constraint));
      if (values !== undefined && !values.includes(value)) {
        broken(`Member must satisfy enum value set: [${values.join(', ')}]`);
      }
      if (min !== undefined && value.length < min) {
        broken(`Member must have length greater than or equal to ${min}`);
      } else if (max !== undefined && value.length > max) {
        broken(`Member must have length less than or equal to ${max}`);
      } else if (pattern !== undefined && !pattern.test(value)) {
        broken(`Member must satisfy regular expression pattern: ${patternText ?? pattern.source}`);
      }
    },
  };
}

export function oneOf<const V extends readonly string[]>(...values: V): Shape<V[number]> {
  return text({ values }) as Shape<V[number]>;
}

export const flag: Shape<boolean> = {
  show: String,
  check(value) {
    if (typeof value !== 'boolean') {
      throw serializationError(`${jsonType(value)} cannot be converted to Boolean`);
    }
  },
};

export function integer({ min, max }: { min?: number; max?: number } = {}): Shape<number> {
  return {
    show: String,
    check(value, path, findings) {
      if (typeof value !== 'number') {
        throw serializationError(`${jsonType(value)} cannot be converted to Integer`);
      }
      if (!Number.isSafeInteger(value)) {
        throw serializationError(`${value} cannot be converted to Integer`);
      }
      const broken = (constraint: string) =>
        findings.problems.push(problem(path, `'${value}'`, constraint));
      if (min !== undefined && value < min) {
        broken(`Member must have value greater than or equal to ${min}`);
      }
      if (max !== undefined && value > max) {
        broken(`Member must have value less than or equal to ${max}`);
      }
    },
  };
}

/** An attribute value, or a map of them: read later, by `readValue`. */
export const attributeValue: Shape<unknown> = { show: showJson, check() {} };

/** A parameter that the engine refuses; its own check happens where it is refused. */
export const legacy: Shape<unknown> = { show: showJson, check() {} };

function showJson(value: unknown): string {
  return JSON.stringify(value);
}
