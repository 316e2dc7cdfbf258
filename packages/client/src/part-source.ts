import type { StoredFileHandle } from './resume-record.ts';

/** The position of a part in the file. */
export interface PartJob {
  readonly partNumber: number;
  /** Bytes from the file's start. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

/** S3's response to a part. */
export interface PartResponse {
  readonly status: number;
  /** As S3 wrote it; absent on an error, or where CORS hides it. */
  readonly etag: string | undefined;
  /** S3's error document; empty if there is none. */
  readonly body: string;
  /** CRC64NVME of the bytes that were sent. Only called for a part that S3 has stored. */
  readonly crc: () => Promise<bigint>;
}

export interface PartRequestOptions {
  /** Called with the number of bytes of this attempt that were sent so far. */
  readonly onBytes: (bytes: number) => void;
  /** For this attempt alone. Once it is aborted, the attempt's error is ignored. */
  readonly signal: AbortSignal;
}

/** A part got no response: the connection was refused, cut, or never made. */
export class ConnectionFailure extends Error {}

/**
 * A file that is open for upload. Each platform reads, checksums and sends in its own way. Parts are requested in
 * ascending order first, and may be requested again until they are released.
 */
export interface PartSource {
  readonly name: string;
  /** Content type; empty if unknown. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly lastModified: number | undefined;
  /** Whether any byte can be read at any time, and again. */
  readonly seekable: boolean;
  /** Whether another page or process can open the same file: only then is a resume record kept. */
  readonly reopenable: boolean;
  /** Stored in the resume record, to open the file again. */
  readonly location: { readonly path?: string; readonly handle?: StoredFileHandle };
  /** @throws UploadError `file_changed`, `file_unreadable` */
  read(offset: number, size: number): Promise<Uint8Array>;
  /** CRC64NVME of a range. @throws UploadError `file_changed`, `file_unreadable` */
  checksum(offset: number, size: number): Promise<bigint>;
  /**
   * Resolves when the part's bytes are available; absent if they always are. A stream may be slower than the network,
   * which is not a stall. @throws UploadError `file_unreadable`
   */
  ready?(part: PartJob): Promise<unknown>;
  /**
   * PUTs a part.
   *
   * @throws ConnectionFailure if there was no response, UploadError `file_changed`, `file_unreadable`
   */
  send(part: PartJob, url: string, options: PartRequestOptions): Promise<PartResponse>;
  /** The part is stored: whatever was kept in memory to send it again can go. */
  release(part: PartJob): void;
  /** Called before an upload is completed. @throws UploadError `file_changed`, `file_unreadable` */
  assertUnchanged(): Promise<void>;
  close(): Promise<void>;
}
