import type { IncomingMessage } from 'node:http';
import type { VerifiedSignature } from '../../iam/sigv4.ts';
import { parseQuery, percentDecode } from '../../iam/sigv4-canonical.ts';
import type { Caller } from '../../shared/caller.ts';
import type { Account } from '../access/account.ts';
import { s3Error } from '../errors.ts';

export interface Identity {
  readonly caller: Caller;
  readonly account: Account | undefined;
  /** Only for Signature Version 4. */
  readonly signature: VerifiedSignature | undefined;
  /** The values of the condition keys `s3:authType` and `s3:signatureversion`; undefined without a signature. */
  readonly authType: 'REST-HEADER' | 'REST-QUERY-STRING' | 'POST' | undefined;
  readonly signatureVersion: 'AWS4-HMAC-SHA256' | 'AWS' | undefined;
  /** The age of a presigned request in ms. */
  readonly signatureAge: number | undefined;
}

/** A request before authentication. */
export interface RawRequest {
  readonly message: IncomingMessage;
  readonly method: string;
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  readonly query: ReadonlyMap<string, string>;
  readonly requestId: string;
  readonly sourceIp: string;
  /** Sends `100 Continue` to a client that waits for it. */
  readonly wantBody: () => void;
}

export interface S3Request extends RawRequest {
  readonly identity: Identity;
  /** Names in lower case. For a presigned URL they include the `x-amz-*` parameters that replace headers. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a read of an object needs of a request; another service of the process makes it without HTTP. */
export type ReadRequest = Pick<
  S3Request,
  'method' | 'bucket' | 'key' | 'query' | 'headers' | 'identity' | 'sourceIp'
>;

export interface S3Response {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number | undefined>>;
  /** Text, or a stream of bytes. A stream needs a content-length header. */
  readonly body?: string | AsyncIterable<Uint8Array>;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1024;

export function parseTarget(url: string): {
  rawPath: string;
  rawQuery: string;
  bucket: string | undefined;
  key: string | undefined;
  query: ReadonlyMap<string, string>;
} {
  const mark = url.indexOf('?');
  const rawPath = mark < 0 ? url : url.slice(0, mark);
  const rawQuery = mark < 0 ? '' : url.slice(mark + 1);
  const slash = rawPath.indexOf('/', 1);
  const bucket = decodePath(slash < 0 ? rawPath.slice(1) : rawPath.slice(1, slash));
  const key = slash < 0 ? '' : decodePath(rawPath.slice(slash + 1));
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw s3Error('KeyTooLongError', {
      Size: Buffer.byteLength(key),
      MaxSizeAllowed: MAX_KEY_BYTES,
    });
  }
  return {
    rawPath,
    rawQuery,
    bucket: bucket === '' ? undefined : bucket,
    key: key === '' ? undefined : key,
    query: new Map(parseQuery(rawQuery)),
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Keys are UTF-8; S3 refuses other bytes, and the control characters U+0080 to U+009F. */
function decodePath(raw: string): string {
  try {
    const decoded = utf8.decode(percentDecode(raw));
    if (!/[\u0080-\u009f]/.test(decoded)) return decoded;
  } catch {
    // Refused below.
  }
  throw s3Error('InvalidURI', { URI: raw });
}

/** The request's headers, and for a presigned URL those in its query. */
export function effectiveHeaders(
  message: IncomingMessage,
  query: ReadonlyMap<string, string>,
  presigned: boolean,
): Record<string, string> {
  const headers: Record<string, string> = {};
  if (presigned) {
    for (const [name, value] of query) {
      // SDKs move headers into the URL that they sign. A checksum in a URL is that of an empty body, and S3
      // ignores it.
      const lower = name.toLowerCase();
      const counts =
        name === lower &&
        name.startsWith('x-amz-') &&
        !name.startsWith('x-amz-checksum-') &&
        name !== 'x-amz-sdk-checksum-algorithm';
      if (counts) headers[name] = value;
    }
  }
  for (const [name, values] of Object.entries(decodedHeaders(message))) {
    headers[name] = values.join(',');
  }
  return headers;
}

/**
 * The headers, decoded as UTF-8 where possible: Node decodes them as Latin-1, but values that are not ASCII
 * are mostly UTF-8 and are signed as such.
 */
export function decodedHeaders({ headersDistinct }: IncomingMessage): Record<string, string[]> {
  const decoded: Record<string, string[]> = {};
  for (const [name, values] of Object.entries(headersDistinct)) {
    if (values) decoded[name] = values.map(decodeHeader);
  }
  return decoded;
}

function decodeHeader(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: matches everything that is ASCII.
  if (/^[\x00-\x7f]*$/.test(value)) return value;
  try {
    return utf8.decode(Buffer.from(value, 'latin1'));
  } catch {
    return value;
  }
}

/** The integer in a parameter. Throws InvalidArgument. */
export function integerParameter(
  query: ReadonlyMap<string, string>,
  name: string,
  { min, max }: { min: number; max: number },
): number | undefined {
  const text = query.get(name);
  if (text === undefined || text === '') return undefined;
  const value = /^-?\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw s3Error('InvalidArgument', {
    message: Number.isNaN(value)
      ? `Provided ${name} not an integer or within integer range`
      : `Argument ${name} must be an integer between ${min} and ${max}`,
    ArgumentName: name,
    ArgumentValue: text,
  });
}
