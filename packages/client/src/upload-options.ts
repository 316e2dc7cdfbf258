import type { Upload } from '../../../core/contract/wire.ts';
import type { ApiOptions } from './api.ts';
import type { Progress } from './progress.ts';
import type { ResumeStore } from './resume-record.ts';

/** A file whose bytes come one after the other. It cannot be resumed in another process. */
export interface StreamInput {
  readonly stream: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;
  /** Bytes; a stream with more or less ends in `file_unreadable`. */
  readonly size: number;
  readonly name: string;
  /** For example `video/mp4`. */
  readonly type?: string | undefined;
}

export interface UploadOptions extends ApiOptions {
  /** The file's own name unless told. */
  readonly fileName?: string | undefined;
  /** What a video's suffix stands for unless told, else the file's own type. */
  readonly contentType?: string | undefined;
  /** The app's own notes, shown again by the API. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Parts on their way at the same time. Unless told it follows the measured throughput. */
  readonly concurrency?: number | undefined;
  /** What it throws is an unhandled rejection of the app's; the upload goes on. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Told once the upload is recorded, or found again, and before the first part is sent. */
  readonly onGranted?: ((upload: Upload) => void) | undefined;
  /** Goes on with an unfinished upload of the very same file, if there is one; true unless told. */
  readonly resume?: boolean | undefined;
  /** Where unfinished uploads are kept; `false` keeps nothing. IndexedDB, or a folder in Node, unless told. */
  readonly store?: ResumeStore | false | undefined;
  /** Milliseconds without a byte moving after which a part is sent again; 30,000 unless told. */
  readonly stallMs?: number | undefined;
}

/** An upload on its way. */
export interface Transfer {
  /**
   * Every byte has arrived and its processing has begun: the upload as `complete` answered it.
   *
   * Rejects with an UploadError. After `aborted`, `network` and others that are `retryable`, the same `upload`
   * goes on where it stopped.
   */
  readonly done: Promise<Upload>;
  /** The API's id; undefined until the upload is recorded. */
  readonly uploadId: string | undefined;
  readonly progress: Progress;
  /** Stops sending at once, parts on their way included; nothing that S3 has acknowledged is lost. */
  pause(): void;
  resume(): void;
  /**
   * Ends the upload for good: its parts, its quota and its record are gone when this resolves, and `done` has
   * rejected with `cancelled`. After `done` it deletes the video.
   */
  cancel(): Promise<void>;
}

/** How an unfinished upload is gone on with. */
export type ResumeOptions = Omit<
  UploadOptions,
  'api' | 'fileName' | 'contentType' | 'metadata' | 'resume'
>;
