import type { CreateUploadRequest } from './contract/requests.ts';
import { bareContentType } from './create-request.ts';
import { sourceKey } from './object-keys.ts';
import { planParts } from './part-plan.ts';
import { shardOf, statusShard, type UploadItem, uploadItemKey } from './records.ts';
import { requestHash } from './request-hash.ts';
import type { UploadPolicy } from './upload-policy.ts';

const HOUR_MS = 3_600_000;

export interface NewUpload {
  /** A UUIDv7 of `now`. */
  readonly uploadId: string;
  /** The subject, encoded (`encodeOwner`). */
  readonly owner: string;
  readonly subject: string;
  readonly request: CreateUploadRequest;
  readonly idempotencyKey?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The record of an upload that begins now. The policy must already have nothing against the request. */
export function newUploadItem(upload: NewUpload, policy: UploadPolicy): UploadItem {
  const { uploadId, owner, subject, request, idempotencyKey, now } = upload;
  const at = new Date(now).toISOString();
  const { partSize, partCount } = planParts(request.size);
  return {
    ...uploadItemKey(uploadId),
    uploadId,
    owner,
    subject,
    status: 'waiting',
    shard: shardOf(uploadId),
    statusShard: statusShard('waiting', shardOf(uploadId)),
    fileName: request.fileName,
    contentType: bareContentType(request.contentType),
    size: request.size,
    objectKey: sourceKey(owner, uploadId),
    partSize,
    partCount,
    ...(request.checksum !== undefined && { checksum: request.checksum }),
    metadata: request.metadata ?? {},
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    requestHash: requestHash(request),
    createdAt: at,
    updatedAt: at,
    deadline: new Date(now + policy.unfinishedHours * HOUR_MS).toISOString(),
    quota: 'reserved',
    timeline: [{ at, to: 'waiting', by: 'owner' }],
  };
}
