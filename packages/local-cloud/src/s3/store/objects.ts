import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { CannedAcl } from '../access/acl.ts';
import type { Checksum } from '../checksum/algorithms.ts';

export type Tags = readonly (readonly [key: string, value: string])[];

/** The properties that a client gives an object. */
export interface ObjectRecord {
  /** `content-type`, `cache-control` and the like, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** User metadata without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Tags;
  readonly acl: CannedAcl;
  readonly checksum?: Checksum;
  /** Number of parts; objects of a multipart upload only. */
  readonly partsCount?: number;
}

export interface StoredVersion {
  readonly sequence: number;
  readonly bucket: string;
  readonly key: string;
  /** `null` for versions without versioning or while it is suspended. */
  readonly versionId: string;
  readonly latest: boolean;
  readonly deleteMarker: boolean;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  /** ms since the epoch, whole seconds. */
  readonly modifiedAt: number;
  /** The owner's account. */
  readonly owner: string;
  readonly record: ObjectRecord;
}

export interface Segment {
  readonly partNumber: number;
  /** The offset of the segment in the object. */
  readonly start: number;
  readonly size: number;
  readonly blob: string;
  readonly checksum: string | undefined;
}

export type NewVersion = Omit<StoredVersion, 'sequence' | 'latest'>;

/** Versions of objects and their segments. Call writing methods within a transaction. */
export class Objects {
  readonly #statements: Readonly<Record<keyof typeof SQL, StatementSync>>;

  constructor(database: DatabaseSync) {
    this.#statements = Object.fromEntries(
      Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)]),
    ) as Record<keyof typeof SQL, StatementSync>;
  }

  /** The latest version, which may be a delete marker. */
  latest(bucket: string, key: string): StoredVersion | undefined {
    return versionOf(this.#statements.latest.get(bucket, key));
  }

  version(bucket: string, key: string, versionId: string): StoredVersion | undefined {
    return versionOf(this.#statements.version.get(bucket, key, versionId));
  }

  segments(sequence: number): Segment[] {
    return this.#statements.segments.all(sequence).map(segmentOf);
  }

  /** Adds `version` as the latest one. A version with the same id must have been removed before. */
  add(version: NewVersion, segments: Iterable<Segment>): StoredVersion {
    const { bucket, key } = version;
    this.#statements.supersede.run(bucket, key);
    const { lastInsertRowid } = this.#statements.insert.run(
      bucket,
      key,
      version.versionId,
      Number(version.deleteMarker),
      version.size,
      version.etag,
      version.modifiedAt,
      version.owner,
      JSON.stringify(version.record),
    );
    const sequence = Number(lastInsertRowid);
    for (const { partNumber, start, size, blob, checksum } of segments) {
      this.#statements.insertSegment.run(sequence, partNumber, start, size, blob, checksum ?? null);
    }
    return { ...version, sequence, latest: true };
  }

  setRecord(sequence: number, record: ObjectRecord): void {
    this.#statements.setRecord.run(JSON.stringify(record), sequence);
  }

  /** Removes a version permanently and returns its blobs. The previous version becomes the latest one. */
  remove(version: StoredVersion): string[] {
    const blobs = this.segments(version.sequence).map(({ blob }) => blob);
    this.#statements.remove.run(version.sequence);
    if (version.latest) this.#statements.promote.run(version.bucket, version.key);
    return blobs;
  }

  /** Latest versions without delete markers, in the order of their keys, starting with or after `from`. */
  *scanLatest(bucket: string, from: string, inclusive: boolean): Generator<StoredVersion> {
    const statement = inclusive ? this.#statements.scanFrom : this.#statements.scanAfter;
    yield* page(
      (key, first) => (first ? statement : this.#statements.scanAfter).all(bucket, key),
      from,
    );
  }

  /** All versions of the keys starting with `from`, newest first within a key. */
  *scanVersions(bucket: string, from: string): Generator<StoredVersion> {
    let key = from;
    for (let inclusive = true; ; inclusive = false) {
      const row = (inclusive ? this.#statements.keyFrom : this.#statements.keyAfter).get(
        bucket,
        key,
      );
      if (!row) return;
      key = String(row.key);
      for (const each of this.#statements.versionsOfKey.all(bucket, key)) yield definite(each);
    }
  }

  isBlobNamed(blob: string): boolean {
    return this.#statements.blobNamed.get(blob, blob) !== undefined;
  }
}

const PAGE = 256;

const SQL = {
  latest: 'SELECT * FROM versions WHERE bucket = ? AND key = ? AND latest = 1',
  version: 'SELECT * FROM versions WHERE bucket = ? AND key = ? AND version_id = ?',
  segments: 'SELECT * FROM segments WHERE sequence = ? ORDER BY part_number',
  supersede: 'UPDATE versions SET latest = 0 WHERE bucket = ? AND key = ? AND latest = 1',
  insert: `INSERT INTO versions
    (bucket, key, version_id, latest, delete_marker, size, etag, modified_at, owner, record)
    VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?)`,
  insertSegment: `INSERT INTO segments (sequence, part_number, start, size, blob, checksum)
    VALUES (?, ?, ?, ?, ?, ?)`,
  setRecord: 'UPDATE versions SET record = ? WHERE sequence = ?',
  remove: 'DELETE FROM versions WHERE sequence = ?',
  promote: `UPDATE versions SET latest = 1 WHERE sequence =
    (SELECT MAX(sequence) FROM versions WHERE bucket = ? AND key = ?)`,
  scanFrom: `SELECT * FROM versions
    WHERE bucket = ? AND key >= ? AND latest = 1 AND delete_marker = 0 ORDER BY key LIMIT ${PAGE}`,
  scanAfter: `SELECT * FROM versions
    WHERE bucket = ? AND key > ? AND latest = 1 AND delete_marker = 0 ORDER BY key LIMIT ${PAGE}`,
  keyFrom: 'SELECT key FROM versions WHERE bucket = ? AND key >= ? ORDER BY key LIMIT 1',
  keyAfter: 'SELECT key FROM versions WHERE bucket = ? AND key > ? ORDER BY key LIMIT 1',
  versionsOfKey: 'SELECT * FROM versions WHERE bucket = ? AND key = ? ORDER BY sequence DESC',
  blobNamed: `SELECT 1 FROM segments WHERE blob = ?
    UNION ALL SELECT 1 FROM parts WHERE blob = ? LIMIT 1`,
} as const;

type Row = Record<string, SQLOutputValue>;

function* page(rows: (key: string, first: boolean) => Row[], from: string) {
  let key = from;
  for (let first = true; ; first = false) {
    const found = rows(key, first);
    for (const row of found) yield definite(row);
    const last = found.at(-1);
    if (!last || found.length < PAGE) return;
    key = String(last.key);
  }
}

function definite(row: Row): StoredVersion {
  return {
    sequence: Number(row.sequence),
    bucket: String(row.bucket),
    key: String(row.key),
    versionId: String(row.version_id),
    latest: row.latest === 1,
    deleteMarker: row.delete_marker === 1,
    size: Number(row.size),
    etag: String(row.etag),
    modifiedAt: Number(row.modified_at),
    owner: String(row.owner),
    record: JSON.parse(String(row.record)) as ObjectRecord,
  };
}

function versionOf(row: Row | undefined): StoredVersion | undefined {
  return row && definite(row);
}

function segmentOf(row: Row): Segment {
  return {
    partNumber: Number(row.part_number),
    start: Number(row.start),
    size: Number(row.size),
    blob: String(row.blob),
    checksum: row.checksum === null ? undefined : String(row.checksum),
  };
}
