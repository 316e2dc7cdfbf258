import { AwsError } from '../shared.ts';
import type { Table } from '../tables/table.ts';
import type { Item } from '../values/attribute-value.ts';
import { afterPrefix } from '../values/key-encoding.ts';
import type { Database } from './database.ts';

export const ITEM_COLLECTIONS_SCHEMA = `
  CREATE TABLE IF NOT EXISTS item_collections (
    table_id INTEGER NOT NULL,
    partition BLOB NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (table_id, partition)
  ) STRICT, WITHOUT ROWID;
`;

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
export const MAX_ITEM_COLLECTION_BYTES = 10 * 1024 ** 3;

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
export const COLLECTION_TOO_LARGE = 'ItemCollectionSizeLimitExceededException';
export const COLLECTION_TOO_LARGE_MESSAGE = 'Collection size exceeded.';

/**
 * The sizes of item collections, which only tables with local indexes have: the items with one partition key and
 * their entries in all local indexes.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.ItemCollections
 */
export class ItemCollections {
  readonly #database: Database;
  readonly #maxBytes: number;

  constructor(database: Database, maxBytes = MAX_ITEM_COLLECTION_BYTES) {
    this.#database = database;
    this.#maxBytes = maxBytes;
  }

  /** The size of the collection that an item with this key belongs to. */
  bytesOf(table: Table, item: Item): number {
    const partition = table.partitionOf(item);
    const row = this.#database
      .statement('SELECT bytes FROM item_collections WHERE table_id = ? AND partition = ?')
      .get(table.id, partition);
    if (row !== undefined) return (row as unknown as readonly [number])[0];
    return this.#sum(table, partition);
  }

  /**
   * Changes a collection's size. Call it before the write, in its transaction.
   * @param growth in bytes; less than 0 if the collection shrinks, which is always allowed
   * @throws AwsError ItemCollectionSizeLimitExceededException
   */
  change(table: Table, item: Item, growth: number): void {
    const bytes = this.bytesOf(table, item) + growth;
    if (growth > 0 && bytes > this.#maxBytes) {
      throw new AwsError(COLLECTION_TOO_LARGE, COLLECTION_TOO_LARGE_MESSAGE);
    }
    const key = [table.id, table.partitionOf(item)] as const;
    if (bytes > 0) {
      this.#database
        .statement(
          'INSERT INTO item_collections (table_id, partition, bytes) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET bytes = excluded.bytes',
        )
        .run(...key, bytes);
    } else {
      this.#database
        .statement('DELETE FROM item_collections WHERE table_id = ? AND partition = ?')
        .run(...key);
    }
  }

  forget(table: Table): void {
    this.#database.statement('DELETE FROM item_collections WHERE table_id = ?').run(table.id);
  }

  /** For a collection without a known size: a new one, or one that an earlier version wrote. */
  #sum(table: Table, partition: Buffer): number {
    const local = table.indexes.filter(({ isGlobal }) => !isGlobal);
    const end = afterPrefix(partition);
    return [table, ...local].reduce((sum, { rows }) => {
      const upper = end === undefined ? '' : ' AND key < ?';
      const statement = this.#database.statement(
        `SELECT coalesce(sum(size), 0) FROM ${rows} WHERE key >= ?${upper}`,
      );
      const row = end === undefined ? statement.get(partition) : statement.get(partition, end);
      return sum + (row as unknown as readonly [number])[0];
    }, 0);
  }
}
