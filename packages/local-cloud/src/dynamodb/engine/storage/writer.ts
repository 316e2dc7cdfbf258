import type { Index, Table } from '../tables/table.ts';
import type { Item } from '../values/attribute-value.ts';
import { equalValues } from '../values/compare.ts';
import { itemSize } from '../values/item-size.ts';
import { itemToText } from '../values/item-text.ts';
import type { Database } from './database.ts';
import type { Expirations } from './expirations.ts';
import type { GlobalEntries } from './index-lag.ts';
import type { ItemCollections } from './item-collections.ts';
import { deleteRow, putRow, type StoredItem } from './rows.ts';
import type { StreamLog } from './stream-log.ts';

export interface ItemWrite {
  readonly table: Table;
  readonly key: Buffer;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  /** Time to live deletes the item. */
  readonly expired?: true;
}

/** How many bytes a write changed, in the table and in each index. An entry that moves counts twice. */
export interface WrittenBytes {
  readonly table: number;
  readonly indexes: readonly { readonly index: Index; readonly writes: readonly number[] }[];
}

/** Writes items with their index entries, expiry and stream record. */
export class ItemWriter {
  readonly #database: Database;
  readonly #entries: GlobalEntries;
  readonly #expirations: Expirations;
  readonly #collections: ItemCollections;
  readonly #streams: StreamLog;

  constructor(
    database: Database,
    entries: GlobalEntries,
    expirations: Expirations,
    collections: ItemCollections,
    streams: StreamLog,
  ) {
    this.#database = database;
    this.#entries = entries;
    this.#expirations = expirations;
    this.#collections = collections;
    this.#streams = streams;
  }

  /**
   * Call it in a transaction, unless `isSingleStatement` says that it makes no difference.
   * Throws AwsError ItemCollectionSizeLimitExceededException where the item's collection would be too large.
   */
  write(write: ItemWrite): WrittenBytes {
    const { table, key, before, after } = write;
    const stored = after === undefined ? undefined : storedItem(after);
    const item = after ?? before;
    if (table.hasLocalIndexes && item !== undefined) {
      const growth = collectionBytes(table, after) - collectionBytes(table, before);
      this.#collections.change(table, item, growth);
    }
    if (stored !== undefined) putRow(this.#database, table.rows, key, stored);
    else if (before !== undefined) deleteRow(this.#database, table.rows, key);
    const indexes = table.indexes.map((index) => ({
      index,
      writes: this.#writeEntry(index, key, before, after, stored),
    }));
    if (table.definition.expiryAttribute !== undefined) {
      this.#expirations.change(table, key, before, after);
    }
    this.#streams.append(write);
    const old = before === undefined ? 0 : itemSize(before);
    return { table: Math.max(old, stored?.size ?? 0), indexes };
  }

  #writeEntry(
    index: Index,
    itemKey: Buffer,
    before: Item | undefined,
    after: Item | undefined,
    stored: StoredItem | undefined,
  ): readonly number[] {
    const oldKey = before && index.keyOf(before);
    const newKey = after && index.keyOf(after);
    if (oldKey === undefined && newKey === undefined) return [];
    const oldEntry = oldKey && before && index.entryOf(before);
    const newEntry = newKey && after && index.entryOf(after);
    const same = oldEntry && newEntry && equalValues({ M: oldEntry }, { M: newEntry });
    if (same) return [];
    const entry =
      newEntry === undefined
        ? undefined
        : newEntry === after && stored !== undefined
          ? stored
          : storedItem(newEntry);
    const change = { index, itemKey, oldKey, newKey, entry };
    if (index.isGlobal) this.#entries.change(change);
    else {
      if (oldKey !== undefined && !(newKey?.equals(oldKey) ?? false)) {
        deleteRow(this.#database, index.rows, oldKey);
      }
      if (newKey && entry) putRow(this.#database, index.rows, newKey, entry);
    }
    const sizes = [oldEntry, newEntry].flatMap((each) => (each ? [itemSize(each)] : []));
    return oldKey && newKey?.equals(oldKey) ? [Math.max(...sizes)] : sizes;
  }
}

/** Whether a write to the table is one SQL statement, which is a transaction by itself. */
export function isSingleStatement(table: Table): boolean {
  const { expiryAttribute, stream } = table.definition;
  return table.indexes.length === 0 && expiryAttribute === undefined && !stream?.enabled;
}

/** What an item adds to its collection: itself and its entries in local indexes. */
function collectionBytes(table: Table, item: Item | undefined): number {
  if (item === undefined) return 0;
  const entries = table.indexes.flatMap((index) =>
    index.isGlobal || index.keyOf(item) === undefined ? [] : [itemSize(index.entryOf(item))],
  );
  return entries.reduce((sum, size) => sum + size, itemSize(item));
}

export function storedItem(item: Item): StoredItem {
  return { text: itemToText(item), size: itemSize(item) };
}
