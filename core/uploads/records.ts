import type * as z from 'zod/mini';
import type { Status } from '../contract/lifecycle.ts';
import type {
  capabilityItemSchema,
  idempotencyItemSchema,
  quotaItemSchema,
  uploadAttributesSchema,
} from './record-schemas.ts';

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
 * The uploads of a status (`StatusPartition`), spread over `STATUS_SHARDS` so that a busy status is no hot partition.
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

/** The upload id in the partition key of an upload item. */
export function uploadIdOfKey(pk: string): string {
  return pk.slice(uploadItemKey('').pk.length);
}

export function quotaItemKey(owner: string): ItemKey {
  return { pk: `OWNER#${owner}`, sk: 'QUOTA' };
}

export function idempotencyItemKey(owner: string, key: string): ItemKey {
  return { pk: `OWNER#${owner}`, sk: `IDEMPOTENCY#${key}` };
}

/** A capability is stored by its hash, so a reader of the table cannot use it. */
export function capabilityItemKey(hash: string): ItemKey {
  return { pk: `CAPABILITY#${hash}`, sk: 'CAPABILITY' };
}

/** How long an idempotency key is valid, in seconds. */
export const IDEMPOTENCY_SECONDS = 24 * 60 * 60;

/** Every shard of the status index. */
export const STATUS_SHARDS: readonly string[] = [...'0123456789abcdef'];

/** One of `STATUS_SHARDS`: the upload id's last hex digit is random, and known without a read. */
export function shardOf(uploadId: string): string {
  return uploadId.slice(-1);
}

/**
 * The partition of the status index that an upload is in: its status, or the work that is left after its end
 * (`core/reconciliation/reconcile-rules.ts`). An upload that was deleted leaves the index once that work is done.
 */
export type StatusPartition =
  | Status
  | `${'ready' | 'rejected' | 'failed'}+pendingAnnouncement`
  | 'ended+6h'
  | 'ended+51h';

export function statusShard(partition: StatusPartition, shard: string): string {
  return `${partition}#${shard}`;
}

type UploadAttributes = z.output<typeof uploadAttributesSchema>;

/**
 * The optional attributes that an upload of each status always has. Claim writes `execution` and `object`,
 * RecordOwnership writes `media`, publication writes `jobId` and `playback`, and every other end writes `reason`.
 */
export const REQUIRED_BY_STATUS = {
  waiting: [],
  uploaded: [],
  validating: ['execution', 'object'],
  in_review: ['execution', 'object', 'media'],
  transcoding: ['execution', 'object', 'media'],
  ready: ['execution', 'object', 'media', 'jobId', 'playback'],
  rejected: ['execution', 'object', 'reason'],
  failed: ['reason'],
  cancelled: ['reason'],
  expired: ['reason'],
} as const satisfies Readonly<Record<Status, readonly (keyof UploadAttributes)[]>>;

/** An upload of one status, with the attributes that this status requires. */
export type UploadIn<S extends Status> = {
  [Each in S]: UploadAttributes & { readonly status: Each } & {
    readonly [Name in (typeof REQUIRED_BY_STATUS)[Each][number]]: NonNullable<
      UploadAttributes[Name]
    >;
  };
}[S];

/** An upload as the table stores it: a union by `status`. Parsed by `parseUploadItem`. */
export type UploadItem = UploadIn<Status>;

/** One change of status. The status before it is the one of the entry before. */
export type TimelineEntry = UploadAttributes['timeline'][number];

/** What an upload's bytes count as for its owner; each change happens once, in a transaction with the quota item. */
export type QuotaState = UploadAttributes['quota'];

export type QuotaItem = z.output<typeof quotaItemSchema>;
export type IdempotencyItem = z.output<typeof idempotencyItemSchema>;
export type CapabilityItem = z.output<typeof capabilityItemSchema>;
