import { serializationError, validationError } from '../errors.ts';
import { jsonType } from '../values/read-value.ts';
import { type Members, problem, type Shape, type Structure } from './shape.ts';

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
