import type { PartResponse } from './part-source.ts';
import { UploadError } from './upload-error.ts';

/** What an answer of S3 to a part means for it. */
export type PartVerdict =
  | { readonly kind: 'arrived'; readonly etag: string }
  /** The URL has expired, or its credentials have: sign again. */
  | { readonly kind: 'sign'; readonly error: UploadError }
  /** May pass: overload, a fault of S3, bytes lost on the way. */
  | { readonly kind: 'retry'; readonly error: UploadError }
  | { readonly kind: 'refused'; readonly error: UploadError };

/**
 * Errors of the 400s that S3 gives where a part, sent again, can pass.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
const PASSING = ['RequestTimeout', 'IncompleteBody', 'BadDigest'];

/** S3 answers an expired URL with 403 AccessDenied, expired credentials with 400 ExpiredToken. */
const EXPIRED = ['ExpiredToken', 'InvalidToken'];

export function classifyPartResponse(answer: PartResponse, partNumber: number): PartVerdict {
  const { status, etag, body } = answer;
  if (status >= 200 && status < 300) {
    if (etag) return { kind: 'arrived', etag };
    return { kind: 'refused', error: new UploadError('etag_hidden', { status, partNumber }) };
  }
  const code = /<Code>(\w+)</.exec(body)?.[1] ?? 'Unknown';
  const failure = (retryable: boolean) =>
    new UploadError(code === 'NoSuchUpload' ? 'upload_gone' : 'storage_refused', {
      message: `S3 refused part ${partNumber}: ${status} ${code}.`,
      status,
      partNumber,
      retryable,
    });
  if (status === 403 || EXPIRED.includes(code)) return { kind: 'sign', error: failure(true) };
  if (status === 408 || status === 429 || status >= 500 || PASSING.includes(code)) {
    return { kind: 'retry', error: failure(true) };
  }
  return { kind: 'refused', error: failure(false) };
}
