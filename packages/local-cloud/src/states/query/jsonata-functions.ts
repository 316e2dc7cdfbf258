import { hash, partition, range } from './array-functions.ts';
import { type Surroundings, seededFraction } from './determinism.ts';

/**
 * The functions that Step Functions adds to JSONata, and `$eval`, which it removes:
 * https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export function stepFunctionsBindings({ now, random }: Surroundings): Record<string, unknown> {
  return {
    partition: (items: unknown, size: unknown) => {
      if (items === undefined) return undefined;
      const array = Array.isArray(items) ? items : [items];
      return partition(array, number('partition', 2, size));
    },
    range: (first: unknown, last: unknown, step: unknown) =>
      range(number('range', 1, first), number('range', 2, last), number('range', 3, step)),
    hash: (text: unknown, algorithm: unknown) => {
      if (text === undefined) return undefined;
      return hash(string('hash', 1, text), string('hash', 2, algorithm));
    },
    random: (seed: unknown) =>
      seed === undefined ? random.fraction() : seededFraction(number('random', 1, seed)),
    uuid: () => random.uuid(),
    parse: (text: unknown) =>
      text === undefined ? undefined : JSON.parse(string('parse', 1, text)),
    millis: () => now,
    // "$eval is not supported": a dynamic expression could not be validated before it runs.
    eval: undefined,
  };
}

function number(name: string, position: number, value: unknown): number {
  if (typeof value === 'number') return value;
  throw new TypeError(`Argument ${position} of function "${name}" must be a number.`);
}

function string(name: string, position: number, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError(`Argument ${position} of function "${name}" must be a string.`);
}
