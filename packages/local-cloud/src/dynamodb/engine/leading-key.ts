import type { KeyAttributes } from './tables/definition.ts';
import { attributeOf } from './values/attribute-value.ts';
import { readValue } from './values/read-value.ts';

/** Stands for a partition key that the request does not show: no policy's value equals it. */
export const UNKNOWN_KEY = '\u0000';

/** Where `accessOf` finds the keys of tables and indexes; an engine's `tables` is one. */
export interface TableKeys {
  find(table: string):
    | {
        readonly keys: KeyAttributes;
        index(name: string): { readonly keys: KeyAttributes } | undefined;
      }
    | undefined;
}

/** The partition key that an item or key has. */
export function leadingKey(
  tables: TableKeys,
  table: string,
  item: Readonly<Record<string, unknown>>,
): string {
  const name = tables.find(table)?.keys.partition.name;
  const value = name === undefined ? undefined : attributeOf(item, name);
  return value === undefined ? UNKNOWN_KEY : textOf(readValue(value));
}

/** A key as IAM sees it: text. Binary is base64. */
export function textOf(value: object): string {
  const [content] = Object.values(value);
  return typeof content === 'string' ? content : UNKNOWN_KEY;
}
