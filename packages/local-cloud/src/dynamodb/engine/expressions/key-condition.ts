import { invalidParameter, validationError } from '../errors.ts';
import { type AttributeValue, typeOf } from '../values/attribute-value.ts';
import type { KeyType } from '../values/key-encoding.ts';
import type { Comparator } from './ast.ts';
import type { BoundCondition, BoundOperand } from './bound-condition.ts';

/** What a query's key condition asks of the sort key. */
export type SortCondition =
  | { readonly kind: 'compare'; readonly comparator: Comparator; readonly value: AttributeValue }
  | { readonly kind: 'between'; readonly low: AttributeValue; readonly high: AttributeValue }
  | { readonly kind: 'begins_with'; readonly prefix: AttributeValue };

export interface KeyCondition {
  readonly partition: AttributeValue;
  readonly sort?: SortCondition;
}

export interface KeyAttribute {
  readonly name: string;
  readonly type: KeyType;
}

interface Part {
  readonly name: string;
  readonly condition: SortCondition;
}

const MIRRORED: Readonly<Record<Comparator, Comparator>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/** Reads the one partition and the range of sort keys that a key condition asks for. */
export function keyCondition(
  condition: BoundCondition,
  partition: KeyAttribute,
  sort: KeyAttribute | undefined,
): KeyCondition {
  const parts = flatten(condition).map(readPart);
  const names = parts.map((part) => part.name);
  if (new Set(names).size !== names.length) {
    throw validationError('KeyConditionExpressions must only contain one condition per key');
  }
  const key = parts.find((part) => part.name === partition.name);
  if (key === undefined) throw missing(partition.name);
  if (parts.length > 2) {
    throw validationError('Conditions can be of length 1 or 2 only');
  }
  const other = parts.find((part) => part !== key);
  if (other !== undefined && other.name !== sort?.name) {
    if (sort === undefined) throw validationError('Query key condition not supported');
    throw missing(sort.name);
  }
  if (key.condition.kind !== 'compare' || key.condition.comparator !== '=') {
    throw validationError('Query key condition not supported');
  }
  assertType(key.condition, partition);
  if (other === undefined || sort === undefined) return { partition: key.condition.value };
  assertType(other.condition, sort);
  return { partition: key.condition.value, sort: other.condition };
}

function flatten(condition: BoundCondition): BoundCondition[] {
  return condition.kind === 'and' ? condition.parts.flatMap(flatten) : [condition];
}

function readPart(condition: BoundCondition): Part {
  switch (condition.kind) {
    case 'compare': {
      const { left, right, comparator } = condition;
      if (comparator === '<>') throw invalidOperator('<>');
      if (left.kind === 'path' && right.kind === 'path') throw severalNames();
      return left.kind === 'path'
        ? {
            name: nameOf(left),
            condition: { kind: 'compare', comparator, value: literalOf(right) },
          }
        : {
            name: nameOf(right),
            condition: {
              kind: 'compare',
              comparator: MIRRORED[comparator],
              value: literalOf(left),
            },
          };
    }
    case 'between': {
      const { operand, low, high } = condition;
      return {
        name: nameOf(operand),
        condition: { kind: 'between', low: literalOf(low), high: literalOf(high) },
      };
    }
    case 'begins_with': {
      const prefix = literalOf(condition.part);
      return { name: nameOf(condition.operand), condition: { kind: 'begins_with', prefix } };
    }
    default:
      throw invalidOperator(
        condition.kind === 'or' || condition.kind === 'not' || condition.kind === 'in'
          ? condition.kind.toUpperCase()
          : condition.kind,
      );
  }
}

function nameOf(operand: BoundOperand): string {
  if (operand.kind === 'size') throw nestedOperation();
  if (operand.kind !== 'path') {
    throw validationError(
      'Invalid condition in KeyConditionExpression: No key attribute specified',
    );
  }
  const [name] = operand.path;
  if (operand.path.length > 1 || typeof name !== 'string') {
    throw validationError(
      `Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: ${name}`,
    );
  }
  return name;
}

function literalOf(operand: BoundOperand): AttributeValue {
  if (operand.kind === 'value') return operand.value;
  throw operand.kind === 'size' ? nestedOperation() : severalNames();
}

function assertType(condition: SortCondition, { name, type }: KeyAttribute): void {
  const values =
    condition.kind === 'between'
      ? [condition.low, condition.high]
      : [condition.kind === 'compare' ? condition.value : condition.prefix];
  for (const value of values) {
    if (typeOf(value) !== type) {
      throw invalidParameter('Condition parameter type does not match schema type');
    }
    if (('S' in value && value.S === '') || ('B' in value && value.B === '')) {
      const kind = 'S' in value ? 'string' : 'binary';
      throw validationError(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${name}`,
      );
    }
  }
}

function missing(name: string) {
  return validationError(`Query condition missed key schema element: ${name}`);
}

function severalNames() {
  return validationError(
    'Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition',
  );
}

function nestedOperation() {
  return validationError('KeyConditionExpressions cannot contain nested operations');
}

function invalidOperator(operator: string) {
  return validationError(`Invalid operator used in KeyConditionExpression: ${operator}`);
}
