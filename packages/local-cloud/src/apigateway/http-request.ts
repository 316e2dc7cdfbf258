import type { IncomingMessage } from 'node:http';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
export const MAX_BODY_BYTES = 10_485_760;

/** Headers of one connection, which are not forwarded. */
const HOP_BY_HOP = new Set(
  'connection keep-alive transfer-encoding te trailer upgrade expect proxy-connection cookie'.split(
    ' ',
  ),
);

/** Names in lower case. The values of repeated names are joined by a comma; cookies are separate. */
export function headersOf(request: IncomingMessage): {
  headers: Record<string, string>;
  cookies: string[];
} {
  const headers = new Map<string, string>();
  const cookies: string[] = [];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = (request.rawHeaders[index] ?? '').toLowerCase();
    const value = request.rawHeaders[index + 1] ?? '';
    if (name === 'cookie') cookies.push(...value.split(/; */).filter((cookie) => cookie !== ''));
    if (HOP_BY_HOP.has(name)) continue;
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return { headers: Object.fromEntries(headers), cookies };
}

/** Reads the body; undefined if it is larger than 10 MB. The rest is then discarded. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined;
}

/** The decoded path; undefined if its percent-encoding is invalid. */
export function decodePath(rawPath: string): string | undefined {
  try {
    return decodeURIComponent(rawPath);
  } catch {
    return undefined;
  }
}
