import { invalidParameter, validationError } from '../errors.ts';
import type { KeyAttribute } from '../expressions/key-condition.ts';
import type { Index, Table } from '../tables/table.ts';
import { type AttributeValue, attributeOf, type Item, typeOf } from '../values/attribute-value.ts';
import { binarySize, textSize } from '../values/item-size.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
const MAX_PARTITION_KEY_BYTES = 2048;
const MAX_SORT_KEY_BYTES = 1024;

/** Checks the parameter Key: the key's attributes and no others. */
export function assertKey(table: Table, key: Item): void {
  const { partition, sort } = table.keys;
  const attributes = sort === undefined ? [partition] : [partition, sort];
  if (Object.keys(key).length !== attributes.length) throw schemaMismatch();
  for (const attribute of attributes) {
    const value = attributeOf(key, attribute.name);
    if (value === undefined || typeOf(value) !== attribute.type) throw schemaMismatch();
  }
  assertKeyValues(table, key);
}

/** Checks that an item has the table's key, and that its index keys are usable. */
export function assertItemKeys(table: Table, item: Item): void {
  const { partition, sort } = table.keys;
  for (const attribute of sort === undefined ? [partition] : [partition, sort]) {
    const value = attributeOf(item, attribute.name);
    if (value === undefined) {
      throw invalidParameter(`Missing the key ${attribute.name} in the item`);
    }
    if (typeOf(value) !== attribute.type) {
      throw invalidParameter(
        `Type mismatch for key ${attribute.name} expected: ${attribute.type} actual: ${typeOf(value)}`,
      );
    }
  }
  assertKeyValues(table, item);
  for (const index of table.indexes) assertIndexKeys(index, item);
}

/** As `assertItemKeys`, in the words for an update. */
export function assertUpdatedIndexKeys(table: Table, item: Item): void {
  for (const { keys } of table.indexes) {
    for (const { name, type } of keys.sort === undefined
      ? [keys.partition]
      : [keys.partition, keys.sort]) {
      const value = attributeOf(item, name);
      if (value === undefined) continue;
      if (typeOf(value) !== type) {
        throw validationError(
          'The update expression attempted to update the secondary index key to unsupported type',
        );
      }
      if (isEmpty(value)) {
        throw validationError(
          `One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty ${kindOf(value)} value.`,
        );
      }
      const limit = name === keys.partition.name ? MAX_PARTITION_KEY_BYTES : MAX_SORT_KEY_BYTES;
      if (keySize(value) > limit) {
        throw validationError(
          'The update expression attempted to update the secondary index key beyond allowed size limits',
        );
      }
    }
  }
}

function assertIndexKeys(index: Index, item: Item): void {
  const { partition, sort } = index.keys;
  for (const attribute of sort === undefined ? [partition] : [partition, sort]) {
    const value = attributeOf(item, attribute.name);
    if (value === undefined) continue;
    if (typeOf(value) !== attribute.type) {
      throw invalidParameter(
        `Type mismatch for Index Key ${attribute.name} Expected: ${attribute.type} Actual: ${typeOf(value)} IndexName: ${index.name}`,
      );
    }
    if (isEmpty(value)) {
      throw validationError(
        `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty ${kindOf(value)} value. IndexName: ${index.name}, IndexKey: ${attribute.name}`,
      );
    }
    const limit = attribute === partition ? MAX_PARTITION_KEY_BYTES : MAX_SORT_KEY_BYTES;
    if (keySize(value) > limit) {
      throw invalidParameter(
        `Size of ${attribute === partition ? 'hashkey' : 'rangekey'} has exceeded the maximum size limit of ${limit} bytes for index ${index.name}`,
      );
    }
  }
}

function assertKeyValues({ keys: { partition, sort } }: Table, item: Item): void {
  assertKeyValue(partition, attributeOf(item, partition.name));
  if (sort !== undefined) assertKeyValue(sort, attributeOf(item, sort.name));
  if (keySize(attributeOf(item, partition.name)) > MAX_PARTITION_KEY_BYTES) {
    throw invalidParameter(
      `Size of hashkey has exceeded the maximum size limit of${MAX_PARTITION_KEY_BYTES} bytes`,
    );
  }
  if (sort !== undefined && keySize(attributeOf(item, sort.name)) > MAX_SORT_KEY_BYTES) {
    throw invalidParameter(
      `Aggregated size of all range keys has exceeded the size limit of ${MAX_SORT_KEY_BYTES} bytes`,
    );
  }
}

function assertKeyValue({ name }: KeyAttribute, value: AttributeValue | undefined): void {
  if (value !== undefined && isEmpty(value)) {
    throw validationError(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kindOf(value)} value. Key: ${name}`,
    );
  }
}

function isEmpty(value: AttributeValue): boolean {
  return ('S' in value && value.S === '') || ('B' in value && value.B === '');
}

function kindOf(value: AttributeValue): string {
  return 'S' in value ? 'string' : 'binary';
}

function keySize(value: AttributeValue | undefined): number {
  if (value === undefined || 'N' in value) return 0;
  if ('S' in value) return textSize(value.S);
  return 'B' in value ? binarySize(value.B) : 0;
}

function schemaMismatch() {
  return validationError('The provided key element does not match the schema');
}
