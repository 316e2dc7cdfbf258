import { createHash } from 'node:crypto';
import { deriveSigningKey, sign } from '../../src/iam/sigv4-canonical.ts';

const REGION = 'us-east-1';
const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');

export interface ChunkedUpload {
  readonly method?: 'PUT' | 'POST';
  /** The path and the query, whose values are percent-encoded as in a signature. */
  readonly target: string;
  readonly host: string;
  readonly data: Uint8Array;
  /** ms since the epoch. */
  readonly now: number;
  /** Default: no signature, only a trailer. */
  readonly signed?: boolean;
  /** Name and value of the trailer. Optional for a signed body. */
  readonly trailer?: readonly [name: string, value: string];
  /** Default: the length of the data. */
  readonly decodedLength?: number | undefined;
  readonly chunkSize?: number;
}

/**
 * Headers and body of an upload in the form aws-chunked. The SDK for JavaScript supports only one of its
 * variants.
 */
export function awsChunked(upload: ChunkedUpload): {
  headers: Record<string, string>;
  body: Buffer<ArrayBuffer>;
} {
  const {
    method = 'PUT',
    target,
    host,
    data,
    now,
    signed = false,
    trailer,
    chunkSize = 16_384,
  } = upload;
  const decodedLength = 'decodedLength' in upload ? upload.decodedLength : data.length;
  const form = signed ? 'AWS4-HMAC-SHA256-PAYLOAD' : 'UNSIGNED-PAYLOAD';
  const timestamp = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  const date = timestamp.slice(0, 8);
  const scope = `${date}/${REGION}/s3/aws4_request`;
  const key = deriveSigningKey('main-secret', date, REGION, 's3');
  const headers: Record<string, string> = {
    'content-encoding': 'aws-chunked',
    'x-amz-content-sha256': `STREAMING-${form}${trailer ? '-TRAILER' : ''}`,
    ...(decodedLength === undefined
      ? {}
      : { 'x-amz-decoded-content-length': String(decodedLength) }),
    ...(trailer ? { 'x-amz-trailer': trailer[0] } : {}),
  };
  let previous = '';
  if (signed) {
    const all: Record<string, string> = { ...headers, host, 'x-amz-date': timestamp };
    const names = Object.keys(all).sort();
    const [path = '', query = ''] = target.split('?');
    const canonicalQuery = query.split('&').filter(Boolean).sort();
    const canonical = [
      method,
      path,
      canonicalQuery.map((pair) => (pair.includes('=') ? pair : `${pair}=`)).join('&'),
      names.map((name) => `${name}:${all[name]}\n`).join(''),
      names.join(';'),
      headers['x-amz-content-sha256'],
    ].join('\n');
    previous = sign(key, ['AWS4-HMAC-SHA256', timestamp, scope, sha256(canonical)].join('\n'));
    headers['x-amz-date'] = timestamp;
    headers.authorization = `AWS4-HMAC-SHA256 Credential=main/${scope},SignedHeaders=${names.join(';')},Signature=${previous}`;
  }
  const next = (kind: string, ...hashes: string[]) => {
    previous = sign(key, [kind, timestamp, scope, previous, ...hashes].join('\n'));
    return previous;
  };
  const parts: Uint8Array[] = [];
  const chunks = Array.from({ length: Math.ceil(data.length / chunkSize) }, (_, index) =>
    data.subarray(index * chunkSize, (index + 1) * chunkSize),
  );
  for (const chunk of [...chunks, new Uint8Array()]) {
    const signature = signed
      ? `;chunk-signature=${next('AWS4-HMAC-SHA256-PAYLOAD', sha256(''), sha256(chunk))}`
      : '';
    parts.push(Buffer.from(`${chunk.length.toString(16)}${signature}\r\n`), chunk);
    if (chunk.length > 0) parts.push(Buffer.from('\r\n'));
  }
  if (trailer) {
    const [name, value] = trailer;
    parts.push(Buffer.from(`${name}:${value}\r\n`));
    if (signed) {
      const signature = next('AWS4-HMAC-SHA256-TRAILER', sha256(`${name}:${value}\n`));
      parts.push(Buffer.from(`x-amz-trailer-signature:${signature}\r\n`));
    }
  }
  parts.push(Buffer.from('\r\n'));
  return { headers, body: Buffer.concat(parts) };
}
