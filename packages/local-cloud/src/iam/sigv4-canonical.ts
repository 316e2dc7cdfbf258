import { createHash, createHmac } from 'node:crypto';

/**
 * How a service encodes the path in the canonical request: S3 encodes the key once; all other services
 * normalise the path and encode the path of the request line a second time.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export type PathEncoding = 'once' | 'twice';

export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

const UNRESERVED = /^[A-Za-z0-9\-._~]$/;

const ENCODED_BYTE = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return UNRESERVED.test(character)
    ? character
    : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});

/** RFC 3986 encoding in the form of AWS: all but unreserved characters, upper case hexadecimal digits. */
export function uriEncode(value: string | Uint8Array): string {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  let encoded = '';
  for (const byte of bytes) encoded += ENCODED_BYTE[byte];
  return encoded;
}

/** Decodes `%XX`; any other `%` is unchanged. */
export function percentDecode(value: string): Buffer {
  if (!value.includes('%')) return Buffer.from(value);
  const bytes = Buffer.from(value);
  const decoded = Buffer.alloc(bytes.length);
  let length = 0;
  for (let index = 0; index < bytes.length; index++, length++) {
    const hex = bytes[index] === 0x25 ? bytes.toString('latin1', index + 1, index + 3) : '';
    if (/^[0-9A-Fa-f]{2}$/.test(hex)) {
      decoded[length] = Number.parseInt(hex, 16);
      index += 2;
    } else {
      decoded[length] = bytes[index] ?? 0;
    }
  }
  return decoded.subarray(0, length);
}

/** The parameters of the query in their order, decoded; `+` is a space, as in a form. */
export function parseQuery(rawQuery: string): [name: string, value: string][] {
  if (rawQuery === '') return [];
  return rawQuery
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const decode = (text: string) => percentDecode(text.replaceAll('+', ' ')).toString();
      return equals < 0
        ? [decode(pair), '']
        : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
    });
}

export function canonicalPath(rawPath: string, encoding: PathEncoding): string {
  if (encoding === 'once') {
    return rawPath
      .split('/')
      .map((segment) => uriEncode(percentDecode(segment)))
      .join('/');
  }
  const segments: string[] = [];
  for (const segment of rawPath.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  const slash = segments.length > 0 && rawPath.endsWith('/') ? '/' : '';
  return `/${segments.map(uriEncode).join('/')}${slash}`;
}

export function canonicalQuery(rawQuery: string): string {
  return parseQuery(rawQuery)
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${uriEncode(name)}=${uriEncode(value)}`)
    .map((pair) => [pair.slice(0, pair.indexOf('=')), pair] as const)
    .sort(([nameA, a], [nameB, b]) => byCodeUnit(nameA, nameB) || byCodeUnit(a, b))
    .map(([, pair]) => pair)
    .join('&');
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function headerValue(headers: RequestHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'object' ? value.join(',') : value;
}

export interface CanonicalParts {
  readonly method: string;
  /** Path of the request line, without the query. */
  readonly rawPath: string;
  /** Query of the request line, without `?`. */
  readonly rawQuery: string;
  /** Names in lower case. */
  readonly headers: RequestHeaders;
}

export function canonicalRequest(
  request: CanonicalParts,
  signedHeaders: readonly string[],
  payloadHash: string,
  encoding: PathEncoding,
): string {
  const lines = signedHeaders.map((name) => {
    const value = headerValue(request.headers, name) ?? '';
    return `${name}:${value.trim().replace(/\s+/g, ' ')}\n`;
  });
  return [
    request.method,
    canonicalPath(request.rawPath, encoding),
    canonicalQuery(request.rawQuery),
    lines.join(''),
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

export function stringToSign(timestamp: string, scope: string, canonical: string): string {
  const hash = createHash('sha256').update(canonical).digest('hex');
  return `AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${hash}`;
}

/** The signing key of a day, region and service; `date` is `YYYYMMDD`. */
export function deriveSigningKey(
  secretAccessKey: string,
  date: string,
  region: string,
  service: string,
): Buffer {
  return [date, region, service, 'aws4_request'].reduce<Buffer>(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
}

export function sign(signingKey: Buffer, text: string): string {
  return createHmac('sha256', signingKey).update(text).digest('hex');
}
