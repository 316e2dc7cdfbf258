import { ownerOfNew } from '../access/permission.ts';
import {
  type Checksum,
  type ChecksumAlgorithm,
  isChecksumAlgorithm,
  startChecksum,
} from '../checksum/algorithms.ts';
import type { Engine } from '../engine.ts';
import { s3Error } from '../errors.ts';
import type { S3Request } from '../http/request.ts';
import { MAX_WRITE_BYTES } from '../limits.ts';
import type { ObjectRecord, Segment, StoredVersion } from '../store/objects.ts';
import { xmlDocument } from '../xml.ts';
import { quoted, requireWriteConditions } from './conditions.ts';
import { copySource } from './copy-source.ts';
import { actorOf } from './events.ts';
import { blobRanges } from './get-object.ts';
import { newRecord, newVersionHeader } from './object-headers.ts';
import type { Operation } from './operation.ts';
import { requireWritePermission } from './put-object.ts';
import { objectTarget } from './target.ts';
import { writeVersion } from './write-version.ts';

/** Copies no bytes: the blobs of the new object are hard links to those of the source. */
export const copyObject: Operation = async (request, engine) => {
  const { bucket, key } = objectTarget(request, engine);
  requireWritePermission(engine, request, bucket, key, true);
  const { bucket: sourceBucket, version: source } = copySource(request, engine);
  const sameObject = sourceBucket.name === bucket.name && source.key === key && source.latest;
  const replaces = directive(request, 'x-amz-metadata-directive') === 'REPLACE';
  if (sameObject && !replaces) {
    throw s3Error('InvalidRequest', {
      message:
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    });
  }
  // Larger objects need UploadPartCopy: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
  if (source.size > MAX_WRITE_BYTES) {
    throw s3Error('InvalidRequest', {
      message:
        'The specified copy source is larger than the maximum allowable size for a copy source: 5368709120',
    });
  }
  const record = await copiedRecord(request, engine, source, replaces);
  const segments = await duplicated(engine, source);
  try {
    return engine.store.change((change) => {
      const target = engine.store.buckets.get(bucket.name);
      requireWriteConditions(request.headers, engine.store.objects.latest(bucket.name, key), key);
      const version = writeVersion(
        engine,
        change,
        target,
        {
          key,
          size: source.size,
          etag: source.etag,
          owner: ownerOfNew(request, target),
          record,
          segments,
        },
        actorOf(request),
        'CopyObject',
      );
      const { checksum } = record;
      return {
        status: 200,
        headers: {
          'x-amz-server-side-encryption': 'AES256',
          'x-amz-copy-source-version-id':
            sourceBucket.settings.versioning === 'Unversioned' ? undefined : source.versionId,
          ...newVersionHeader(version.versionId, target),
        },
        body: xmlDocument('CopyObjectResult', {
          LastModified: new Date(version.modifiedAt).toISOString(),
          ETag: quoted(version.etag),
          ...(checksum
            ? { ChecksumType: checksum.type, [`Checksum${checksum.algorithm}`]: checksum.value }
            : {}),
        }),
      };
    });
  } catch (error) {
    engine.store.blobs.discard(segments.map(({ blob }) => blob));
    throw error;
  }
};

function directive({ headers }: S3Request, name: string): 'COPY' | 'REPLACE' {
  const value = headers[name] ?? 'COPY';
  if (value === 'COPY' || value === 'REPLACE') return value;
  throw s3Error('InvalidArgument', {
    message: `Unknown ${name}: expected COPY or REPLACE, got ${value}.`,
    ArgumentName: name,
    ArgumentValue: value,
  });
}

async function copiedRecord(
  request: S3Request,
  engine: Engine,
  source: StoredVersion,
  replaces: boolean,
): Promise<ObjectRecord> {
  const given = newRecord(request, engine.store.buckets.get(request.bucket ?? ''));
  const { headers, metadata } = replaces ? given : source.record;
  const replacesTags = directive(request, 'x-amz-tagging-directive') === 'REPLACE';
  const checksum = await copiedChecksum(request, engine, source);
  const { partsCount } = source.record;
  return {
    headers,
    metadata,
    tags: replacesTags ? given.tags : source.record.tags,
    acl: given.acl,
    ...(checksum ? { checksum } : {}),
    ...(partsCount === undefined ? {} : { partsCount }),
  };
}

/** The source's checksum. If the request names another algorithm, the bytes are read once. */
async function copiedChecksum(
  { headers }: S3Request,
  engine: Engine,
  source: StoredVersion,
): Promise<Checksum | undefined> {
  const name = headers['x-amz-checksum-algorithm']?.toUpperCase();
  const known = source.record.checksum;
  if (name === undefined || (known?.algorithm === name && known.type === 'FULL_OBJECT'))
    return known;
  if (!isChecksumAlgorithm(name)) {
    throw s3Error('InvalidRequest', {
      message: `Checksum algorithm provided is unsupported: ${name}`,
    });
  }
  return { algorithm: name, type: 'FULL_OBJECT', value: await sumOf(engine, source, name) };
}

async function sumOf(
  engine: Engine,
  source: StoredVersion,
  algorithm: ChecksumAlgorithm,
): Promise<string> {
  const sum = startChecksum(algorithm);
  const segments = engine.store.objects.segments(source.sequence);
  const ranges = blobRanges(segments, 0, source.size - 1);
  for await (const chunk of engine.store.blobs.read(ranges)) sum.update(chunk);
  return sum.digest();
}

async function duplicated(engine: Engine, source: StoredVersion): Promise<Segment[]> {
  const made: Segment[] = [];
  try {
    for (const segment of engine.store.objects.segments(source.sequence)) {
      made.push({ ...segment, blob: await engine.store.blobs.duplicate(segment.blob) });
    }
  } catch {
    engine.store.blobs.discard(made.map(({ blob }) => blob));
    // The source was deleted in the meantime.
    throw s3Error('NoSuchKey', { Key: source.key });
  }
  return made;
}
