import type { Checksum } from '../checksum/algorithms.ts';
import type { Engine } from '../engine.ts';
import { S3Error, s3Error } from '../errors.ts';
import { integerParameter, type ReadRequest, type S3Response } from '../http/request.ts';
import type { BlobRange } from '../store/blobs.ts';
import type { Segment, StoredVersion } from '../store/objects.ts';
import type { Bucket } from '../store/settings.ts';
import { isUnmodified } from './conditions.ts';
import { checksumHeaders, describingHeaders } from './object-headers.ts';
import { GET_OBJECT, readTarget } from './target.ts';

/** Query parameters that replace a response header; signed requests only. */
const OVERRIDES = [
  ...['cache-control', 'content-disposition', 'content-encoding', 'content-language'],
  ...['content-type', 'expires'],
];

interface ByteRange {
  readonly from: number;
  /** The last byte, inclusive. */
  readonly to: number;
}

/** GetObject and HeadObject. HEAD leaves out the body. */
export function getObject(request: ReadRequest, engine: Engine): S3Response {
  const { bucket, version } = readTarget(request, engine, GET_OBJECT);
  const overrides = responseOverrides(request);
  if (isUnmodified(request.headers, version)) {
    const { etag, 'last-modified': modified } = describingHeaders(version, bucket);
    return { status: 304, headers: { etag, 'last-modified': modified } };
  }
  return responseOf(request, engine, bucket, version, overrides);
}

function responseOf(
  request: ReadRequest,
  engine: Engine,
  bucket: Bucket,
  version: StoredVersion,
  overrides: Record<string, string>,
): S3Response {
  const segments = engine.store.objects.segments(version.sequence);
  const range = partRange(request, version, segments) ?? headerRange(request, version.size);
  const { from, to } = range ?? { from: 0, to: version.size - 1 };
  const whole = from === 0 && to === version.size - 1;
  const partial = range !== undefined && version.size > 0;
  const wantsChecksum = request.headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED';
  const parts = request.query.has('partNumber') ? version.record.partsCount : undefined;
  const checksum =
    parts !== undefined
      ? partChecksum(version, segments, from)
      : whole
        ? version.record.checksum
        : undefined;
  return {
    status: partial ? 206 : 200,
    headers: {
      ...describingHeaders(version, bucket),
      ...(wantsChecksum ? checksumHeaders(checksum) : {}),
      ...overrides,
      'content-length': to - from + 1,
      'content-range': partial ? `bytes ${from}-${to}/${version.size}` : undefined,
      'x-amz-mp-parts-count': parts,
    },
    ...(request.method === 'HEAD'
      ? {}
      : { body: engine.store.blobs.read(blobRanges(segments, from, to)) }),
  };
}

/** The blobs of the bytes `from` to `to`, inclusive. */
export function blobRanges(segments: readonly Segment[], from: number, to: number): BlobRange[] {
  const ranges: BlobRange[] = [];
  for (const { blob, start, size } of segments) {
    const first = Math.max(from, start);
    const last = Math.min(to, start + size - 1);
    if (first <= last) ranges.push({ blob, from: first - start, length: last - first + 1 });
  }
  return ranges;
}

function partRange(
  request: ReadRequest,
  version: StoredVersion,
  segments: readonly Segment[],
): ByteRange | undefined {
  const partNumber = integerParameter(request.query, 'partNumber', {
    min: 1,
    max: 10_000,
  });
  if (partNumber === undefined) return undefined;
  if (request.headers.range !== undefined) {
    throw s3Error('InvalidRequest', {
      message: 'Cannot specify both Range header and partNumber query parameter',
    });
  }
  // The parts of a completed object are numbered from 1, whatever their numbers in the upload.
  const segment = segments[partNumber - 1];
  if (!segment) {
    throw s3Error('InvalidPart', {
      message: 'The requested partnumber is not satisfiable',
      PartNumberRequested: partNumber,
      ActualPartCount: version.record.partsCount ?? 1,
    });
  }
  return { from: segment.start, to: segment.start + segment.size - 1 };
}

/** The checksum of the part that starts at `from`. */
function partChecksum(
  { record: { checksum } }: StoredVersion,
  segments: readonly Segment[],
  from: number,
): Checksum | undefined {
  const value = segments.find(({ start }) => start === from)?.checksum;
  return checksum && value !== undefined ? { ...checksum, value } : undefined;
}

/** One range of bytes. Like S3, ignores several ranges and other units. */
function headerRange({ headers }: ReadRequest, size: number): ByteRange | undefined {
  const range = parseRange(headers.range, size);
  if (range !== 'unsatisfiable') return range;
  throw new S3Error(
    'InvalidRange',
    { RangeRequested: headers.range ?? '', ActualObjectSize: size },
    { 'content-range': `bytes */${size}` },
  );
}

export function parseRange(
  header: string | undefined,
  size: number,
): ByteRange | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { from: size - length, to: size - 1 };
  }
  const from = Number(first);
  const to = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < from) return undefined;
  return from >= size ? 'unsatisfiable' : { from, to };
}

function responseOverrides({ query, identity }: ReadRequest): Record<string, string> {
  const overrides: Record<string, string> = {};
  for (const name of OVERRIDES) {
    const value = query.get(`response-${name}`);
    if (value === undefined) continue;
    if (identity.authType === undefined) {
      throw s3Error('InvalidRequest', {
        message: 'Request specific response headers cannot be used for anonymous GET requests.',
      });
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break would start a header of its own.
    if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value)) {
      throw s3Error('InvalidArgument', {
        message: `Header value for response-${name} cannot be represented using ISO-8859-1.`,
        ArgumentName: `response-${name}`,
      });
    }
    overrides[name] = value;
  }
  return overrides;
}
