import { requirePermission } from '../access/permission.ts';
import type { Engine } from '../engine.ts';
import { s3Error } from '../errors.ts';
import type { S3Request } from '../http/request.ts';
import type { StoredVersion } from '../store/objects.ts';
import type { Bucket } from '../store/settings.ts';
import {
  type DeleteConditions,
  hasDeleteConditions,
  requireDeleteConditions,
} from './conditions.ts';
import { type Actor, actorOf, objectDeleted } from './events.ts';
import type { Operation } from './operation.ts';
import { objectTarget } from './target.ts';
import { prepareVersion, wholeSeconds } from './write-version.ts';

export interface Deletion {
  readonly deleteMarker: boolean;
  /** The deleted version or the new delete marker; undefined in a bucket without versions. */
  readonly versionId: string | undefined;
}

export const deleteObject: Operation = (request, engine) => {
  const { bucket, key } = objectTarget(request, engine);
  const { headers, query } = request;
  const { deleteMarker, versionId } = deleteKey(request, engine, bucket, key, {
    versionId: query.get('versionId'),
    etag: headers['if-match'],
    lastModified: headers['x-amz-if-match-last-modified-time'],
    size: headers['x-amz-if-match-size'],
  });
  return {
    status: 204,
    headers: {
      'x-amz-delete-marker': deleteMarker ? 'true' : undefined,
      'x-amz-version-id': versionId,
    },
  };
};

export interface DeleteRequest extends DeleteConditions {
  readonly versionId?: string | undefined;
}

/** Checks permission and conditions, then deletes one key or one version. */
export function deleteKey(
  request: S3Request,
  engine: Engine,
  bucket: Bucket,
  key: string,
  wanted: DeleteRequest,
): Deletion {
  const { versionId } = wanted;
  requirePermission(engine, request, bucket, {
    action: versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion',
    key,
    ...(versionId === undefined ? {} : { context: { 's3:versionid': versionId } }),
  });
  if (versionId === '') {
    throw s3Error('InvalidArgument', {
      message: 'Version id cannot be the empty string',
      ArgumentName: 'versionId',
      ArgumentValue: '',
    });
  }
  const { objects } = engine.store;
  return engine.store.change((change) => {
    const latest = objects.latest(bucket.name, key);
    const named = versionId === undefined ? latest : objects.version(bucket.name, key, versionId);
    requireDeleteConditions(wanted, named);
    // A conditional delete of a key that never existed creates no delete marker.
    if (!named && hasDeleteConditions(wanted)) return { deleteMarker: false, versionId };
    const actor = actorOf(request);
    engine.pendingWrites.deleted(bucket.name, key);
    if (versionId !== undefined || bucket.settings.versioning === 'Unversioned') {
      if (!named) return { deleteMarker: false, versionId };
      change.free(objects.remove(named));
      if (bucket.settings.eventBridge) {
        change.emit(objectDeleted(engine, bucket, named, actor, 'Permanently Deleted'));
      }
      return { deleteMarker: named.deleteMarker, versionId };
    }
    const marker = addDeleteMarker(engine, change, bucket, key, actor);
    return { deleteMarker: true, versionId: marker.versionId };
  });
}

/** Adds a delete marker to a key, within a change. */
export function addDeleteMarker(
  engine: Engine,
  change: Parameters<typeof prepareVersion>[1],
  bucket: Bucket,
  key: string,
  actor: Actor,
  reason: 'DeleteObject' | 'Lifecycle Expiration' = 'DeleteObject',
): StoredVersion {
  const versionId = prepareVersion(engine, change, bucket, key);
  const marker = engine.store.objects.add(
    {
      bucket: bucket.name,
      key,
      versionId,
      deleteMarker: true,
      size: 0,
      etag: '',
      modifiedAt: wholeSeconds(engine.clock.now()),
      owner: bucket.account,
      record: { headers: {}, metadata: {}, tags: [], acl: 'private' },
    },
    [],
  );
  if (bucket.settings.eventBridge) {
    change.emit(objectDeleted(engine, bucket, marker, actor, 'Delete Marker Created', reason));
  }
  return marker;
}
