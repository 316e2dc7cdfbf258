import type { ReasonCode } from '../../../core/contract/reasons.ts';
import type { Problem } from '../../../core/contract/wire.ts';

/** What can go wrong on the client's side; every other code comes from the API's catalogue of reasons. */
const clientReasons = {
  /** No answer came, for as long as the options allow to wait. */
  network: 'The network is down.',
  /** The `signal` was aborted. What S3 has received stays there: the upload can be resumed. */
  aborted: 'The upload was stopped. It can be resumed.',
  /** `cancel()` was called: nothing is left of the upload. */
  cancelled: 'The upload was cancelled.',
  /** The file is not what it was when its upload began. Nothing of it was mixed with the old one. */
  file_changed: 'The file has changed since its upload began.',
  /** The file cannot be read, or a stream ended too early or too late. */
  file_unreadable: 'The file could not be read.',
  /** A record of an unfinished upload cannot be gone on with: no file, or its upload has ended. */
  not_resumable: 'This upload cannot be resumed.',
  /** Another transfer, in this or another process or tab, is sending the same upload. */
  busy: 'This upload is on its way elsewhere.',
  /** S3 has refused a part for good. */
  storage_refused: 'S3 refused a part.',
  /** The bucket's CORS rule does not expose `ETag`, without which no upload can be completed. */
  etag_hidden: 'CORS does not expose ETag.',
  /** What came from `api` is no answer of this API. */
  invalid_answer: 'The answer is not of this API.',
} as const;

/** Whatever else went wrong on the client's side will go wrong again. */
const RETRYABLE = ['network', 'aborted', 'busy'];

export type ClientCode = keyof typeof clientReasons;

/** Stable: from the API's catalogue of reasons, or the client's own. Later versions may add codes. */
export type UploadErrorCode = ReasonCode | ClientCode | (string & {});

export interface UploadErrorFacts {
  readonly message?: string | undefined;
  /** HTTP status of the answer that said so. */
  readonly status?: number | undefined;
  /** The API's answer as it came; absent where API Gateway, S3 or nobody answered. */
  readonly problem?: Problem | undefined;
  readonly retryable?: boolean | undefined;
  readonly partNumber?: number | undefined;
  /** Milliseconds that the answer asked to wait (`Retry-After`). */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** Everything that this package throws. `code` is stable; nobody needs to parse messages. */
export class UploadError extends Error {
  override readonly name = 'UploadError';
  readonly code: UploadErrorCode;
  readonly status: number | undefined;
  readonly problem: Problem | undefined;
  /** Whether the same, tried again unchanged, may succeed. */
  readonly retryable: boolean;
  readonly partNumber: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: UploadErrorCode, facts: UploadErrorFacts = {}) {
    const own: string | undefined = clientReasons[code as ClientCode];
    const { problem } = facts;
    super(facts.message ?? problem?.detail ?? problem?.title ?? own ?? code, facts);
    this.code = code;
    this.status = facts.status;
    this.problem = problem;
    this.retryable = facts.retryable ?? problem?.retryable ?? RETRYABLE.includes(code);
    this.partNumber = facts.partNumber;
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** `error` as an UploadError; whatever is not one becomes the `fallback`, with the error as its cause. */
export function asUploadError(error: unknown, fallback: UploadErrorCode): UploadError {
  if (error instanceof UploadError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new UploadError(fallback, { message, cause: error });
}
