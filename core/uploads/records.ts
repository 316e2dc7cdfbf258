import type { Status } from '../contract/lifecycle.ts';
import type { MediaFacts } from '../contract/media.ts';
import type { GivenReason } from '../contract/reasons.ts';
import type { Playback } from '../contract/upload.ts';

/** Key attributes of the table and names of its indexes; the workflow's ASL writes the same attributes. */
export const PARTITION_KEY = 'pk';
export const SORT_KEY = 'sk';
/** Seconds since the epoch; idempotency items and capabilities carry it. */
export const TTL_ATTRIBUTE = 'expiresAt';

/** An owner's uploads, newest first: UUIDv7 sorts by time. */
export const BY_OWNER = {
  indexName: 'byOwner',
  partitionKey: 'owner',
  sortKey: 'uploadId',
} as const;
/**
 * The uploads of a status (`StatusPartition`), spread over 16 shards so that a busy status is no hot partition.
 * Keys only: each write of `updatedAt` rewrites the entry.
 */
export const BY_STATUS = {
  indexName: 'byStatus',
  partitionKey: 'statusShard',
  sortKey: 'updatedAt',
} as const;

export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

export function uploadItemKey(uploadId: string): ItemKey {
  return { pk: `UPLOAD#${uploadId}`, sk: 'UPLOAD' };
}

/** The upload that an item of `uploadItemKey` is of. */
export function uploadIdOfKey(pk: string): string {
  return pk.slice(uploadItemKey('').pk.length);
}

export function quotaItemKey(owner: string): ItemKey {
  return { pk: `OWNER#${owner}`, sk: 'QUOTA' };
}

export function idempotencyItemKey(owner: string, key: string): ItemKey {
  return { pk: `OWNER#${owner}`, sk: `IDEMPOTENCY#${key}` };
}

/** A capability stands under its hash: who reads the table cannot use it. */
export function capabilityItemKey(hash: string): ItemKey {
  return { pk: `CAPABILITY#${hash}`, sk: 'CAPABILITY' };
}

/** How long an idempotency key is remembered, in seconds. */
export const IDEMPOTENCY_SECONDS = 24 * 60 * 60;

/** The upload id's last hex digit: random, and known without a read. */
export function shardOf(uploadId: string): string {
  return uploadId.slice(-1);
}

/**
 * Where an upload stands in the status index: its status, or what is still to be done after its end
 * (`core/reconciliation/reconcile-rules.ts`). Once that is done, an upload that was thrown away stands there no more.
 */
export type StatusPartition =
  | Status
  | `${'ready' | 'rejected' | 'failed'}+pendingAnnouncement`
  | 'ended+6h'
  | 'ended+51h';

export function statusShard(partition: StatusPartition, shard: string): string {
  return `${partition}#${shard}`;
}

/** One change of status; `from` is the entry before. */
export interface TimelineEntry {
  /** ISO 8601 with milliseconds. */
  readonly at: string;
  readonly to: Status;
  /** `owner`, `workflow`, `reconciler` or a moderator's subject. */
  readonly by: string;
  /** A reason's code or a short note. */
  readonly why?: string;
}

/** Where the owner's bytes stand: each change happens once, in a transaction with the quota item. */
export type QuotaState = 'reserved' | 'used' | 'returned';

/** The object that S3 announced, as Claim writes it. */
interface ClaimedObject {
  readonly versionId?: string;
  readonly etag: string;
  readonly size: number;
}

export interface UploadItem extends ItemKey {
  readonly uploadId: string;
  /** The subject, encoded (`encodeOwner`). */
  readonly owner: string;
  readonly subject: string;
  readonly status: Status;
  /** Absent once nothing is left to be done after the end. */
  readonly statusShard?: string;
  readonly shard: string;
  readonly fileName: string;
  readonly contentType: string;
  /** Bytes. */
  readonly size: number;
  readonly objectKey: string;
  /** Absent until S3 has answered CreateMultipartUpload. */
  readonly s3UploadId?: string;
  /** Bytes of every part but the last. */
  readonly partSize: number;
  readonly partCount: number;
  /** CRC64NVME of the whole file, base64. */
  readonly checksum?: string;
  /** How the file comes in one request; absent where it comes in parts. */
  readonly method?: 'put' | 'post';
  /** With `post`: where S3 sends the browser afterwards. */
  readonly redirect?: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly idempotencyKey?: string;
  readonly requestHash?: string;
  /** ISO 8601 with milliseconds, as are `updatedAt` and `deadline`. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** After it an unfinished upload expires. */
  readonly deadline: string;
  readonly quota: QuotaState;
  readonly object?: ClaimedObject;
  /** ARN of the execution that claimed the upload. */
  readonly execution?: string;
  /** The task token by which a decision reaches the waiting execution; only while in review. */
  readonly reviewToken?: string;
  /** MediaConvert's id of the job. */
  readonly jobId?: string;
  /** MediaConvert's own percentage, 0 to 100; it never goes back. */
  readonly transcodePercent?: number;
  /** MediaFacts as JSON text: the workflow passes it on as it came. */
  readonly media?: string;
  readonly reason?: GivenReason<string>;
  readonly playback?: Playback;
  readonly timeline: readonly TimelineEntry[];
}

export interface QuotaItem extends ItemKey {
  /** reservedBytes + usedBytes, kept because a DynamoDB condition cannot add. */
  readonly totalBytes: number;
  readonly reservedBytes: number;
  readonly usedBytes: number;
  /** Uploads whose bytes are reserved, not yet used; `core/quota/quota.ts` has every change. */
  readonly activeUploads: number;
}

export interface IdempotencyItem extends ItemKey {
  readonly uploadId: string;
  /** `requestHash` of the creation that used the key. */
  readonly requestHash: string;
  readonly createdAt: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

/** What lets a client without headers act for one owner, for a while (`core/grants/capability.ts`). */
export interface CapabilityItem extends ItemKey {
  readonly owner: string;
  readonly subject: string;
  readonly createdAt: string;
  /** Seconds since the epoch; TTL may delete later, so readers compare. */
  readonly expiresAt: number;
}

export function mediaOf(item: Pick<UploadItem, 'media'>): MediaFacts | undefined {
  return item.media === undefined ? undefined : (JSON.parse(item.media) as MediaFacts);
}
