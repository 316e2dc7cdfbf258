import { type AttributeType, type AttributeValue, typeOf } from '../values/attribute-value.ts';
import type { Operand, SetValue, UpdateExpression } from './ast.ts';
import { expressionError } from './expression-kind.ts';
import { assertNoOverlap } from './path-overlap.ts';
import type { Path, Placeholders } from './placeholders.ts';

export type BoundValue =
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'if_not_exists'; readonly path: Path; readonly otherwise: BoundValue }
  | { readonly kind: 'list_append'; readonly first: BoundValue; readonly second: BoundValue }
  | {
      readonly kind: 'arithmetic';
      readonly operator: '+' | '-';
      readonly left: BoundValue;
      readonly right: BoundValue;
    };

/** An update whose placeholders are replaced and whose functions are checked. */
export interface BoundUpdate {
  readonly set: readonly { readonly path: Path; readonly value: BoundValue }[];
  readonly remove: readonly Path[];
  readonly add: readonly { readonly path: Path; readonly value: AttributeValue }[];
  readonly delete: readonly { readonly path: Path; readonly value: AttributeValue }[];
  /** All paths that are changed, in the order of the sections. */
  readonly paths: readonly Path[];
  /** All paths whose values are read. */
  readonly readPaths: readonly Path[];
}

const KIND = 'UpdateExpression';
const TYPE_WORDS: Readonly<Record<AttributeType, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  BOOL: 'BOOLEAN',
  NULL: 'NULL',
  SS: 'STRING_SET',
  NS: 'NUMBER_SET',
  BS: 'BINARY_SET',
  L: 'LIST',
  M: 'MAP',
};

const CONDITION_FUNCTIONS: ReadonlySet<string> = new Set([
  'attribute_exists',
  'attribute_not_exists',
  'attribute_type',
  'begins_with',
  'contains',
  'size',
]);

export function bindUpdate(update: UpdateExpression, placeholders: Placeholders): BoundUpdate {
  const path = (expression: Path) => placeholders.path(KIND, expression);
  const set = update.set.map((each) => ({ path: path(each.path), value: setValue(each.value) }));
  const remove = update.remove.map(path);
  const add = update.add.map((each) => ({
    path: path(each.path),
    value: literal('ADD', each.placeholder, ['N', 'SS', 'NS', 'BS']),
  }));
  const removed = update.delete.map((each) => ({
    path: path(each.path),
    value: literal('DELETE', each.placeholder, ['SS', 'NS', 'BS']),
  }));
  const paths = [
    ...set.map((each) => each.path),
    ...remove,
    ...add.map((each) => each.path),
    ...removed.map((each) => each.path),
  ];
  assertNoOverlap(KIND, paths);
  const readPaths = set.flatMap(({ value }) => pathsRead(value));
  return { set, remove, add, delete: removed, paths, readPaths };

  function setValue(value: SetValue): BoundValue {
    switch (value.kind) {
      case 'path':
        return { kind: 'path', path: path(value.path) };
      case 'value':
        return { kind: 'value', value: placeholders.value(KIND, value.placeholder) };
      case 'arithmetic': {
        const left = setValue(value.left);
        const right = setValue(value.right);
        for (const side of [left, right]) {
          assertType(`operator or function: ${value.operator}`, side, ['N']);
        }
        return { kind: 'arithmetic', operator: value.operator, left, right };
      }
      case 'call':
        return call(value.name, value.operands);
    }
  }

  function call(name: string, operands: readonly Operand[]): BoundValue {
    if (name !== 'if_not_exists' && name !== 'list_append') {
      throw expressionError(
        KIND,
        CONDITION_FUNCTIONS.has(name)
          ? `The function is not allowed in an update expression; function: ${name}`
          : `Invalid function name; function: ${name}`,
      );
    }
    const [one, two] = operands;
    if (operands.length !== 2 || one === undefined || two === undefined) {
      throw expressionError(
        KIND,
        `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
      );
    }
    const first = setValue(one);
    const second = setValue(two);
    if (name === 'if_not_exists') {
      if (first.kind !== 'path') {
        throw expressionError(
          KIND,
          `Operator or function requires a document path; operator or function: ${name}`,
        );
      }
      return { kind: name, path: first.path, otherwise: second };
    }
    for (const side of [first, second]) assertType(`operator or function: ${name}`, side, ['L']);
    return { kind: name, first, second };
  }

  function literal(operator: string, placeholder: string, allowed: readonly AttributeType[]) {
    const value = placeholders.value(KIND, placeholder);
    const type = typeOf(value);
    if (!allowed.includes(type)) {
      throw expressionError(
        KIND,
        `Incorrect operand type for operator or function; operator: ${operator}, operand type: ${TYPE_WORDS[type]}, typeSet: ALLOWED_FOR_${operator}_OPERAND`,
      );
    }
    return value;
  }
}

function assertType(subject: string, operand: BoundValue, allowed: readonly AttributeType[]) {
  if (operand.kind !== 'value') return;
  const type = typeOf(operand.value);
  if (!allowed.includes(type)) {
    throw expressionError(
      KIND,
      `Incorrect operand type for operator or function; ${subject}, operand type: ${type}`,
    );
  }
}

function pathsRead(value: BoundValue): Path[] {
  switch (value.kind) {
    case 'value':
      return [];
    case 'path':
      return [value.path];
    case 'if_not_exists':
      return [value.path, ...pathsRead(value.otherwise)];
    case 'list_append':
      return [value.first, value.second].flatMap(pathsRead);
    case 'arithmetic':
      return [value.left, value.right].flatMap(pathsRead);
  }
}
