import { createHash } from 'node:crypto';
import {
  type ChecksumAlgorithm,
  checksumHeader,
  checksumsInHeaders,
  isChecksumAlgorithm,
  type RunningChecksum,
  startChecksum,
} from '../checksum/algorithms.ts';
import { notImplemented, s3Error } from '../errors.ts';
import { MAX_WRITE_BYTES } from '../limits.ts';
import type { Blobs } from '../store/blobs.ts';
import { decodeAwsChunked } from './aws-chunked.ts';
import type { S3Request } from './request.ts';

/** A stored body that agrees with its headers. */
export interface Received {
  readonly blob: string;
  readonly size: number;
  readonly md5: Buffer;
  /** Base64, by the requested algorithm. */
  readonly checksum: string;
}

/** The checksum that the request declares, in a header or as a trailer. */
export interface DeclaredChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Undefined for a trailer, which is read after the body. */
  readonly value: string | undefined;
}

/** Throws InvalidRequest for two checksums, and for an algorithm without a checksum. */
export function declaredChecksum(headers: S3Request['headers']): DeclaredChecksum | undefined {
  const found = checksumsInHeaders(headers);
  const trailer = /^x-amz-checksum-(\w+)$/.exec(headers['x-amz-trailer']?.trim() ?? '')?.[1];
  const announced = trailer?.toUpperCase();
  if (found.length + (announced ? 1 : 0) > 1) {
    throw s3Error('InvalidRequest', {
      message:
        'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    });
  }
  if (found[0]) return found[0];
  if (announced !== undefined) {
    if (isChecksumAlgorithm(announced)) return { algorithm: announced, value: undefined };
    throw notImplemented(`The checksum algorithm ${announced}`);
  }
  if (headers['x-amz-sdk-checksum-algorithm'] !== undefined) {
    throw s3Error('InvalidRequest', {
      message:
        'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    });
  }
  return undefined;
}

/** Stores a request's body. Nothing is stored if the length, digest, checksum or signature does not match. */
export async function receiveBody(
  request: S3Request,
  blobs: Blobs,
  declared: DeclaredChecksum | undefined,
  algorithm: ChecksumAlgorithm,
): Promise<Received> {
  const expectedMd5 = contentMd5(request.headers['content-md5']);
  const length = bodyLength(request);
  const trailers = new Map<string, string>();
  const source = openBody(request, trailers);

  const md5 = createHash('md5');
  const sums = new Map<ChecksumAlgorithm, RunningChecksum>();
  for (const each of new Set([algorithm, declared?.algorithm ?? algorithm])) {
    sums.set(each, startChecksum(each));
  }
  const signedHash = request.identity.signature?.payloadHash ?? '';
  const sha256 = /^[0-9a-f]{64}$/i.test(signedHash) ? createHash('sha256') : undefined;
  let size = 0;
  let checksum = '';
  let digest = Buffer.alloc(0);

  const observe = (bytes: Uint8Array) => {
    size += bytes.length;
    if (size > MAX_WRITE_BYTES) throw tooLarge(size);
    md5.update(bytes);
    sha256?.update(bytes);
    for (const sum of sums.values()) sum.update(bytes);
  };
  const verify = () => {
    if (length !== undefined && size !== length) throw s3Error('IncompleteBody');
    if (sha256 && sha256.digest('hex') !== signedHash.toLowerCase()) {
      throw s3Error('XAmzContentSHA256Mismatch', { ClientComputedContentSHA256: signedHash });
    }
    digest = md5.digest();
    requireMd5(expectedMd5, digest);
    const values = new Map([...sums].map(([name, sum]) => [name, sum.digest()]));
    if (declared) {
      const given = declared.value ?? trailers.get(checksumHeader(declared.algorithm));
      requireChecksum(declared.algorithm, given, values.get(declared.algorithm));
    }
    checksum = values.get(algorithm) ?? '';
  };
  const blob = await blobs.write(source, observe, verify);
  return { blob, size, md5: digest, checksum };
}

/**
 * Reads a small body as text, for operations with an XML or JSON document. With `ignore-checksum` the
 * checksum headers do not describe the body.
 */
export async function readText(
  request: S3Request,
  maxBytes: number,
  checksums?: 'ignore-checksum',
): Promise<string> {
  const { headers } = request;
  // An empty body may have no length.
  if (!headers['content-length'] && !headers['transfer-encoding']) return '';
  const length = bodyLength(request);
  if (length !== undefined && length > maxBytes) throw s3Error('MaxMessageLengthExceeded');
  const declared = checksums === 'ignore-checksum' ? undefined : declaredChecksum(headers);
  const trailers = new Map<string, string>();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of openBody(request, trailers)) {
    size += chunk.length;
    if (size > maxBytes) throw s3Error('MaxMessageLengthExceeded');
    chunks.push(chunk);
  }
  if (length !== undefined && size !== length) throw s3Error('IncompleteBody');
  const body = Buffer.concat(chunks);
  const signedHash = request.identity.signature?.payloadHash ?? '';
  if (/^[0-9a-f]{64}$/i.test(signedHash)) {
    const hash = createHash('sha256').update(body).digest('hex');
    if (hash !== signedHash.toLowerCase()) throw s3Error('XAmzContentSHA256Mismatch');
  }
  requireMd5(contentMd5(headers['content-md5']), createHash('md5').update(body).digest());
  if (declared) {
    const sum = startChecksum(declared.algorithm);
    sum.update(body);
    const given = declared.value ?? trailers.get(checksumHeader(declared.algorithm));
    requireChecksum(declared.algorithm, given, sum.digest());
  }
  return body.toString();
}

function openBody(request: S3Request, trailers: Map<string, string>): AsyncIterable<Uint8Array> {
  const hash = payloadForm(request);
  request.wantBody();
  // A body that is refused before its end must not close the connection: the response is sent on it.
  const body = request.message.iterator({ destroyOnReturn: false });
  if (!hash.startsWith('STREAMING-')) return body;
  const [, signed, trailer] =
    /^STREAMING-(AWS4-HMAC-SHA256|UNSIGNED)-PAYLOAD(-TRAILER)?$/.exec(hash) ?? [];
  if (signed === undefined || (signed === 'UNSIGNED' && !trailer)) {
    throw notImplemented(`The payload form ${hash}`);
  }
  const seed = signed === 'UNSIGNED' ? undefined : request.identity.signature;
  return decodeAwsChunked(body, { seed, trailer: trailer !== undefined }, trailers);
}

/** The hash of the body, or the name of its form; for an unsigned request from the header. */
function payloadForm({ headers, identity }: S3Request): string {
  return identity.signature?.payloadHash ?? headers['x-amz-content-sha256'] ?? '';
}

/** The length of the decoded body; undefined for HTTP's chunked transfer encoding. */
function bodyLength(request: S3Request): number | undefined {
  const { headers } = request;
  const streaming = payloadForm(request).startsWith('STREAMING-');
  const text = streaming ? headers['x-amz-decoded-content-length'] : headers['content-length'];
  if (text === undefined) {
    if (headers['transfer-encoding'] !== undefined && !streaming) return undefined;
    throw s3Error('MissingContentLength');
  }
  const length = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(length)) throw s3Error('BadRequest', { message: `Invalid length: ${text}` });
  if (length > MAX_WRITE_BYTES) throw tooLarge(length);
  return length;
}

function tooLarge(size: number): Error {
  return s3Error('EntityTooLarge', { ProposedSize: size, MaxSizeAllowed: MAX_WRITE_BYTES });
}

function contentMd5(header: string | undefined): Buffer | undefined {
  if (header === undefined) return undefined;
  const digest = Buffer.from(header, 'base64');
  if (digest.length === 16 && digest.toString('base64') === header) return digest;
  throw s3Error('InvalidDigest', { 'Content-MD5': header });
}

function requireMd5(expected: Buffer | undefined, calculated: Buffer): void {
  if (!expected || expected.equals(calculated)) return;
  throw s3Error('BadDigest', {
    message: 'The Content-MD5 you specified did not match what we received.',
    ExpectedDigest: expected.toString('base64'),
    CalculatedDigest: calculated.toString('base64'),
  });
}

function requireChecksum(
  algorithm: ChecksumAlgorithm,
  given: string | undefined,
  calculated: string | undefined,
): void {
  if (given === undefined) {
    throw s3Error('InvalidRequest', {
      message: `The trailer ${checksumHeader(algorithm)} was announced, but did not come.`,
    });
  }
  if (given === calculated) return;
  throw s3Error('BadDigest', {
    message: `The ${algorithm} you specified did not match the calculated checksum.`,
  });
}
