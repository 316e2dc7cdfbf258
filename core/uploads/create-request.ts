import { metadataBytes } from '../contract/metadata.ts';
import type { FieldProblem } from '../contract/problem.ts';
import type { RequestReasonCode } from '../contract/reasons.ts';
import type { Budgets } from '../quota/budgets.ts';
import { fileNameProblem } from './file-name.ts';
import { MAX_REQUEST_BYTES, type UploadPolicy } from './upload-policy.ts';

interface DeclaredFile {
  readonly fileName: string;
  readonly contentType: string;
  /** Bytes. */
  readonly size: number;
  readonly method?: 'multipart' | 'put' | 'post' | undefined;
  readonly redirect?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** In lower case and without parameters: `Video/MP4; codecs="avc1"` becomes `video/mp4`. */
export function bareContentType(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

/** Returns every rule of policy and budgets that the declared file breaks; an empty list if it is allowed. */
export function createRequestProblems(
  request: DeclaredFile,
  policy: UploadPolicy,
  budgets: Pick<Budgets, 'metadataBytes'>,
): (FieldProblem & { readonly code: RequestReasonCode | 'empty_file' })[] {
  const problems: ReturnType<typeof createRequestProblems> = [];
  const name = fileNameProblem(request.fileName);
  if (name) problems.push({ pointer: '/fileName', code: 'file_name_invalid', detail: name });

  const type = bareContentType(request.contentType);
  if (!policy.contentTypes.includes(type)) {
    const detail = `must be one of ${policy.contentTypes.join(', ')}; got ${JSON.stringify(type.slice(0, 100))}`;
    problems.push({ pointer: '/contentType', code: 'content_type_not_allowed', detail });
  }

  const { minimumBytes, maximumBytes } = policy.size;
  const detail = `must be ${minimumBytes} to ${maximumBytes} bytes; got ${request.size}`;
  if (request.size === 0) problems.push({ pointer: '/size', code: 'empty_file', detail });
  else if (request.size < minimumBytes) {
    problems.push({ pointer: '/size', code: 'file_too_small', detail });
  } else if (request.size > maximumBytes) {
    problems.push({ pointer: '/size', code: 'file_too_large', detail });
  } else if (request.method && request.method !== 'multipart' && request.size > MAX_REQUEST_BYTES) {
    const most = `must be at most ${MAX_REQUEST_BYTES} bytes with method ${request.method}; got ${request.size}`;
    problems.push({ pointer: '/size', code: 'file_too_large_for_method', detail: most });
  }

  const bytes = metadataBytes(request.metadata ?? {});
  if (bytes > budgets.metadataBytes) {
    const detail = `must have at most ${budgets.metadataBytes} bytes of UTF-8 in all names and values; got ${bytes}`;
    problems.push({ pointer: '/metadata', code: 'invalid_request', detail });
  }
  return problems;
}

/**
 * Scheme, host and the characters of RFC 3986, so that every parser finds the same host: a browser reads `\` as `/`,
 * and `https:host` as a relative path. Without `$`, which a POST policy escapes:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html ("Character Escaping")
 */
const PLAIN_URL = /^https?:\/\/[^/?#][\w.~:/?#[\]@!&'()*+,;=%-]*$/i;

/**
 * Checks where S3 redirects the browser after a form. The origin must be listed by name: `*` does not count, because
 * the form could then redirect to any site.
 */
export function redirectProblems(
  { method, redirect }: DeclaredFile,
  allowedOrigins: readonly string[],
): (FieldProblem & { readonly code: 'invalid_request' })[] {
  if (redirect === undefined) return [];
  const at = { pointer: '/redirect', code: 'invalid_request' } as const;
  if (method !== 'post') return [{ ...at, detail: 'is allowed only with method post' }];
  if (!PLAIN_URL.test(redirect)) {
    const got = JSON.stringify(redirect.slice(0, 100));
    const detail = `must be https:// or http://, a host, and only characters that RFC 3986 allows in a URL, without $; percent-encode other characters; got ${got}`;
    return [{ ...at, detail }];
  }
  const { origin, username, password } = new URL(redirect);
  if (username || password) return [{ ...at, detail: 'must have no user name and password' }];
  if (allowedOrigins.includes(origin)) return [];
  const named = allowedOrigins.filter((allowed) => allowed !== '*').join(', ') || 'none';
  return [{ ...at, detail: `must have an allowed origin (${named}); got ${origin}` }];
}
