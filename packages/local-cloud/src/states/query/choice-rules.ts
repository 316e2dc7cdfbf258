import { runtimeFailure } from '../language/failure.ts';
import { asNumber, isArray, isObject, type Json, JsonNumber } from '../language/json.ts';
import { parseTimestamp } from '../language/timestamp.ts';
import { type PathData, readPath } from './json-path.ts';

/** The comparisons of a JSONPath choice rule: https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html */
type Compare = (value: Json, expected: Json) => boolean;

const text =
  (compare: (a: string, b: string) => boolean): Compare =>
  (value, expected) =>
    typeof value === 'string' && typeof expected === 'string' && compare(value, expected);

const number =
  (compare: (a: number, b: number) => boolean): Compare =>
  (value, expected) => {
    const [a, b] = [asNumber(value), asNumber(expected)];
    return a !== undefined && b !== undefined && compare(a, b);
  };

const time = (compare: (a: number, b: number) => boolean): Compare =>
  text((value, expected) => {
    const [a, b] = [parseTimestamp(value), parseTimestamp(expected)];
    return a !== undefined && b !== undefined && compare(a, b);
  });

const COMPARISONS = {
  Equals: (a: string | number, b: string | number) => a === b,
  LessThan: (a: string | number, b: string | number) => a < b,
  GreaterThan: (a: string | number, b: string | number) => a > b,
  LessThanEquals: (a: string | number, b: string | number) => a <= b,
  GreaterThanEquals: (a: string | number, b: string | number) => a >= b,
};

const COMPARE: ReadonlyMap<string, Compare> = new Map<string, Compare>([
  ...Object.entries(COMPARISONS).flatMap(([name, compare]): [string, Compare][] => [
    [`String${name}`, text(compare)],
    [`Numeric${name}`, number(compare)],
    [`Timestamp${name}`, time(compare)],
  ]),
  ['BooleanEquals', (value, expected) => typeof value === 'boolean' && value === expected],
]);

const TESTS: ReadonlyMap<string, (value: Json) => boolean> = new Map([
  ['IsNull', (value: Json) => value === null],
  ['IsString', (value: Json) => typeof value === 'string'],
  ['IsNumeric', (value: Json) => typeof value === 'number' || value instanceof JsonNumber],
  ['IsBoolean', (value: Json) => typeof value === 'boolean'],
  [
    'IsTimestamp',
    (value: Json) => typeof value === 'string' && parseTimestamp(value) !== undefined,
  ],
]);

/** All operators of a rule with a Variable, for validation. */
export const OPERATORS: ReadonlySet<string> = new Set([
  ...COMPARE.keys(),
  ...[...COMPARE.keys()].map((name) => `${name}Path`),
  ...TESTS.keys(),
  'IsPresent',
  'StringMatches',
]);

/** Whether a rule holds. */
export function ruleHolds(rule: Json, data: PathData): boolean {
  if (!isObject(rule)) return false;
  if (isArray(rule.And)) return rule.And.every((inner) => ruleHolds(inner, data));
  if (isArray(rule.Or)) return rule.Or.some((inner) => ruleHolds(inner, data));
  if (rule.Not !== undefined) return !ruleHolds(rule.Not, data);
  const path = String(rule.Variable);
  const operator = Object.keys(rule).find((key) => OPERATORS.has(key)) ?? '';
  const expected = rule[operator] ?? null;
  if (operator === 'IsPresent') return (isPresent(path, data) === true) === expected;
  const value = required(path, data);
  const test = TESTS.get(operator);
  if (test !== undefined) return test(value) === expected;
  if (operator === 'StringMatches')
    return typeof value === 'string' && wildcard(String(expected)).test(value);
  const compare = COMPARE.get(operator);
  if (compare !== undefined) return compare(value, expected);
  const other = COMPARE.get(operator.replace(/Path$/, ''));
  return other?.(value, required(String(expected), data)) ?? false;
}

function isPresent(path: string, data: PathData): boolean {
  const variable = /^\$([A-Za-z_][A-Za-z0-9_]*)/.exec(path)?.[1];
  if (variable !== undefined && data.variable(variable) === undefined) return false;
  const value = readPath(path, data);
  return (
    value !== undefined && !(isArray(value) && value.length === 0 && /\*|\?|\.\.|:/.test(path))
  );
}

function required(path: string, data: PathData): Json {
  const value = readPath(path, data);
  if (value === undefined)
    throw runtimeFailure(
      `Invalid path '${path}': The choice state's condition path references an invalid value.`,
    );
  return value;
}

/** `*` matches any characters; `\*` and `\\` are literal. */
function wildcard(pattern: string): RegExp {
  const source = pattern.replace(
    /\\([*\\])|(\*)|([.+?^${}()|[\]\\/])/g,
    (_, escaped, star, other) => (star ? '.*' : `\\${escaped ?? other}`),
  );
  return new RegExp(`^${source}$`, 's');
}
