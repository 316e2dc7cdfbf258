import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { ChecksumAlgorithm, ChecksumType } from '../checksum/algorithms.ts';
import type { ObjectRecord } from './objects.ts';

export interface UploadRecord extends Omit<ObjectRecord, 'checksum' | 'partsCount'> {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  /**
   * Whether the client chose the algorithm. Otherwise it is the default of S3, and parts may have checksums
   * by any algorithm.
   */
  readonly chosen: boolean;
}

/** The result of a completed upload, for a client that lost the response. */
export interface CompletedResult {
  readonly request: string;
  readonly versionId: string;
  readonly etag: string;
}

export interface Upload {
  readonly uploadId: string;
  readonly bucket: string;
  readonly key: string;
  readonly initiatedAt: number;
  /** The initiator's account. */
  readonly owner: string;
  readonly record: UploadRecord;
  readonly result: CompletedResult | undefined;
}

export interface Part {
  readonly partNumber: number;
  readonly blob: string;
  readonly size: number;
  readonly etag: string;
  /** Base64, by the upload's algorithm. */
  readonly checksum: string;
  readonly modifiedAt: number;
}

/** Multipart uploads. Call writing methods within a transaction. */
export class Uploads {
  readonly #statements: Readonly<Record<keyof typeof SQL, StatementSync>>;

  constructor(database: DatabaseSync) {
    this.#statements = Object.fromEntries(
      Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)]),
    ) as Record<keyof typeof SQL, StatementSync>;
  }

  find(uploadId: string): Upload | undefined {
    const row = this.#statements.find.get(uploadId);
    return row && uploadOf(row);
  }

  add(upload: Omit<Upload, 'result'>): void {
    const { uploadId, bucket, key, initiatedAt, owner, record } = upload;
    this.#statements.add.run(uploadId, bucket, key, initiatedAt, owner, JSON.stringify(record));
  }

  parts(uploadId: string): Part[] {
    return this.#statements.parts.all(uploadId).map(partOf);
  }

  part(uploadId: string, partNumber: number): Part | undefined {
    const row = this.#statements.part.get(uploadId, partNumber);
    return row && partOf(row);
  }

  putPart(uploadId: string, part: Part): void {
    const { partNumber, blob, size, etag, checksum, modifiedAt } = part;
    this.#statements.putPart.run(uploadId, partNumber, blob, size, etag, checksum, modifiedAt);
  }

  /** Deletes an upload and its parts. The caller decides about the blobs. */
  remove(uploadId: string): void {
    this.#statements.remove.run(uploadId);
  }

  /** Replaces the upload by its result. */
  complete(uploadId: string, at: number, result: CompletedResult): void {
    this.#statements.removeParts.run(uploadId);
    this.#statements.complete.run(at, JSON.stringify(result), uploadId);
  }

  deleteCompletedBefore(instant: number): void {
    this.#statements.deleteCompleted.run(instant);
  }

  /** Open uploads of a bucket by key, then by age, starting with a key. */
  *scan(bucket: string, from: string): Generator<Upload> {
    for (const row of this.#statements.scan.all(bucket, from)) yield uploadOf(row);
  }
}

const SQL = {
  find: 'SELECT * FROM uploads WHERE upload_id = ?',
  add: `INSERT INTO uploads (upload_id, bucket, key, initiated_at, owner, record)
    VALUES (?, ?, ?, ?, ?, ?)`,
  parts: 'SELECT * FROM parts WHERE upload_id = ? ORDER BY part_number',
  part: 'SELECT * FROM parts WHERE upload_id = ? AND part_number = ?',
  putPart: `INSERT OR REPLACE INTO parts
    (upload_id, part_number, blob, size, etag, checksum, modified_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  remove: 'DELETE FROM uploads WHERE upload_id = ?',
  removeParts: 'DELETE FROM parts WHERE upload_id = ?',
  complete: 'UPDATE uploads SET completed_at = ?, result = ? WHERE upload_id = ?',
  deleteCompleted: 'DELETE FROM uploads WHERE completed_at < ?',
  scan: `SELECT * FROM uploads WHERE bucket = ? AND key >= ? AND completed_at IS NULL
    ORDER BY key, initiated_at, upload_id`,
} as const;

type Row = Record<string, SQLOutputValue>;

function uploadOf(row: Row): Upload {
  return {
    uploadId: String(row.upload_id),
    bucket: String(row.bucket),
    key: String(row.key),
    initiatedAt: Number(row.initiated_at),
    owner: String(row.owner),
    record: JSON.parse(String(row.record)) as UploadRecord,
    result: row.result === null ? undefined : (JSON.parse(String(row.result)) as CompletedResult),
  };
}

function partOf(row: Row): Part {
  return {
    partNumber: Number(row.part_number),
    blob: String(row.blob),
    size: Number(row.size),
    etag: String(row.etag),
    checksum: String(row.checksum),
    modifiedAt: Number(row.modified_at),
  };
}
