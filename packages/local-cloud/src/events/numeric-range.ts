import { InvalidPattern } from './invalid-pattern.ts';

/**
 * EventBridge compares numbers between -5e9 and 5e9 only; a larger one in an event matches no comparison.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
const MAX_NUMBER = 5e9;

const COMPARISONS = {
  '=': (value: number, bound: number) => value === bound,
  '<': (value: number, bound: number) => value < bound,
  '<=': (value: number, bound: number) => value <= bound,
  '>': (value: number, bound: number) => value > bound,
  '>=': (value: number, bound: number) => value >= bound,
} as const;

/** `["=", 5]`, `[">", 0]` or a range, the lower bound first: `[">", 0, "<=", 5]`. */
export function compileNumeric(operand: unknown, path: string): (value: unknown) => boolean {
  const parts: readonly unknown[] = Array.isArray(operand) ? operand : [];
  const [first, low, second, high] = parts;
  const one = parts.length === 2;
  const range =
    parts.length === 4 &&
    (first === '>' || first === '>=') &&
    (second === '<' || second === '<=') &&
    Number(low) < Number(high);
  const bounds = parts.filter((_, index) => index % 2 === 1);
  const bounded = bounds.every(
    (bound) => typeof bound === 'number' && Math.abs(bound) <= MAX_NUMBER,
  );
  if (!(one || range) || !bounded || !isComparison(first))
    throw new InvalidPattern(
      path,
      'numeric takes [comparison, number] or [">" or ">=", low, "<" or "<=", high] within ±5e9',
      operand,
    );
  const tests = [[first, low] as const, ...(isComparison(second) ? [[second, high] as const] : [])];
  return (value) =>
    typeof value === 'number' &&
    Math.abs(value) <= MAX_NUMBER &&
    tests.every(([comparison, bound]) => COMPARISONS[comparison](value, Number(bound)));
}

function isComparison(value: unknown): value is keyof typeof COMPARISONS {
  return typeof value === 'string' && Object.hasOwn(COMPARISONS, value);
}
