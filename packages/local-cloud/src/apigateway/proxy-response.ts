/** What goes back to the client. Header values may be repeated (`set-cookie`). */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/**
 * A function's answer in payload format 2.0. Without `statusCode` the whole answer is the body of a 200.
 * Answers undefined when the answer has a form that API Gateway does not accept: that is a 500.
 */
export function proxyResponse(payload: string): HttpResponse | undefined {
  const answer: unknown = JSON.parse(payload);
  if (typeof answer === 'string') return plain(answer);
  if (typeof answer !== 'object' || answer === null || !('statusCode' in answer))
    return plain(payload);
  const { statusCode, headers, cookies, body, isBase64Encoded } = answer as Record<string, unknown>;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined;
  if (headers !== undefined && headers !== null && typeof headers !== 'object') return undefined;
  if (body !== undefined && body !== null && typeof body !== 'string') return undefined;
  const named = Object.entries(headers ?? {}).map(
    ([name, value]) => [name.toLowerCase(), String(value)] as const,
  );
  return {
    status,
    headers: {
      ...(body === undefined || body === null
        ? {}
        : { 'content-type': 'text/plain;charset=UTF-8' }),
      ...Object.fromEntries(named),
      ...(Array.isArray(cookies) ? { 'set-cookie': cookies.map(String) } : {}),
    },
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

/** API Gateway's own answers: `{"message": …}`. */
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
