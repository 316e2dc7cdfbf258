import { bucketAclAllows, hasPermission, requirePermission } from '../access/permission.ts';
import type { Engine } from '../engine.ts';
import { S3Error, s3Error } from '../errors.ts';
import type { ReadRequest, S3Request } from '../http/request.ts';
import type { StoredVersion } from '../store/objects.ts';
import type { Bucket } from '../store/settings.ts';
import { versionHeader } from './object-headers.ts';

/** The request's bucket. Throws NoSuchBucket. */
export function bucketTarget(request: S3Request, engine: Engine): Bucket {
  return engine.store.buckets.get(request.bucket ?? '');
}

export function objectTarget(request: S3Request, engine: Engine): { bucket: Bucket; key: string } {
  const bucket = bucketTarget(request, engine);
  if (request.key === undefined) throw s3Error('MethodNotAllowed');
  return { bucket, key: request.key };
}

export interface ReadActions {
  /** The action for the latest version. */
  readonly latest: string;
  /** The action for a version that the request names. */
  readonly version: string;
}

export const GET_OBJECT: ReadActions = { latest: 's3:GetObject', version: 's3:GetObjectVersion' };

/**
 * The requested version, if the caller may read it. For an absent object, callers who may list the bucket get
 * NoSuchKey, others AccessDenied, so that they do not learn which keys exist.
 */
export function readTarget(
  request: ReadRequest,
  engine: Engine,
  actions: ReadActions,
  source?: { bucket: string; key: string; versionId: string | undefined },
): { bucket: Bucket; version: StoredVersion } {
  const bucket = engine.store.buckets.get(source?.bucket ?? request.bucket ?? '');
  const key = source?.key ?? request.key;
  const versionId = source ? source.versionId : request.query.get('versionId');
  if (key === undefined) throw s3Error('MethodNotAllowed');
  if (versionId === '') {
    throw s3Error('InvalidArgument', {
      message: 'Version id cannot be the empty string',
      ArgumentName: 'versionId',
      ArgumentValue: '',
    });
  }
  const { objects } = engine.store;
  const found =
    versionId === undefined
      ? objects.latest(bucket.name, key)
      : objects.version(bucket.name, key, versionId);
  const action = versionId === undefined ? actions.latest : actions.version;
  const present = found !== undefined && !found.deleteMarker;
  const listed = !present && bucketAclAllows(request, bucket, 's3:ListBucket');
  // An absent object has no ACL. Callers whom the bucket's ACL lets list it may know that it is absent.
  if (!listed) requirePermission(engine, request, bucket, { action, key, object: found });
  if (present) return { bucket, version: found };
  // The permission to list this one key.
  const listing = { action: 's3:ListBucket', context: { 's3:prefix': key } };
  if (!hasPermission(engine, request, bucket, listing)) throw s3Error('AccessDenied');
  throw absent(key, versionId, found, bucket);
}

function absent(
  key: string,
  versionId: string | undefined,
  marker: StoredVersion | undefined,
  bucket: Bucket,
): S3Error {
  if (!marker) {
    return versionId === undefined
      ? s3Error('NoSuchKey', { Key: key })
      : s3Error('NoSuchVersion', { Key: key, VersionId: versionId });
  }
  const headers = { 'x-amz-delete-marker': 'true', ...versionHeader(marker.versionId, bucket) };
  if (versionId === undefined) return new S3Error('NoSuchKey', { Key: key }, headers);
  return new S3Error(
    'MethodNotAllowed',
    { Method: 'GET', ResourceType: 'DeleteMarker' },
    { ...headers, allow: 'DELETE', 'last-modified': new Date(marker.modifiedAt).toUTCString() },
  );
}
