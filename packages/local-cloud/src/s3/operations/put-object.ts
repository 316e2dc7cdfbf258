import { ownerOfNew, requirePermission } from '../access/permission.ts';
import type { Checksum } from '../checksum/algorithms.ts';
import type { Engine } from '../engine.ts';
import { s3Error } from '../errors.ts';
import { declaredChecksum, type Received, receiveBody } from '../http/payload.ts';
import type { S3Request, S3Response } from '../http/request.ts';
import type { Bucket } from '../store/settings.ts';
import { hasWriteConditions, quoted, requireWriteConditions } from './conditions.ts';
import { actorOf } from './events.ts';
import { checksumHeaders, newRecord, newVersionHeader } from './object-headers.ts';
import type { Operation } from './operation.ts';
import { objectTarget } from './target.ts';
import { singleSegment, writeVersion } from './write-version.ts';

export const putObject: Operation = async (request, engine) => {
  const { bucket, key } = objectTarget(request, engine);
  requireWritePermission(engine, request, bucket, key, true);
  const record = newRecord(request, bucket);
  const declared = declaredChecksum(request.headers);
  const algorithm = declared?.algorithm ?? 'CRC64NVME';
  const pending = engine.pendingWrites.begin(bucket.name, key);
  try {
    requireWriteConditions(request.headers, engine.store.objects.latest(bucket.name, key), key);
    const received = await receiveBody(request, engine.store.blobs, declared, algorithm);
    if (pending.deletedMeanwhile && hasWriteConditions(request.headers)) {
      engine.store.blobs.discard([received.blob]);
      throw s3Error('ConditionalRequestConflict', { Key: key });
    }
    const checksum: Checksum = { algorithm, type: 'FULL_OBJECT', value: received.checksum };
    return store(engine, request, key, received, { ...record, checksum });
  } finally {
    pending.end();
  }
};

function store(
  engine: Engine,
  request: S3Request,
  key: string,
  { blob, size, md5 }: Received,
  record: Parameters<typeof writeVersion>[3]['record'],
): S3Response {
  try {
    return engine.store.change((change) => {
      // The bucket may have been deleted or changed while the body was received.
      const bucket = engine.store.buckets.get(request.bucket ?? '');
      requireWriteConditions(request.headers, engine.store.objects.latest(bucket.name, key), key);
      const version = writeVersion(
        engine,
        change,
        bucket,
        {
          key,
          size,
          etag: md5.toString('hex'),
          owner: ownerOfNew(request, bucket),
          record,
          segments: singleSegment(blob, size),
        },
        actorOf(request),
        'PutObject',
      );
      return {
        status: 200,
        headers: {
          etag: quoted(version.etag),
          'x-amz-server-side-encryption': 'AES256',
          ...checksumHeaders(record.checksum),
          ...newVersionHeader(version.versionId, bucket),
        },
      };
    });
  } catch (error) {
    engine.store.blobs.discard([blob]);
    throw error;
  }
}

/** Checks the permission to write an object, and those for its ACL and its tags. */
export function requireWritePermission(
  engine: Engine,
  request: S3Request,
  bucket: Bucket,
  key: string,
  creation: boolean,
): void {
  const context = { 's3:objectcreationoperation': String(creation) };
  requirePermission(engine, request, bucket, { action: 's3:PutObject', key, context });
  // An ACL of the bucket that lets others write includes the ACLs of their objects.
  const own = request.identity.account?.id === bucket.account;
  if (request.headers['x-amz-acl'] !== undefined && own) {
    requirePermission(engine, request, bucket, { action: 's3:PutObjectAcl', key, context });
  }
  if (request.headers['x-amz-tagging'] !== undefined) {
    requirePermission(engine, request, bucket, { action: 's3:PutObjectTagging', key, context });
  }
}
