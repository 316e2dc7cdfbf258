import { ACCOUNT_ID, PARTITION } from '../../shared/account.ts';
import type { CloudEvent } from '../../shared/events.ts';
import type { Engine } from '../engine.ts';
import type { S3Request } from '../http/request.ts';
import type { StoredVersion } from '../store/objects.ts';
import type { Bucket } from '../store/settings.ts';

export type CreationReason = 'PutObject' | 'POST Object' | 'CopyObject' | 'CompleteMultipartUpload';

/** The origin of a change, as the event describes it. */
export interface Actor {
  readonly requestId: string;
  readonly requester: string;
  /** Absent for changes by S3 itself. */
  readonly sourceIp?: string;
}

export function actorOf({ requestId, sourceIp, identity }: S3Request): Actor {
  const { caller, account } = identity;
  const requester = caller.kind === 'service' ? caller.service : (account?.id ?? 'anonymous');
  return { requestId, requester, sourceIp };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
export function objectCreated(
  engine: Engine,
  bucket: Bucket,
  version: StoredVersion,
  actor: Actor,
  reason: CreationReason,
): CloudEvent {
  return event(engine, bucket, 'Object Created', {
    object: {
      key: version.key,
      size: version.size,
      etag: version.etag,
      ...versionMember(version, bucket),
      sequencer: sequencer(version.sequence),
    },
    ...actorMembers(actor),
    reason,
  });
}

/** `version` is the deleted version or the new delete marker. */
export function objectDeleted(
  engine: Engine,
  bucket: Bucket,
  version: StoredVersion,
  actor: Actor,
  deletion: 'Permanently Deleted' | 'Delete Marker Created',
  reason: 'DeleteObject' | 'Lifecycle Expiration' = 'DeleteObject',
): CloudEvent {
  return event(engine, bucket, 'Object Deleted', {
    object: {
      key: version.key,
      ...(version.etag === '' ? {} : { etag: version.etag }),
      ...versionMember(version, bucket),
      sequencer: sequencer(version.sequence),
    },
    ...actorMembers(actor),
    reason,
    'deletion-type': deletion,
  });
}

function event(
  { clock, newId, region }: Engine,
  bucket: Bucket,
  detailType: string,
  detail: Readonly<Record<string, unknown>>,
): CloudEvent {
  return {
    version: '0',
    id: newId(),
    'detail-type': detailType,
    source: 'aws.s3',
    account: ACCOUNT_ID,
    time: `${new Date(clock.now()).toISOString().slice(0, 19)}Z`,
    region,
    resources: [`arn:${PARTITION}:s3:::${bucket.name}`],
    detail: { version: '0', bucket: { name: bucket.name }, ...detail },
  };
}

function versionMember(version: StoredVersion, bucket: Bucket): Record<string, string> {
  const plain = bucket.settings.versioning === 'Unversioned' || version.versionId === 'null';
  return plain ? {} : { 'version-id': version.versionId };
}

function actorMembers({ requestId, requester, sourceIp }: Actor): Record<string, string> {
  return {
    'request-id': requestId,
    requester,
    ...(sourceIp === undefined ? {} : { 'source-ip-address': sourceIp }),
  };
}

/** Hexadecimal with a fixed length, so that the sequencers of a key can be compared as text. */
function sequencer(sequence: number): string {
  return sequence.toString(16).toUpperCase().padStart(16, '0');
}
