import { createHash } from 'node:crypto';
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { arn } from '../../shared/account.ts';
import { AwsError } from '../../shared/aws-error.ts';
import { transaction } from '../../shared/database.ts';
import { type KeyChanges, MAX_STORE_BYTES, requireChanges, sizeOfPair } from './limits.ts';

export const KEY_VALUE_STORE_SCHEMA = `
  CREATE TABLE IF NOT EXISTS key_value_stores (
    id TEXT PRIMARY KEY,
    physical_name TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    items INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS key_value_pairs (
    store TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (store, key)
  ) STRICT;
`;

/** A store without its keys. Times are ms since the epoch. */
export interface KeyValueStore {
  readonly id: string;
  readonly arn: string;
  readonly etag: string;
  readonly items: number;
  readonly bytes: number;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export interface KeyValuePair {
  readonly key: string;
  readonly value: string;
}

/** The key value stores that the template declares. Every change of a store gives it a new ETag. */
export class KeyValueStores {
  readonly #database: DatabaseSync;
  readonly #hosted = new Set<string>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** The store of a resource; `id` is for a new one. */
  provide(physicalName: string, id: string, now: number): KeyValueStore {
    this.#database
      .prepare(
        'INSERT INTO key_value_stores VALUES (?, ?, 0, 0, 0, ?, ?) ON CONFLICT (physical_name) DO NOTHING',
      )
      .run(id, physicalName, now, now);
    const row = this.#database
      .prepare('SELECT * FROM key_value_stores WHERE physical_name = ?')
      .get(physicalName);
    if (row === undefined) throw new Error(`The store of ${physicalName} was not stored.`);
    const store = storeOf(row);
    this.#hosted.add(store.id);
    return store;
  }

  /** By its ARN or id. Throws ResourceNotFoundException. */
  find(reference: string): KeyValueStore {
    const id = reference.replace(arn('cloudfront', 'key-value-store/', ''), '');
    const row = this.#hosted.has(id)
      ? this.#database.prepare('SELECT * FROM key_value_stores WHERE id = ?').get(id)
      : undefined;
    if (row) return storeOf(row);
    throw notFound(`The key value store ${reference} does not exist.`);
  }

  get(store: KeyValueStore, key: string): string | undefined {
    const row = this.#database
      .prepare('SELECT value FROM key_value_pairs WHERE store = ? AND key = ?')
      .get(store.id, key);
    return row && String(row.value);
  }

  /** Up to `limit` pairs with keys after `after`, in the order of the keys. */
  list(store: KeyValueStore, after: string, limit: number): KeyValuePair[] {
    return this.#database
      .prepare(
        'SELECT key, value FROM key_value_pairs WHERE store = ? AND key > ? ORDER BY key LIMIT ?',
      )
      .all(store.id, after, limit)
      .map(({ key, value }) => ({ key: String(key), value: String(value) }));
  }

  /**
   * Applies all changes or none, if `etag` is that of the store. Throws ConflictException for another ETag,
   * ResourceNotFoundException for a key to delete that does not exist, ServiceQuotaExceededException.
   */
  update(reference: string, etag: string, changes: KeyChanges, now: number): KeyValueStore {
    requireChanges(changes);
    return transaction(this.#database, () => {
      const store = this.find(reference);
      if (etag !== store.etag) {
        throw new AwsError(
          'ConflictException',
          `If-Match is ${etag}, but the store has changed; read its ETag with DescribeKeyValueStore and try again.`,
          409,
        );
      }
      const { items, bytes } = this.#apply(store, changes);
      if (bytes > MAX_STORE_BYTES) {
        throw new AwsError(
          'ServiceQuotaExceededException',
          `A key value store has at most ${MAX_STORE_BYTES} bytes; with this update it would have ${bytes}.`,
          402,
        );
      }
      this.#database
        .prepare(
          'UPDATE key_value_stores SET version = version + 1, items = ?, bytes = ?, modified_at = ? WHERE id = ?',
        )
        .run(items, bytes, now, store.id);
      return this.find(reference);
    });
  }

  #apply(store: KeyValueStore, { puts, deletes }: KeyChanges): { items: number; bytes: number } {
    let { items, bytes } = store;
    for (const key of [...deletes, ...puts.map((put) => put.key)]) {
      const value = this.get(store, key);
      if (value === undefined) continue;
      items -= 1;
      bytes -= sizeOfPair(key, value);
    }
    for (const key of deletes) {
      const { changes } = this.#database
        .prepare('DELETE FROM key_value_pairs WHERE store = ? AND key = ?')
        .run(store.id, key);
      if (Number(changes) === 0) throw notFound(`The key ${key} does not exist.`);
    }
    for (const { key, value } of puts) {
      this.#database
        .prepare('INSERT OR REPLACE INTO key_value_pairs VALUES (?, ?, ?)')
        .run(store.id, key, value);
      items += 1;
      bytes += sizeOfPair(key, value);
    }
    return { items, bytes };
  }
}

export function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message, 404);
}

function storeOf(row: Record<string, SQLOutputValue>): KeyValueStore {
  const id = String(row.id);
  const version = createHash('sha256').update(`${id} ${row.version}`).digest('hex');
  return {
    id,
    arn: arn('cloudfront', `key-value-store/${id}`, ''),
    etag: `KV${version.slice(0, 12).toUpperCase()}`,
    items: Number(row.items),
    bytes: Number(row.bytes),
    createdAt: Number(row.created_at),
    modifiedAt: Number(row.modified_at),
  };
}
