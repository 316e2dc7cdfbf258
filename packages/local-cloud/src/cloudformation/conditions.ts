import { argumentsOf, intrinsicOf, isRecord } from './intrinsic.ts';
import { TemplateError } from './problem.ts';
import { resolve, type Scope } from './resolve.ts';

/**
 * The value of a condition of the template; conditions can refer to each other. They use parameters, mappings
 * and pseudo parameters only, so they are evaluated before any resource is created.
 */
export function conditionValues(
  conditions: Readonly<Record<string, unknown>>,
  scope: Scope,
): (name: string) => boolean {
  const settled = new Map<string, boolean>();
  const open = new Set<string>();

  const settle = (name: string): boolean => {
    const known = settled.get(name);
    if (known !== undefined) return known;
    if (!Object.hasOwn(conditions, name)) {
      throw new TemplateError(
        `the condition ${name} does not exist; the template has ${Object.keys(conditions).join(', ') || 'none'}`,
      );
    }
    if (open.has(name)) throw new TemplateError(`condition ${name} refers to itself`);
    open.add(name);
    const value = evaluate(conditions[name]);
    settled.set(name, value);
    return value;
  };

  const evaluate = (expression: unknown): boolean => {
    if (isRecord(expression) && typeof expression.Condition === 'string') {
      return settle(expression.Condition);
    }
    const { name, argument } = intrinsicOf(expression) ?? { name: '', argument: undefined };
    if (name === 'Fn::Equals') {
      const [a, b] = argumentsOf(name, argument, 2).map((each) => resolve(each, scope));
      return String(a) === String(b);
    }
    if (name === 'Fn::Not') return !evaluate(argumentsOf(name, argument, 1)[0]);
    if ((name === 'Fn::And' || name === 'Fn::Or') && Array.isArray(argument)) {
      return name === 'Fn::And' ? argument.every(evaluate) : argument.some(evaluate);
    }
    throw new TemplateError(
      `expected Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition; got ${JSON.stringify(expression)}`,
    );
  };
  return settle;
}

/** Replaces every `Fn::If` with its selected branch. The other branch is not checked. */
export function chooseBranches(value: unknown, condition: (name: string) => boolean): unknown {
  const intrinsic = intrinsicOf(value);
  if (intrinsic?.name === 'Fn::If') {
    const [name, yes, no] = argumentsOf('Fn::If', intrinsic.argument, 3);
    return chooseBranches(condition(String(name)) ? yes : no, condition);
  }
  if (Array.isArray(value)) return value.map((each) => chooseBranches(each, condition));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, chooseBranches(each, condition)]),
  );
}
