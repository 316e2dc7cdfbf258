/** What tells a file from another one, or from itself after a change, without reading it whole. */
export interface Fingerprint {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch; absent for a Blob without one. */
  readonly lastModified?: number | undefined;
  /** CRC64NVME of some places of the file, its head and tail among them, base64. */
  readonly sample: string;
}

/** The user's own choice of a file; a browser's FileSystemFileHandle is one. */
export interface KeptHandle {
  readonly kind: 'file';
  readonly name: string;
  getFile(): Promise<Blob>;
}

/** A part that S3 has acknowledged. */
export interface KeptPart {
  readonly partNumber: number;
  /** As S3 answered it. */
  readonly etag: string;
  /** CRC64NVME of its bytes, base64. */
  readonly crc: string;
}

/** An unfinished upload, as it is kept to be gone on with. It holds no URL and no token. */
export interface ResumeRecord {
  readonly version: 1;
  /** The record's own id; also the Idempotency-Key of the upload's creation. */
  readonly id: string;
  /** Base URL of the API. */
  readonly api: string;
  /** Absent where the creation's answer was lost: asking again with the same key answers the same upload. */
  readonly uploadId?: string | undefined;
  readonly fileName: string;
  readonly contentType: string;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly fingerprint: Fingerprint;
  /** Bytes of every part but the last; absent as long as `uploadId` is. */
  readonly partSize?: number | undefined;
  /** ISO 8601. */
  readonly createdAt: string;
  /** ISO 8601; after it the upload has expired. */
  readonly deadline?: string | undefined;
  readonly parts: readonly KeptPart[];
  /** Set once a checksum has differed: what S3 holds is not trusted, every part is sent again. */
  readonly distrusted?: boolean | undefined;
  /** Node: the file's absolute path. */
  readonly path?: string | undefined;
  /** Browser: the file as the user chose it, where the page was given a handle. */
  readonly handle?: KeptHandle | undefined;
}

/** Where records are kept: IndexedDB in a browser, one file each in a folder in Node. */
export interface ResumeStore {
  /** All records, newest first. */
  list(): Promise<ResumeRecord[]>;
  /** Writes a record anew, with its parts. */
  put(record: ResumeRecord): Promise<void>;
  /** Adds a part to a record; cheap, since it happens for every part. */
  addPart(id: string, part: KeptPart): Promise<void>;
  remove(id: string): Promise<void>;
  /**
   * Makes a record this transfer's own until the answer is called. Undefined where another transfer that is
   * alive has it, in this process, tab or another one.
   */
  claim(id: string): Promise<(() => void) | undefined>;
}
