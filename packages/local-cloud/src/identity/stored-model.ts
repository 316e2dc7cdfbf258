import type { DatabaseSync } from 'node:sqlite';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { Clock } from '../shared/clock.ts';

export const IDENTITY_SCHEMA = `
  CREATE TABLE IF NOT EXISTS models (
    pool_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    payload TEXT NOT NULL,
    grant_id TEXT,
    uid TEXT,
    expires_at INTEGER,
    PRIMARY KEY (pool_id, kind, id)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS models_by_grant ON models (pool_id, grant_id);
  CREATE TABLE IF NOT EXISTS keys (pool_id TEXT PRIMARY KEY, jwk TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`;

/**
 * Stores the sessions, codes, grants and tokens of one pool, so that they survive a restart. `expiresIn` is
 * in seconds.
 */
export class StoredModel implements Adapter {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly #pool: string;
  readonly #kind: string;

  constructor(database: DatabaseSync, clock: Clock, pool: string, kind: string) {
    this.#database = database;
    this.#clock = clock;
    this.#pool = pool;
    this.#kind = kind;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const expiresAt = expiresIn === undefined ? null : this.#clock.now() + expiresIn * 1000;
    this.#database
      .prepare('INSERT OR REPLACE INTO models VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(
        this.#pool,
        this.#kind,
        id,
        JSON.stringify(payload),
        payload.grantId ?? null,
        payload.uid ?? null,
        expiresAt,
      );
    this.#database.prepare('DELETE FROM models WHERE expires_at < ?').run(this.#clock.now());
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.#read('id', id);
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#read('uid', uid);
  }

  /** User codes are for the device flow, which pools do not support. */
  async findByUserCode(): Promise<undefined> {
    return undefined;
  }

  /** The first use counts: a later one does not extend a grace period. */
  async consume(id: string): Promise<void> {
    const consumed = Math.floor(this.#clock.now() / 1000);
    this.#database
      .prepare(
        "UPDATE models SET payload = json_insert(payload, '$.consumed', ?) WHERE pool_id = ? AND kind = ? AND id = ?",
      )
      .run(consumed, this.#pool, this.#kind, id);
  }

  async destroy(id: string): Promise<void> {
    this.#database
      .prepare('DELETE FROM models WHERE pool_id = ? AND kind = ? AND id = ?')
      .run(this.#pool, this.#kind, id);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    this.#database
      .prepare('DELETE FROM models WHERE pool_id = ? AND grant_id = ?')
      .run(this.#pool, grantId);
  }

  #read(column: 'id' | 'uid', value: string): AdapterPayload | undefined {
    const row = this.#database
      .prepare(
        `SELECT payload FROM models WHERE pool_id = ? AND kind = ? AND ${column} = ?
         AND (expires_at IS NULL OR expires_at > ?)`,
      )
      .get(this.#pool, this.#kind, value, this.#clock.now());
    return row === undefined ? undefined : JSON.parse(String(row.payload));
  }
}
