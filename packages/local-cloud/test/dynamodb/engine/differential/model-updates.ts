import { contentOf, fromInteger, toInteger, typeIn } from './model-values.ts';
import type { Attributes, UpdateStep, Value } from './sequence.ts';

/** Why the model refuses a request: the code that DynamoDB returns. */
export class Refused extends Error {
  readonly code: string;
  readonly reasons: readonly string[];

  constructor(code: string, reasons: readonly string[] = []) {
    super(code);
    this.code = code;
    this.reasons = reasons;
  }
}

const invalid = () => new Refused('ValidationException');

/** Every step has an attribute of its own, so the steps can be done in any order. */
export function updated(before: Attributes, steps: readonly UpdateStep[]): Attributes {
  const after: Record<string, Value> = { ...before };
  for (const step of steps) {
    const value = stepValue(before, step);
    if (value === undefined) delete after[step.name];
    else after[step.name] = value;
  }
  return after;
}

function stepValue(before: Attributes, step: UpdateStep): Value | undefined {
  const current = before[step.name];
  switch (step.does) {
    case 'set':
      return step.value;
    case 'copy':
      return before[step.from] ?? refuse();
    case 'default':
      return current ?? step.value;
    case 'remove':
      return undefined;
    case 'plus':
      return sum(current ?? refuse(), step.value, 1n);
    case 'minus':
      return sum(current ?? refuse(), step.value, -1n);
    case 'append': {
      if (current === undefined || typeIn(current) !== 'L') throw invalid();
      return { L: [...(contentOf(current) as Value[]), ...(contentOf(step.value) as Value[])] };
    }
    case 'setChild': {
      if (current === undefined || typeIn(current) !== 'M') throw invalid();
      return { M: { ...(contentOf(current) as Attributes), [step.child]: step.value } };
    }
    case 'setElement': {
      const list = listIn(current);
      if (step.at < list.length) list[step.at] = step.value;
      else list.push(step.value);
      return { L: list };
    }
    case 'removeElement':
      return { L: listIn(current).filter((_, at) => at !== step.at) };
    case 'add':
      if (current === undefined) return step.value;
      if (typeIn(current) === 'N' && typeIn(step.value) === 'N')
        return sum(current, step.value, 1n);
      return union(current, step.value);
    case 'delete':
      return current === undefined ? undefined : difference(current, step.value);
  }
}

function refuse(): never {
  throw invalid();
}

function listIn(value: Value | undefined): Value[] {
  if (value === undefined || typeIn(value) !== 'L') throw invalid();
  return [...(contentOf(value) as Value[])];
}

function sum(left: Value, right: Value, factor: bigint): Value {
  if (typeIn(left) !== 'N' || typeIn(right) !== 'N') throw invalid();
  const total = toInteger(String(contentOf(left))) + factor * toInteger(String(contentOf(right)));
  const text = fromInteger(total);
  const digits = text.replace(/^-?0*\.?0*/, '').replace('.', '');
  const significant = text.includes('.') ? digits : digits.replace(/0+$/, '');
  if (significant.length > 38) throw invalid();
  return { N: text };
}

function members(value: Value): string[] {
  const content = contentOf(value);
  return Array.isArray(content) ? (content as string[]) : [];
}

function union(left: Value, right: Value): Value {
  const type = typeIn(left);
  if (type !== typeIn(right) || !['SS', 'NS', 'BS'].includes(type)) throw invalid();
  return { [type]: [...new Set([...members(left), ...members(right)])] };
}

function difference(left: Value, right: Value): Value | undefined {
  const type = typeIn(left);
  if (type !== typeIn(right) || !['SS', 'NS', 'BS'].includes(type)) throw invalid();
  const rest = members(left).filter((member) => !members(right).includes(member));
  return rest.length === 0 ? undefined : { [type]: rest };
}
