import type { Clock } from '../shared.ts';
import type { TableDefinition } from '../tables/definition.ts';
import type { Stream } from '../tables/stream.ts';
import type { StreamDefinition, StreamViewType } from '../tables/stream-definition.ts';
import type { Database } from './database.ts';
import { type ItemChange, type StreamRecord, streamRecord } from './stream-record.ts';

export const STREAMS_SCHEMA = `
  CREATE TABLE IF NOT EXISTS streams (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    table_name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    disabled_at INTEGER,
    stream TEXT NOT NULL,
    UNIQUE (table_name, created_at)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS stream_records (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    stream_id INTEGER NOT NULL,
    written_at INTEGER NOT NULL,
    record TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS records_by_stream ON stream_records (stream_id, position);
  CREATE INDEX IF NOT EXISTS records_by_time ON stream_records (written_at);
`;

/** Records and disabled streams go after 24 hours: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html */
const RETENTION_MS = 24 * 60 * 60 * 1000;

export interface WrittenRecord {
  readonly position: number;
  readonly writtenAt: number;
  readonly record: StreamRecord;
}

/** The streams of all tables and their records. */
export class StreamLog {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** The definition of a new stream, which `start` starts. */
  next(tableName: string, viewType: StreamViewType): StreamDefinition {
    const [last] = rowOf<[number | null]>(
      this.#database
        .statement('SELECT max(created_at) FROM streams WHERE table_name = ?')
        .get(tableName),
    );
    const createdAt = Math.max(this.#clock.now(), (last ?? 0) + 1);
    // Without the zone, as on AWS: 2015-05-20T20:51:10.252
    const label = new Date(createdAt).toISOString().slice(0, -1);
    return { id: this.#lastId('streams') + 1, label, createdAt, viewType, enabled: true };
  }

  start({ name: tableName, keySchema }: TableDefinition, definition: StreamDefinition): void {
    const { id, label, createdAt, viewType } = definition;
    const startsAfter = this.lastPosition();
    const stream: Stream = { id, tableName, label, viewType, keySchema, createdAt, startsAfter };
    this.#database
      .statement('INSERT INTO streams (id, table_name, created_at, stream) VALUES (?, ?, ?, ?)')
      .run(id, tableName, createdAt, JSON.stringify(stream));
  }

  /** Ends a stream; its records can be read until they are too old. */
  disable({ id }: StreamDefinition): void {
    this.#database
      .statement('UPDATE streams SET disabled_at = ? WHERE id = ? AND disabled_at IS NULL')
      .run(this.#clock.now(), id);
  }

  /** Call it in the transaction of the change. Does nothing for a table without an enabled stream. */
  append(change: ItemChange): void {
    const { stream } = change.table.definition;
    if (stream?.enabled !== true) return;
    const record = streamRecord(change, stream.viewType);
    if (record === undefined) return;
    const now = this.#clock.now();
    this.#forgetOld(now);
    this.#database
      .statement('INSERT INTO stream_records (stream_id, written_at, record) VALUES (?, ?, ?)')
      .run(stream.id, now, JSON.stringify(record));
  }

  /** In the order of their creation. */
  all(): readonly Stream[] {
    this.#forgetOld(this.#clock.now());
    const rows = this.#database
      .statement('SELECT disabled_at, stream FROM streams ORDER BY id')
      .all() as unknown as readonly (readonly [number | null, string])[];
    return rows.map(([disabledAt, stream]) => ({
      ...(JSON.parse(stream) as Stream),
      ...(disabledAt !== null && { disabledAt }),
    }));
  }

  /** The records behind a position, the oldest first. */
  read({ id }: Stream, behind: number, limit: number): readonly WrittenRecord[] {
    this.#forgetOld(this.#clock.now());
    const rows = this.#database
      .statement(
        'SELECT position, written_at, record FROM stream_records WHERE stream_id = ? AND position > ? ORDER BY position LIMIT ?',
      )
      .all(id, behind, limit) as unknown as readonly (readonly [number, number, string])[];
    return rows.map(([position, writtenAt, record]) => ({
      position,
      writtenAt,
      record: JSON.parse(record) as StreamRecord,
    }));
  }

  /** Of the records of all streams, also of those that are gone; 0 without any. */
  lastPosition(): number {
    return this.#lastId('stream_records');
  }

  /** Whether a record that once was at a position is gone by its age. */
  isTrimmed(position: number): boolean {
    this.#forgetOld(this.#clock.now());
    const [oldest] = rowOf<[number | null]>(
      this.#database.statement('SELECT min(position) FROM stream_records').get(),
    );
    return oldest === null || position < oldest;
  }

  /** The highest id that a table with AUTOINCREMENT has had: https://www.sqlite.org/autoinc.html */
  #lastId(table: 'streams' | 'stream_records'): number {
    const [id] = rowOf<[number | null]>(
      this.#database.statement('SELECT max(seq) FROM sqlite_sequence WHERE name = ?').get(table),
    );
    return id ?? 0;
  }

  #forgetOld(now: number): void {
    const oldest = now - RETENTION_MS;
    this.#database.statement('DELETE FROM stream_records WHERE written_at < ?').run(oldest);
    this.#database.statement('DELETE FROM streams WHERE disabled_at < ?').run(oldest);
  }
}

/** The row of a query that always has one, as an array (`setReturnArrays`). */
function rowOf<T extends readonly unknown[]>(row: unknown): T {
  return row as T;
}
