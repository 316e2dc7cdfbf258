import type { CorsConfiguration } from './properties.ts';

type Headers = Record<string, string>;

/**
 * The CORS headers of a response. If the API has a CORS configuration, API Gateway ignores the CORS headers
 * of the function, and sends none to an origin that is not allowed.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export function corsHeaders(cors: CorsConfiguration, origin: string | undefined): Headers {
  const allowed = allowedOrigin(cors, origin);
  if (allowed === undefined) return {};
  return {
    'access-control-allow-origin': allowed,
    ...(allowed === '*' ? {} : { vary: 'Origin' }),
    ...(cors.AllowCredentials === true ? { 'access-control-allow-credentials': 'true' } : {}),
    ...list('access-control-expose-headers', cors.ExposeHeaders),
  };
}

/**
 * The headers of the response to a preflight. Its status is always 204; the headers are only for an allowed
 * origin.
 */
export function preflightHeaders(cors: CorsConfiguration, origin: string | undefined): Headers {
  const headers = corsHeaders(cors, origin);
  if (headers['access-control-allow-origin'] === undefined) return {};
  return {
    ...headers,
    ...list('access-control-allow-methods', cors.AllowMethods),
    ...list('access-control-allow-headers', cors.AllowHeaders),
    ...(cors.MaxAge === undefined ? {} : { 'access-control-max-age': String(cors.MaxAge) }),
  };
}

/** Whether a request is a preflight: OPTIONS with an origin and a requested method. */
export function isPreflight(
  method: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): boolean {
  return (
    method === 'OPTIONS' &&
    headers.origin !== undefined &&
    headers['access-control-request-method'] !== undefined
  );
}

function allowedOrigin(cors: CorsConfiguration, origin: string | undefined): string | undefined {
  if (origin === undefined) return undefined;
  for (const pattern of cors.AllowOrigins ?? []) {
    if (pattern === '*') return cors.AllowCredentials === true ? origin : '*';
    if (/^https?:\/\/\*$/.test(pattern) && origin.startsWith(pattern.slice(0, -1))) return origin;
    if (pattern.toLowerCase() === origin.toLowerCase()) return origin;
  }
  return undefined;
}

function list(name: string, values: readonly string[] | undefined): Headers {
  return values === undefined || values.length === 0 ? {} : { [name]: values.join(',') };
}
