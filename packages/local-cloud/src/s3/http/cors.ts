import type { IncomingMessage } from 'node:http';
import { s3Error } from '../errors.ts';
import type { Bucket, CorsRule } from '../store/settings.ts';
import type { S3Response } from './request.ts';

/** The first matching rule is used: https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html */
interface CorsRequest {
  readonly origin: string;
  readonly method: string;
  readonly headers: readonly string[];
}

/** The response to a preflight request. Throws BadRequest or AccessForbidden (403). */
export function preflight(
  message: Pick<IncomingMessage, 'headers'>,
  bucket: Bucket | undefined,
): S3Response {
  const { origin } = message.headers;
  const method = message.headers['access-control-request-method'];
  if (origin === undefined) {
    throw s3Error('BadRequest', {
      message: 'Insufficient information. Origin request header needed.',
    });
  }
  if (method === undefined) {
    throw s3Error('BadRequest', {
      message: 'Invalid Access-Control-Request-Method: null',
    });
  }
  const headers = (message.headers['access-control-request-headers'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const request = { origin, method, headers };
  const rule = bucket?.settings.cors?.find((each) => matchesRule(each, request));
  if (!rule) {
    throw s3Error('AccessForbidden', {
      message: bucket?.settings.cors
        ? "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec."
        : 'CORSResponse: CORS is not enabled for this bucket.',
      Method: method,
      ResourceType: 'OBJECT',
    });
  }
  return {
    status: 200,
    headers: {
      ...allowing(rule, origin),
      'access-control-allow-headers': headers.length > 0 ? headers.join(', ') : undefined,
    },
  };
}

/** The CORS headers of a response; none if no rule matches. */
export function corsHeaders(
  message: Pick<IncomingMessage, 'headers' | 'method'>,
  bucket: Bucket | undefined,
): NonNullable<S3Response['headers']> {
  const { origin } = message.headers;
  if (origin === undefined || !bucket?.settings.cors) return {};
  // Like S3, uses the method of a preflight if the request has one.
  const method = message.headers['access-control-request-method'] ?? message.method ?? 'GET';
  const request = { origin, method, headers: [] };
  const rule = bucket.settings.cors.find((each) => matchesRule(each, request));
  return rule ? allowing(rule, origin) : {};
}

function matchesRule(rule: CorsRule, { origin, method, headers }: CorsRequest): boolean {
  return (
    rule.allowedMethods.includes(method) &&
    rule.allowedOrigins.some((pattern) => matches(pattern, origin)) &&
    headers.every((name) =>
      rule.allowedHeaders.some((pattern) => matches(pattern.toLowerCase(), name)),
    )
  );
}

/** One `*` matches any text. */
function matches(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === text;
  const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail);
}

function allowing(rule: CorsRule, origin: string): NonNullable<S3Response['headers']> {
  const anyOrigin = rule.allowedOrigins.includes('*');
  return {
    'access-control-allow-origin': anyOrigin ? '*' : origin,
    'access-control-allow-credentials': anyOrigin ? undefined : 'true',
    'access-control-allow-methods': rule.allowedMethods.join(', '),
    'access-control-expose-headers':
      rule.exposedHeaders.length > 0 ? rule.exposedHeaders.join(', ') : undefined,
    'access-control-max-age': rule.maxAge,
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}
