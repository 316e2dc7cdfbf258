import type { KeptHandle } from './resume-record.ts';

/** Where a part's bytes stand in the file. */
export interface PartJob {
  readonly partNumber: number;
  /** Bytes from the file's start. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

/** What S3 answered to a part. */
export interface PartResponse {
  readonly status: number;
  /** As S3 wrote it; absent on an error, or where CORS hides it. */
  readonly etag: string | undefined;
  /** S3's error document; empty where there is none. */
  readonly body: string;
  /** CRC64NVME of the bytes that were sent; only asked for of a part that S3 has taken. */
  readonly crc: () => Promise<bigint>;
}

export interface SendingOptions {
  /** Told with the bytes of this attempt that have left so far. */
  readonly onBytes: (bytes: number) => void;
  /** Of this attempt alone. Aborted, it ends in whatever error; nobody looks at it any more. */
  readonly signal: AbortSignal;
}

/** Nobody answered a part: the connection was refused, cut, or never made. */
export class ConnectionFailure extends Error {
  override readonly name = 'ConnectionFailure';
}

/**
 * A file that is open for upload: how its bytes are read, summed up and sent is a matter of the platform. Parts
 * are asked for in ascending order at first, and may be asked for again until they are released.
 */
export interface PartSource {
  readonly name: string;
  /** Content type; empty where it is not known. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly lastModified: number | undefined;
  /** Whether any byte can be read at any time, and again. */
  readonly seekable: boolean;
  /** Whether the same file can be opened by another page or process: only then a record of it is kept. */
  readonly lasting: boolean;
  /** Kept in the record of an unfinished upload, to find the file again. */
  readonly found: { readonly path?: string; readonly handle?: KeptHandle };
  /** @throws UploadError `file_changed`, `file_unreadable` */
  read(offset: number, size: number): Promise<Uint8Array>;
  /** CRC64NVME of a range. @throws UploadError `file_changed`, `file_unreadable` */
  checksum(offset: number, size: number): Promise<bigint>;
  /**
   * Resolves when a part's bytes are at hand; absent where they always are. A stream may be slower than the line,
   * and that is no stall. @throws UploadError `file_unreadable`
   */
  ready?(part: PartJob): Promise<unknown>;
  /**
   * PUTs a part.
   *
   * @throws ConnectionFailure where nobody answered, UploadError `file_changed`, `file_unreadable`
   */
  send(part: PartJob, url: string, options: SendingOptions): Promise<PartResponse>;
  /** The part has arrived: what was held of it to send it again can go. */
  release(part: PartJob): void;
  /** Asked before an upload is completed and when it goes on. @throws UploadError `file_changed`, `file_unreadable` */
  assertUnchanged(): Promise<void>;
  close(): Promise<void>;
}
