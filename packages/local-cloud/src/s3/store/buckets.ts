import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { s3Error } from '../errors.ts';
import type { Bucket, BucketSettings } from './settings.ts';

/** Buckets and their settings. They are also held in memory, since every request needs one. */
export class Buckets {
  readonly #known = new Map<string, Bucket>();
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  readonly #delete: StatementSync;
  readonly #occupied: StatementSync;

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare('INSERT INTO buckets VALUES (?, ?, ?, ?)');
    this.#update = database.prepare('UPDATE buckets SET settings = ? WHERE name = ?');
    this.#delete = database.prepare('DELETE FROM buckets WHERE name = ?');
    this.#occupied = database.prepare('SELECT 1 FROM versions WHERE bucket = ? LIMIT 1');
    for (const row of database.prepare('SELECT * FROM buckets').all()) {
      this.#known.set(String(row.name), {
        name: String(row.name),
        account: String(row.account),
        createdAt: Number(row.created_at),
        settings: JSON.parse(String(row.settings)) as BucketSettings,
      });
    }
  }

  find(name: string): Bucket | undefined {
    return this.#known.get(name);
  }

  /** Throws NoSuchBucket. */
  get(name: string): Bucket {
    const bucket = this.#known.get(name);
    if (bucket) return bucket;
    throw s3Error('NoSuchBucket', { BucketName: name });
  }

  /** By name. */
  all(): Bucket[] {
    return [...this.#known.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  add(bucket: Bucket): void {
    const { name, account, createdAt, settings } = bucket;
    this.#insert.run(name, account, createdAt, JSON.stringify(settings));
    this.#known.set(name, bucket);
  }

  change(name: string, changes: Partial<BucketSettings>): void {
    const bucket = this.get(name);
    const settings = { ...bucket.settings, ...changes };
    this.#update.run(JSON.stringify(settings), name);
    this.#known.set(name, { ...bucket, settings });
  }

  isEmpty(name: string): boolean {
    return this.#occupied.get(name) === undefined;
  }

  remove(name: string): void {
    this.#delete.run(name);
    this.#known.delete(name);
  }
}
