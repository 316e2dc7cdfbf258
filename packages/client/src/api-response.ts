import type { RequestReasonCode } from '../../../core/contract/reasons.ts';
import type { Problem } from '../../../core/contract/wire.ts';
import { UploadError } from './upload-error.ts';

/** What API Gateway's own answers mean: they carry `{"message": …}` and are no problem+json. */
const GATEWAY_CODES: Readonly<Record<number, RequestReasonCode>> = {
  400: 'malformed_request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'route_not_found',
  413: 'request_too_large',
  429: 'too_many_requests',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
};

/** No service of ours asks for more; a proxy's mistake shall not stop an upload for a day. */
const MAX_RETRY_AFTER_MS = 60_000;

/** The error that an answer other than 2xx stands for, whoever gave it. */
export function errorOf(
  status: number,
  text: string,
  retryAfter: string | null,
  now: number,
): UploadError {
  const problem = problemOf(text);
  const code = problem?.code ?? GATEWAY_CODES[status] ?? 'internal_error';
  return new UploadError(code, {
    status,
    problem,
    message: problem ? undefined : `The service answered ${status}: ${text.slice(0, 200)}`,
    retryable: problem?.retryable ?? (status === 429 || status >= 500),
    retryAfterMs: retryAfterMs(retryAfter, now),
  });
}

function problemOf(text: string): Problem | undefined {
  let value: Partial<Record<keyof Problem, unknown>>;
  try {
    value = JSON.parse(text) ?? {};
  } catch {
    return undefined;
  }
  const strings = [value.type, value.title, value.code, value.next];
  return strings.every((member) => typeof member === 'string') &&
    typeof value.status === 'number' &&
    typeof value.retryable === 'boolean'
    ? (value as Problem)
    : undefined;
}

/** `Retry-After` is seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfterMs(value: string | null, now: number): number | undefined {
  if (!value) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? undefined : Math.min(MAX_RETRY_AFTER_MS, Math.max(0, ms));
}
