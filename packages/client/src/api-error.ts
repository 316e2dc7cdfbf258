import type { RequestReasonCode } from '../../../core/contract/reasons.ts';
import type { Problem } from '../../../core/contract/wire.ts';
import { hasShape, problemShape } from './response-shapes.ts';
import { MAX_RETRY_AFTER_MS } from './retry.ts';
import { UploadError } from './upload-error.ts';

/** Codes for responses that API Gateway itself gives: `{"message": …}` in place of problem+json. */
const GATEWAY_CODES: Readonly<Record<number, RequestReasonCode>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  429: 'too_many_requests',
};

/** A response that is not a success, or not what the call expects. */
export interface UnexpectedResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** The body. */
  readonly text: string;
  /** The body as JSON; undefined if it is not JSON. */
  readonly json: unknown;
}

/**
 * The error that a response stands for.
 *
 * @param base base URL of the API
 * @param now milliseconds since the epoch
 */
export function apiError(base: string, response: UnexpectedResponse, now: number): UploadError {
  const { status, headers, text, json } = response;
  const isServerError = status === 429 || status >= 500;
  const waitMs = retryAfterMs(headers.get('retry-after'), now);
  if (status >= 400 && hasShape<Problem>(json, problemShape)) {
    return new UploadError(json.code, { status, retryAfterMs: waitMs, problem: json });
  }
  // A misconfigured proxy must not stop an upload for a day.
  const facts = { status, retryAfterMs: waitMs && Math.min(MAX_RETRY_AFTER_MS, waitMs) };
  const description = `${status}: ${text.slice(0, 200)}`;
  const isGateway = hasShape<{ message: string }>(json, { message: '' });
  // Load balancers and proxies have their own pages for throttling and server errors.
  if (!isServerError && (status < 400 || status === 404 || !isGateway)) {
    return new UploadError(isGateway ? 'route_not_found' : 'invalid_response', {
      ...facts,
      message: `There is no reelgate API at ${base}. It responds ${description}`,
    });
  }
  const code = status < 500 ? 'malformed_request' : status > 501 ? 'unavailable' : 'internal_error';
  return new UploadError(GATEWAY_CODES[status] ?? code, {
    ...facts,
    retryable: isServerError,
    message: `The API responds ${description}`,
  });
}

/** `Retry-After` is a number of seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfterMs(value: string | null, now: number): number | undefined {
  if (!value) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
