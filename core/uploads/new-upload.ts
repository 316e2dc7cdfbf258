import type { CreateUploadRequest } from '../contract/requests.ts';
import { type PartPlan, planParts } from '../grants/part-plan.ts';
import { bareContentType } from './create-request.ts';
import { sourceKey } from './object-keys.ts';
import { shardOf, statusShard, type UploadItem, uploadItemKey } from './records.ts';
import { requestHash } from './request-hash.ts';
import type { UploadPolicy } from './upload-policy.ts';

const HOUR_MS = 3_600_000;

export interface NewUpload {
  /** A UUIDv7 of `now`. */
  readonly uploadId: string;
  /** The encoded subject, from `encodeOwner`. */
  readonly owner: string;
  readonly subject: string;
  readonly request: CreateUploadRequest;
  readonly idempotencyKey?: string | undefined;
  /** How the client divides the file. @default `planParts` */
  readonly plan?: PartPlan;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Returns the record of a new upload. The request must be valid and allowed by the policy. */
export function newUploadItem(upload: NewUpload, policy: UploadPolicy): UploadItem {
  const { uploadId, owner, subject, request, idempotencyKey, now } = upload;
  const at = new Date(now).toISOString();
  const method = request.method === 'multipart' ? undefined : request.method;
  const whole = { partSize: request.size, partCount: 1 };
  const { partSize, partCount } = method ? whole : (upload.plan ?? planParts(request.size));
  return {
    ...uploadItemKey(uploadId),
    uploadId,
    owner,
    subject,
    status: 'waiting',
    sequence: 0,
    attempt: 1,
    shard: shardOf(uploadId),
    statusShard: statusShard('waiting', shardOf(uploadId)),
    fileName: request.fileName,
    contentType: bareContentType(request.contentType),
    size: request.size,
    objectKey: sourceKey(owner, uploadId),
    partSize,
    partCount,
    ...(request.checksum !== undefined && { checksum: request.checksum }),
    ...(method && { method }),
    ...(request.redirect !== undefined && { redirect: request.redirect }),
    metadata: request.metadata ?? {},
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    requestHash: requestHash(request),
    createdAt: at,
    updatedAt: at,
    deadline: new Date(now + policy.unfinishedHours * HOUR_MS).toISOString(),
    quota: 'reserved',
    visibility: 'private',
    captionRevision: 0,
    timeline: [{ at, to: 'waiting', by: 'owner' }],
  };
}
