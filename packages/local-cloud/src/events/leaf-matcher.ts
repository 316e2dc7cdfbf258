import { compileCidr } from './cidr.ts';
import { InvalidPattern } from './invalid-pattern.ts';
import { compileNumeric } from './numeric-range.ts';
import { compileWildcard } from './wildcard.ts';

/** Whether one value of an event's field satisfies one element of the pattern's list. */
export type ValueTest = (value: unknown) => boolean;

/** An element of a pattern's list. A `present` element tests whether the field exists, not its value. */
export type LeafMatcher =
  | { readonly kind: 'value'; readonly test: ValueTest }
  | { readonly kind: 'present'; readonly wanted: boolean };

const OPERATORS = [
  'prefix',
  'suffix',
  'equals-ignore-case',
  'wildcard',
  'anything-but',
  'numeric',
  'exists',
  'cidr',
] as const;

/**
 * One element of a list in an event pattern: a literal or an object with one operator.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function compileLeaf(element: unknown, path: string): LeafMatcher {
  if (isLiteral(element)) return { kind: 'value', test: (value) => value === element };
  const [operator, operand] = onlyEntry(element, path);
  if (operator === 'exists') {
    if (typeof operand !== 'boolean')
      throw new InvalidPattern(path, 'exists must be true or false', operand);
    return { kind: 'present', wanted: operand };
  }
  if (operator === 'anything-but')
    return { kind: 'value', test: compileAnythingBut(operand, path) };
  if (operator === 'numeric') return { kind: 'value', test: compileNumeric(operand, path) };
  if (operator === 'cidr') return { kind: 'value', test: compileCidr(operand, path) };
  return { kind: 'value', test: compileText(operator, operand, path) };
}

function compileText(operator: string, operand: unknown, path: string): ValueTest {
  if (operator === 'prefix' || operator === 'suffix') {
    const ends = operator === 'prefix' ? 'startsWith' : 'endsWith';
    if (typeof operand === 'object' && operand !== null) {
      const [inner, wanted] = onlyEntry(operand, path);
      if (inner !== 'equals-ignore-case')
        throw new InvalidPattern(path, `${operator} takes text or equals-ignore-case`, inner);
      const folded = text(wanted, path, operator).toLowerCase();
      return onText((value) => value.toLowerCase()[ends](folded));
    }
    const wanted = text(operand, path, operator);
    return onText((value) => value[ends](wanted));
  }
  if (operator === 'equals-ignore-case') {
    const wanted = text(operand, path, operator).toLowerCase();
    return onText((value) => value.toLowerCase() === wanted);
  }
  if (operator === 'wildcard') return onText(compileWildcard(text(operand, path, operator), path));
  throw new InvalidPattern(path, `known operators are ${OPERATORS.join(', ')}`, operator);
}

/** Excludes a literal, a list of strings or numbers, or what a string operator matches. */
function compileAnythingBut(operand: unknown, path: string): ValueTest {
  const at = `${path}.anything-but`;
  if (Array.isArray(operand) || isLiteral(operand)) {
    const excluded = [operand].flat();
    const kinds = new Set(excluded.map((one) => typeof one));
    if (excluded.length === 0 || kinds.size > 1 || !(kinds.has('string') || kinds.has('number')))
      throw new InvalidPattern(at, 'must be texts only or numbers only, at least one', operand);
    return (value) => !excluded.includes(value);
  }
  const [operator, inner] = onlyEntry(operand, at);
  const tests = [inner].flat().map((one) => compileText(operator, one, at));
  if (tests.length === 0) throw new InvalidPattern(at, 'must not be an empty list', inner);
  return (value) => !tests.some((test) => test(value));
}

function isLiteral(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function onlyEntry(value: unknown, path: string): [string, unknown] {
  const entries =
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value)
      : [];
  const [entry] = entries;
  if (entry === undefined || entries.length !== 1)
    throw new InvalidPattern(path, 'must be a literal or an object with one operator', value);
  return entry;
}

function text(operand: unknown, path: string, operator: string): string {
  if (typeof operand === 'string' && operand !== '') return operand;
  throw new InvalidPattern(path, `${operator} takes a text that is not empty`, operand);
}

function onText(test: (value: string) => boolean): ValueTest {
  return (value) => typeof value === 'string' && test(value);
}
