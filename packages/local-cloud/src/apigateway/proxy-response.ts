import { validateHeaderName, validateHeaderValue } from 'node:http';

/** A response to the client. A header may have several values (`set-cookie`). */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/**
 * The response that a function returns, in payload format 2.0. Without `statusCode` the whole value is the body of a
 * 200. Undefined for a response that API Gateway does not accept: the client then gets a 500.
 */
export function proxyResponse(payload: string): HttpResponse | undefined {
  const returned: unknown = JSON.parse(payload);
  if (typeof returned === 'string') return plain(returned);
  if (typeof returned !== 'object' || returned === null || !('statusCode' in returned))
    return plain(payload);
  const { statusCode, headers, cookies, body, isBase64Encoded } = returned as Record<
    string,
    unknown
  >;
  const status = Number(statusCode);
  // A client that gets a status below 200 waits for another response.
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined;
  if (headers !== undefined && headers !== null && typeof headers !== 'object') return undefined;
  if (body !== undefined && body !== null && typeof body !== 'string') return undefined;
  const named = Object.entries(headers ?? {}).map(
    ([name, value]) => [name.toLowerCase(), String(value)] as const,
  );
  const setCookie = Array.isArray(cookies) ? cookies.map(String) : [];
  if (![...named, ...setCookie.map((cookie) => ['set-cookie', cookie] as const)].every(canBeSent))
    return undefined;
  return {
    status,
    headers: {
      ...(body === undefined || body === null
        ? {}
        : { 'content-type': 'text/plain;charset=UTF-8' }),
      ...Object.fromEntries(named),
      ...(Array.isArray(cookies) ? { 'set-cookie': setCookie } : {}),
    },
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

/** Whether HTTP allows the header; a line break in it, for example, is not allowed. */
function canBeSent([name, value]: readonly [string, string]): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

/** A response of API Gateway itself: `{"message": …}`. */
export function ownResponse(status: number, message: string, headers = {}): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify({ message })),
  };
}

function plain(body: string): HttpResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(body) };
}
