import { ownerElement, requirePermission } from '../access/permission.ts';
import type { Engine } from '../engine.ts';
import type { S3Request } from '../http/request.ts';
import type { StoredVersion } from '../store/objects.ts';
import type { Bucket } from '../store/settings.ts';
import { type XmlElement, xmlDocument } from '../xml.ts';
import { quoted } from './conditions.ts';
import {
  decodeToken,
  encodeToken,
  isoTime,
  type Listing,
  type ListParameters,
  listPage,
  listParameters,
} from './listing.ts';
import type { Operation } from './operation.ts';
import { bucketTarget } from './target.ts';

export const listObjectsV2: Operation = (request, engine) => {
  const bucket = bucketTarget(request, engine);
  const { query } = request;
  requireListPermission(engine, request, bucket, 's3:ListBucket');
  const parameters = listParameters(request);
  const { encode, prefix, delimiter } = parameters;
  const startAfter = query.get('start-after');
  const token = query.get('continuation-token');
  const after = token ? decodeToken(token) : (startAfter ?? '');
  const page = pageOf(engine, bucket, parameters, after);
  const withOwner = query.get('fetch-owner') === 'true';
  return {
    status: 200,
    body: xmlDocument('ListBucketResult', {
      Name: bucket.name,
      Prefix: encode(prefix),
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      StartAfter: startAfter === undefined ? undefined : encode(startAfter),
      ContinuationToken: token,
      NextContinuationToken:
        page.truncated && page.last !== undefined ? encodeToken(page.last) : undefined,
      KeyCount: page.items.length + page.commonPrefixes.length,
      MaxKeys: parameters.requestedKeys,
      EncodingType: parameters.encodingType,
      IsTruncated: page.truncated,
      Contents: page.items.map((version) => contents(version, parameters, withOwner)),
      CommonPrefixes: page.commonPrefixes.map((each) => ({ Prefix: encode(each) })),
    }),
  };
};

export const listObjects: Operation = (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requireListPermission(engine, request, bucket, 's3:ListBucket');
  const parameters = listParameters(request);
  const { encode, prefix, delimiter } = parameters;
  const marker = request.query.get('marker') ?? '';
  const page = pageOf(engine, bucket, parameters, marker);
  return {
    status: 200,
    body: xmlDocument('ListBucketResult', {
      Name: bucket.name,
      Prefix: encode(prefix),
      Marker: encode(marker),
      // Only with a delimiter. Otherwise the last key is the next marker.
      NextMarker:
        page.truncated && delimiter !== '' && page.last !== undefined
          ? encode(page.last)
          : undefined,
      MaxKeys: parameters.requestedKeys,
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      EncodingType: parameters.encodingType,
      IsTruncated: page.truncated,
      Contents: page.items.map((version) => contents(version, parameters, true)),
      CommonPrefixes: page.commonPrefixes.map((each) => ({ Prefix: encode(each) })),
    }),
  };
};

export function requireListPermission(
  engine: Engine,
  request: S3Request,
  bucket: Bucket,
  action: string,
): void {
  const context: Record<string, string> = { 's3:prefix': request.query.get('prefix') ?? '' };
  const delimiter = request.query.get('delimiter');
  const maxKeys = request.query.get('max-keys');
  if (delimiter !== undefined) context['s3:delimiter'] = delimiter;
  if (maxKeys !== undefined) context['s3:max-keys'] = maxKeys;
  requirePermission(engine, request, bucket, { action, context });
}

function pageOf(
  engine: Engine,
  bucket: Bucket,
  parameters: ListParameters,
  after: string,
): Listing<StoredVersion> {
  const { objects } = engine.store;
  return listPage(
    (from, inclusive) => objects.scanLatest(bucket.name, from, inclusive),
    parameters,
    after,
  );
}

function contents(
  { key, modifiedAt, etag, size, owner, record }: StoredVersion,
  { encode }: ListParameters,
  withOwner: boolean,
): XmlElement {
  return {
    Key: encode(key),
    LastModified: isoTime(modifiedAt),
    ETag: quoted(etag),
    ChecksumAlgorithm: record.checksum?.algorithm,
    ChecksumType: record.checksum?.type,
    Size: size,
    Owner: withOwner ? ownerElement(owner) : undefined,
    StorageClass: 'STANDARD',
  };
}
