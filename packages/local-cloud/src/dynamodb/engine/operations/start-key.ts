import { validationError } from '../errors.ts';
import { attributeOf, type Item, typeOf } from '../values/attribute-value.ts';
import { readMap } from '../values/read-value.ts';
import { keyIn } from './read-page.ts';
import type { ReadTarget } from './read-target.ts';

/** Reads ExclusiveStartKey: exactly the keys of the table and of the index. */
export function startKey(
  target: ReadTarget,
  given: Readonly<Record<string, unknown>>,
): { readonly key: Buffer; readonly item: Item } {
  const item = readMap(given);
  const { table, index } = target;
  const names = index?.keyNames ?? table.keyNames;
  const mismatch = () =>
    validationError(
      'The provided starting key is invalid: The provided key element does not match the schema',
    );
  if (Object.keys(item).length !== names.length) {
    throw validationError(
      index === undefined
        ? "Exclusive Start Key must have same size as table's key schema"
        : 'The provided starting key is invalid',
    );
  }
  const parts = [table.keys, target.keys].flatMap(({ partition, sort }) =>
    sort === undefined ? [partition] : [partition, sort],
  );
  for (const { name, type } of parts) {
    const value = attributeOf(item, name);
    if (value === undefined || typeOf(value) !== type) throw mismatch();
    if (('S' in value && value.S === '') || ('B' in value && value.B === '')) {
      throw validationError(
        `The provided starting key is invalid: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${'S' in value ? 'string' : 'binary'} value. Key: ${name}`,
      );
    }
  }
  return { key: keyIn(target, item), item };
}
