/** A table's partition keys: its own and those of its indexes, by index name. */
export interface PartitionKeys {
  readonly table: string;
  readonly indexes: Readonly<Record<string, string>>;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Stands for a key that could not be read from the request: no policy's value equals it, so a condition on
 * `dynamodb:LeadingKeys` refuses instead of passing over an empty list.
 */
const UNREADABLE = '\u0000';

/** The partition key value of an item or key, as IAM sees it: text. */
export function leadingKey(item: unknown, attribute: string): string {
  const value = record(record(item)[attribute]);
  const text = value.S ?? value.N ?? value.B;
  return typeof text === 'string' ? text : UNREADABLE;
}

/** The partition key value that a Query asks for, from `KeyConditionExpression`. */
export function queriedKey(query: Json, keys: PartitionKeys): string {
  const index = query.IndexName;
  const attribute = typeof index === 'string' ? keys.indexes[index] : keys.table;
  const names = record(query.ExpressionAttributeNames);
  const values = record(query.ExpressionAttributeValues);
  const expression =
    typeof query.KeyConditionExpression === 'string' ? query.KeyConditionExpression : '';
  for (const [, name = '', value = ''] of expression.matchAll(/([#\w.-]+)\s*=\s*(:\w+)/g)) {
    if ((names[name] ?? name) === attribute) return leadingKey({ key: values[value] }, 'key');
  }
  return UNREADABLE;
}

export function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : {};
}
