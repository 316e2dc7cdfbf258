import type { Upload } from '../../../core/contract/wire.ts';
import type { ApiOptions } from './api-options.ts';
import type { Progress } from './progress.ts';
import type { ResumeStore } from './resume-record.ts';

/** A file that is read once, from its first byte to its last. Another process cannot resume it. */
export interface StreamInput {
  readonly stream: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;
  /** Bytes. A stream with more or fewer bytes ends in `file_unreadable`. */
  readonly size: number;
  readonly name: string;
  /**
   * Content type, for example `video/mp4`.
   *
   * @default by the suffix of `name`
   */
  readonly type?: string | undefined;
}

export interface UploadOptions extends ApiOptions {
  /**
   * Name that the API stores for the file.
   *
   * @default the file's own name
   */
  readonly fileName?: string | undefined;
  /**
   * Content type that the API stores for the file.
   *
   * @default by the suffix of the name if it is a video's, else the type that the platform gives the file
   */
  readonly contentType?: string | undefined;
  /**
   * The app's own notes, which the API returns with the upload.
   *
   * @default {}
   */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /**
   * How many parts are sent at the same time.
   *
   * @default it follows the measured throughput: 6 at first, at most 6 in a browser and 16 in Node
   */
  readonly concurrency?: number | undefined;
  /**
   * Called with the progress, at most ten times a second and at every change of state. An error that it throws becomes
   * an unhandled rejection; the upload continues.
   *
   * @default undefined
   */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /**
   * Called once the API has created the upload, or returned the unfinished one, before the first part is sent.
   *
   * @default undefined
   */
  readonly onGranted?: ((upload: Upload) => void) | undefined;
  /**
   * Whether an unfinished upload of the same file is resumed.
   *
   * @default true
   */
  readonly resume?: boolean | undefined;
  /**
   * Where resume records are stored; `false` stores none.
   *
   * @default IndexedDB in a browser, a folder in Node
   */
  readonly store?: ResumeStore | false | undefined;
  /**
   * Milliseconds without a byte sent after which a part is sent again. Doubles after each stall.
   *
   * @default 30,000
   */
  readonly stallMs?: number | undefined;
}

/** A running upload. */
export interface Transfer {
  /**
   * Resolves with the upload when all bytes are stored and processing has begun.
   *
   * Rejects with an UploadError. If that is `retryable`, such as `aborted` or `network`, the same `upload` call
   * resumes where it stopped.
   */
  readonly done: Promise<Upload>;
  /** The API's id; undefined until the API has created the upload. */
  readonly uploadId: string | undefined;
  readonly progress: Progress;
  /** Stops sending at once, active parts included. Parts that S3 has acknowledged are kept. */
  pause(): void;
  /** Continues after `pause()`. */
  resume(): void;
  /**
   * Ends the upload for good. When this resolves, its parts, its quota and its record are gone, and `done` has rejected
   * with `cancelled`. After `done` has resolved it deletes the video.
   */
  cancel(): Promise<void>;
}

/** Options of `resumeUpload`; the rest is in the record. */
export type ResumeOptions = Omit<
  UploadOptions,
  'api' | 'fileName' | 'contentType' | 'metadata' | 'resume'
>;
