import { serializationError, validationError } from '../errors.ts';
import { jsonType } from '../values/read-value.ts';

/** What a check finds in a request. */
export interface Findings {
  /** The limits that are broken, in AWS's words. */
  readonly problems: string[];
  /** Whether a member is null, which means that it is missing. */
  hasNulls: boolean;
}

/** What a request, or a part of it, must look like. `T` is what it is known to be after the check. */
export interface Shape<T> {
  /**
   * Throws SerializationException for another JSON type and ValidationException for an unknown member;
   * collects what breaks a limit.
   * @param path as AWS names it in errors: `keySchema.1.member.keyType`
   */
  check(value: unknown, path: string, findings: Findings): void;
  /** The value without members that are null; missing where it has no members. */
  withoutNulls?(value: unknown): unknown;
  /** The value as AWS shows it in errors. */
  show(value: unknown): string;
  readonly type?: T;
}

export type Shaped<S> = S extends Shape<infer T> ? T : never;

interface Required<T> {
  readonly shape: Shape<T>;
  readonly required: true;
}

type Members = Readonly<Record<string, Shape<unknown> | Required<unknown>>>;

type Simplify<T> = { readonly [K in keyof T]: T[K] };
type Structure<M extends Members> = Simplify<
  {
    [K in keyof M as M[K] extends Required<unknown> ? K : never]: M[K] extends Required<infer T>
      ? T
      : never;
  } & {
    [K in keyof M as M[K] extends Required<unknown> ? never : K]?:
      | (M[K] extends Shape<infer T> ? T : never)
      | undefined;
  }
>;

export function required<T>(shape: Shape<T>): Required<T> {
  return { shape, required: true };
}

export function problem(path: string, shown: string, constraint: string): string {
  return `Value ${shown} at '${path}' failed to satisfy constraint: ${constraint}`;
}

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

interface Lengths {
  readonly min?: number;
  readonly max?: number;
}

export function listOf<T>(of: Shape<T>, { min, max }: Lengths = {}): Shape<readonly T[]> {
  const show = (value: unknown) =>
    Array.isArray(value) ? `[${value.map((each) => of.show(each)).join(', ')}]` : String(value);
  const clean = of.withoutNulls;
  return {
    show,
    ...(clean && {
      withoutNulls: (value: unknown) => (value as readonly unknown[]).map((each) => clean(each)),
    }),
    check(value, path, findings) {
      if (!Array.isArray(value)) {
        throw serializationError(`${jsonType(value)} found where a list was expected: ${path}`);
      }
      const constraint = lengthProblem(value.length, min, max);
      if (constraint) findings.problems.push(problem(path, `'${show(value)}'`, constraint));
      value.forEach((each, at) => {
        of.check(each, `${path}.${at + 1}.member`, findings);
      });
    },
  };
}

interface MapLimits extends Lengths {
  /** How long each list in the map may be. */
  readonly valueLength?: { readonly min: number; readonly max: number };
}

export function mapOf<T>(
  of: Shape<T>,
  { min, max, valueLength }: MapLimits = {},
): Shape<Readonly<Record<string, T>>> {
  const show = (value: unknown) =>
    `{${Object.entries(value as object)
      .map(([name, each]) => `${name}=${of.show(each)}`)
      .join(', ')}}`;
  const clean = of.withoutNulls;
  return {
    show,
    ...(clean && {
      withoutNulls: (value: unknown) =>
        Object.fromEntries(
          Object.entries(value as object).map(([name, each]) => [name, clean(each)]),
        ),
    }),
    check(value, path, findings) {
      const record = expectObject(value, path);
      const names = Object.keys(record);
      const constraint = lengthProblem(names.length, min, max);
      if (constraint) findings.problems.push(problem(path, `'${show(value)}'`, constraint));
      const lengths = Object.values(record).map((each) => (Array.isArray(each) ? each.length : 1));
      if (valueLength && lengths.some((n) => n < valueLength.min || n > valueLength.max)) {
        findings.problems.push(
          problem(
            path,
            `'${show(value)}'`,
            `Map value must satisfy constraint: [Member must have length less than or equal to ${valueLength.max}, Member must have length greater than or equal to ${valueLength.min}]`,
          ),
        );
      }
      for (const name of names) of.check(record[name], `${path}.${name}.member`, findings);
    },
  };
}

/** @param name as AWS names the structure in errors */
export function structure<const M extends Members>(name: string, members: M): Shape<Structure<M>> {
  const entries = Object.entries(members).map(([member, given]) =>
    'required' in given
      ? { member, shape: given.shape, isRequired: true }
      : { member, shape: given, isRequired: false },
  );
  return {
    show(value) {
      const record = value as Record<string, unknown>;
      const shown = entries
        .filter(({ member }) => record[member] !== undefined)
        .map(({ member, shape }) => `${camelCase(member)}=${shape.show(record[member])}`);
      return `${name}(${shown.join(', ')})`;
    },
    withoutNulls(value) {
      const record = value as Readonly<Record<string, unknown>>;
      const present = entries.filter(({ member }) => (record[member] ?? null) !== null);
      return Object.fromEntries(
        present.map(({ member, shape }) => [
          member,
          shape.withoutNulls ? shape.withoutNulls(record[member]) : record[member],
        ]),
      );
    },
    check(value, path, findings) {
      const record = expectObject(value, path || name);
      for (const member of Object.keys(record)) {
        if (!Object.hasOwn(members, member)) {
          throw validationError(
            `${name} has no member ${member}; its members are ${Object.keys(members).join(', ')}.`,
          );
        }
      }
      for (const { member, shape, isRequired } of entries) {
        const inner = path === '' ? camelCase(member) : `${path}.${camelCase(member)}`;
        const given = record[member];
        if (given === null) findings.hasNulls = true;
        if (given !== undefined && given !== null) shape.check(given, inner, findings);
        else if (isRequired)
          findings.problems.push(problem(inner, 'null', 'Member must not be null'));
      }
    },
  };
}

/** Throws one ValidationException that lists all problems. */
export function assertNoProblems(problems: readonly string[]): void {
  if (problems.length === 0) return;
  const errors = problems.length === 1 ? 'error' : 'errors';
  throw validationError(`${problems.length} validation ${errors} detected: ${problems.join('; ')}`);
}

function lengthProblem(length: number, min?: number, max?: number): string | undefined {
  if (min !== undefined && length < min) {
    return `Member must have length greater than or equal to ${min}`;
  }
  if (max !== undefined && length > max) {
    return `Member must have length less than or equal to ${max}`;
  }
  return undefined;
}

function expectObject(value: unknown, path: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw serializationError(`${jsonType(value)} found where an object was expected: ${path}`);
}

function camelCase(member: string): string {
  return member.charAt(0).toLowerCase() + member.slice(1);
}

function showJson(value: unknown): string {
  return JSON.stringify(value);
}
