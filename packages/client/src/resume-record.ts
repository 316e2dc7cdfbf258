/** Identifies a file and its state, without reading all of it. */
export interface Fingerprint {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch; absent for a Blob that has none. */
  readonly lastModified?: number | undefined;
  /** CRC64NVME of some ranges of the file, its head and tail among them, base64. */
  readonly sample: string;
}

/** A file that the user has chosen; a browser's FileSystemFileHandle is one. */
export interface StoredFileHandle {
  readonly kind: 'file';
  readonly name: string;
  getFile(): Promise<Blob>;
}

/** A part that S3 has acknowledged. */
export interface StoredPart {
  readonly partNumber: number;
  /** As in S3's response. */
  readonly etag: string;
  /** CRC64NVME of its bytes, base64. */
  readonly crc: string;
}

/** What is kept of an unfinished upload to resume it. It contains no URL and no token. */
export interface ResumeRecord {
  readonly version: 1;
  /** The record's own id; also the Idempotency-Key of the request that creates the upload. */
  readonly id: string;
  /** Base URL of the API. */
  readonly api: string;
  /** Absent if the response to the creation was lost: the same key gets the same upload again. */
  readonly uploadId?: string | undefined;
  readonly fileName: string;
  readonly contentType: string;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly fingerprint: Fingerprint;
  /** Bytes of every part but the last; absent as long as `uploadId` is. */
  readonly partSize?: number | undefined;
  /** ISO 8601. */
  readonly createdAt: string;
  /** ISO 8601; the upload expires then. */
  readonly deadline?: string | undefined;
  readonly parts: readonly StoredPart[];
  /** Node: the file's absolute path. */
  readonly path?: string | undefined;
  /** Browser: the file as the user chose it, if the page was given a handle. */
  readonly handle?: StoredFileHandle | undefined;
}

/** Stores resume records: IndexedDB in a browser, one file for each record in Node. */
export interface ResumeStore {
  /** All records, newest first. */
  list(): Promise<ResumeRecord[]>;
  /** Creates or replaces a record, with its parts. */
  put(record: ResumeRecord): Promise<void>;
  /** Adds a part to a record. Called for every part, so it must be cheap. */
  addPart(id: string, part: StoredPart): Promise<void>;
  remove(id: string): Promise<void>;
  /**
   * Locks a record for one transfer.
   *
   * @returns a function that unlocks it; undefined if another transfer has it, in this process or tab or another one
   */
  claim(id: string): Promise<(() => void) | undefined>;
}
