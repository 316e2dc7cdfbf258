import { CONDITION_KEYS, isKnownConditionKey } from './condition-keys.ts';
import { type Comparison, OPERATORS, type Operator } from './condition-operators.ts';
import { PolicyError } from './policy-error.ts';
import type { Context } from './policy-pattern.ts';

/** One operator, key and list of values of a condition block. All of them must match. */
export type Condition = (context: Context) => boolean;

/** Compiles the `Condition` of a statement. Throws PolicyError for an unknown operator or key. */
export function compileConditions(
  block: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
): Condition[] {
  return Object.entries(block).flatMap(([operatorName, lines]) =>
    Object.entries(lines).map(([key, values]) => {
      if (!isKnownConditionKey(key)) {
        throw new PolicyError(
          `The condition key "${key}" is not supported; supported are ${[...CONDITION_KEYS].join(', ')}.`,
        );
      }
      return compileLine(operatorName, key.toLowerCase(), values);
    }),
  );
}

function compileLine(operatorName: string, key: string, values: readonly string[]): Condition {
  const [, quantifier, base = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(operatorName) ?? [];
  if (base === 'Null' && !quantifier && !ifExists) return presence(key, values);
  const operator = Object.hasOwn(OPERATORS, base) ? OPERATORS[base] : undefined;
  if (!operator) {
    throw new PolicyError(
      `The condition operator "${operatorName}" is not supported; supported are Null, ${Object.keys(OPERATORS).join(', ')}, with ForAllValues:, ForAnyValue: and IfExists.`,
    );
  }
  const comparisons = values.map((value) => {
    try {
      return operator.compile(value);
    } catch (error) {
      if (error instanceof PolicyError) {
        throw new PolicyError(`${operatorName} on ${key}: ${error.message}`);
      }
      throw error;
    }
  });
  return (context) => {
    const given = valuesOf(context, key);
    if (given.length === 0) {
      if (ifExists || quantifier === 'ForAllValues') return true;
      return quantifier === 'ForAnyValue' ? false : operator.negated;
    }
    const agrees = (value: string) => holds(operator, comparisons, value, context);
    // Without a quantifier a key has one value; of several values, one match is enough.
    return quantifier === 'ForAnyValue' || (!quantifier && !operator.negated)
      ? given.some(agrees)
      : given.every(agrees);
  };
}

function holds(
  operator: Operator,
  comparisons: readonly Comparison[],
  value: string,
  context: Context,
): boolean {
  const results = comparisons.map((compare) => compare(value, context));
  // Values that cannot be compared neither match nor differ.
  if (results.every((result) => result === undefined)) return false;
  return results.some((result) => result === true) !== operator.negated;
}

function presence(key: string, values: readonly string[]): Condition {
  const wanted = values.map((value): string => {
    if (value === 'true' || value === 'false') return value;
    throw new PolicyError(`Null on ${key}: "true" or "false" is wanted, got "${value}".`);
  });
  return (context) => wanted.includes(String(valuesOf(context, key).length === 0));
}

function valuesOf(context: Context, key: string): readonly string[] {
  const value = context[key];
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
