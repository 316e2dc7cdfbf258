import type { ReasonCode } from '../../../core/contract/reasons.ts';
import type { Problem } from '../../../core/contract/wire.ts';

/**
 * Codes of this package with their default messages; empty where every error has a message of its own. Every other code
 * comes from the API's catalogue of reasons (`core/contract/reasons.ts`).
 */
const CLIENT_REASONS = {
  /** The API or S3 did not respond for as long as the options allow. Retryable. */
  network: '',
  /** `signal` was aborted. The parts that S3 has stay there, and the upload can be resumed. Retryable. */
  aborted: 'The upload was stopped.',
  /** `cancel()` was called: nothing is left of the upload. */
  cancelled: 'The upload was cancelled.',
  /** The file has changed since its upload began. Old and new bytes were not mixed. */
  file_changed: 'The file has changed.',
  /** The file cannot be read, or a stream is shorter or longer than announced. */
  file_unreadable: 'The file could not be read.',
  /** The upload has ended, or its file is not available. */
  not_resumable: 'The upload cannot be resumed.',
  /** Another transfer, in this or another process or tab, is sending the same upload. Retryable. */
  busy: 'Another transfer has this upload.',
  /** S3 refused a part, or failed to store it in every attempt. */
  storage_refused: '',
  /** The bucket's CORS rule does not expose `ETag`, which is needed to complete an upload. */
  etag_hidden: 'CORS does not expose ETag.',
  /** The server at `api` is not a reelgate API. */
  invalid_response: '',
} as const;

/** Codes that a second, unchanged attempt may get past; the API and S3 say it for theirs. */
const RETRYABLE_CODES = ['network', 'aborted', 'busy'];

export type ClientCode = keyof typeof CLIENT_REASONS;

/** Stable codes, from the API's catalogue of reasons or this package. Later versions may add codes. */
export type UploadErrorCode = ReasonCode | ClientCode | (string & {});

export interface UploadErrorFacts {
  readonly message?: string | undefined;
  /** HTTP status of the response. */
  readonly status?: number | undefined;
  /** The API's response; absent if API Gateway or S3 responded, or nobody. */
  readonly problem?: Problem | undefined;
  readonly retryable?: boolean | undefined;
  readonly partNumber?: number | undefined;
  /** Milliseconds to wait before the next attempt, from the header `Retry-After`. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** Every error of this package. `code` is stable; there is no need to parse messages. */
export class UploadError extends Error {
  override readonly name = 'UploadError';
  declare readonly code: UploadErrorCode;
  /** HTTP status of the response; undefined if there was none. */
  declare readonly status: number | undefined;
  /** The API's response, with `next`: what to do now. Undefined if another server responded, or nobody. */
  declare readonly problem: Problem | undefined;
  /** Whether the same call, repeated unchanged, may succeed. */
  declare readonly retryable: boolean;
  /** The part that failed; undefined if the error is not about one part. */
  declare readonly partNumber: number | undefined;
  /** Milliseconds to wait before the next attempt, from the header `Retry-After`. */
  declare readonly retryAfterMs: number | undefined;

  constructor(code: UploadErrorCode, facts: UploadErrorFacts = {}) {
    const { message, cause, ...rest } = facts;
    const { problem } = facts;
    const own: string | undefined = CLIENT_REASONS[code as ClientCode];
    super(message ?? problem?.detail ?? problem?.title ?? (own || code), { cause });
    const retryable = facts.retryable ?? problem?.retryable ?? RETRYABLE_CODES.includes(code);
    Object.assign(this, rest, { code, retryable });
  }
}

/** Returns `error` if it is an UploadError, else an UploadError with the code `fallback` and `error` as its cause. */
export function asUploadError(error: unknown, fallback: UploadErrorCode): UploadError {
  if (error instanceof UploadError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new UploadError(fallback, { message, cause: error });
}
