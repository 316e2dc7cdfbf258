import { invalidParameter, validationError } from '../errors.ts';
import type { AttributeValue, Item } from '../values/attribute-value.ts';
import { addNumbers, subtractNumbers } from '../values/number.ts';
import type { BoundUpdate, BoundValue } from './bind-update.ts';
import { valueAt } from './paths.ts';
import type { Path } from './placeholders.ts';
import { TreeEdit } from './tree-edit.ts';

/**
 * The item after the update. Every operand is read from the item as it was before. Throws ValidationException
 * where the item has another type, or misses an attribute, than the update needs.
 */
export function applyUpdate(update: BoundUpdate, item: Item): Item {
  const edit = new TreeEdit(item);
  for (const { path, value } of update.set) edit.set(path, evaluate(value, item));
  for (const { path, value } of update.add) edit.set(path, added(valueAt(item, path), value));
  for (const { path, value } of update.delete) {
    const current = valueAt(item, path);
    if (current === undefined) continue;
    const left = without(current, value);
    if (left === undefined) edit.remove(path);
    else edit.set(path, left);
  }
  for (const path of update.remove) edit.remove(path);
  return edit.finish();
}

function evaluate(value: BoundValue, item: Item): AttributeValue {
  switch (value.kind) {
    case 'value':
      return value.value;
    case 'path':
      return existing(item, value.path);
    case 'if_not_exists':
      return valueAt(item, value.path) ?? evaluate(value.otherwise, item);
    case 'list_append': {
      const first = evaluate(value.first, item);
      const second = evaluate(value.second, item);
      if (!('L' in first && 'L' in second)) throw incorrectType();
      return { L: [...first.L, ...second.L] };
    }
    case 'arithmetic': {
      const left = evaluate(value.left, item);
      const right = evaluate(value.right, item);
      if (!('N' in left && 'N' in right)) throw incorrectType();
      const combine = value.operator === '+' ? addNumbers : subtractNumbers;
      return { N: combine(left.N, right.N) };
    }
  }
}

function existing(item: Item, path: Path): AttributeValue {
  const value = valueAt(item, path);
  if (value === undefined) {
    throw validationError(
      'The provided expression refers to an attribute that does not exist in the item',
    );
  }
  return value;
}

function added(current: AttributeValue | undefined, value: AttributeValue): AttributeValue {
  if (current === undefined) return value;
  if ('N' in current && 'N' in value) return { N: addNumbers(current.N, value.N) };
  if ('SS' in current && 'SS' in value) return { SS: union(current.SS, value.SS) };
  if ('NS' in current && 'NS' in value) return { NS: union(current.NS, value.NS) };
  if ('BS' in current && 'BS' in value) return { BS: union(current.BS, value.BS) };
  throw incorrectType();
}

/** Undefined where nothing is left: an empty set is no value. */
function without(current: AttributeValue, value: AttributeValue): AttributeValue | undefined {
  if ('SS' in current && 'SS' in value) return set('SS', difference(current.SS, value.SS));
  if ('NS' in current && 'NS' in value) return set('NS', difference(current.NS, value.NS));
  if ('BS' in current && 'BS' in value) return set('BS', difference(current.BS, value.BS));
  throw incorrectType();
}

function set(type: 'SS' | 'NS' | 'BS', members: readonly string[]): AttributeValue | undefined {
  return members.length === 0 ? undefined : ({ [type]: members } as unknown as AttributeValue);
}

function union(left: readonly string[], right: readonly string[]): readonly string[] {
  return [...new Set([...left, ...right])];
}

function difference(left: readonly string[], right: readonly string[]): readonly string[] {
  const removed = new Set(right);
  return left.filter((member) => !removed.has(member));
}

function incorrectType() {
  return validationError('An operand in the update expression has an incorrect data type');
}

/** Throws where an update names a key attribute. */
export function assertKeysUntouched(update: BoundUpdate, keys: readonly string[]): void {
  for (const [name] of update.paths) {
    if (typeof name === 'string' && keys.includes(name)) {
      throw invalidParameter(`Cannot update attribute ${name}. This attribute is part of the key`);
    }
  }
}
