import type * as z from 'zod/mini';
import type { Status } from '../contract/lifecycle.ts';
import type {
  capabilityItemSchema,
  dayItemSchema,
  idempotencyItemSchema,
  intakeItemSchema,
  quotaItemSchema,
  uploadAttributesSchema,
} from './record-schemas.ts';

/** The key attributes of the table. The state machine of the workflow writes the same attributes. */
export const PARTITION_KEY = 'pk';
export const SORT_KEY = 'sk';
/** Seconds since the epoch. Items that TTL deletes have it. */
export const TTL_ATTRIBUTE = 'expiresAt';

/** The index of an owner's uploads. Upload ids sort by creation time, because they are UUIDv7. */
export const BY_OWNER = {
  indexName: 'byOwner',
  partitionKey: 'owner',
  sortKey: 'uploadId',
} as const;
/**
 * The index of the uploads in a `StatusPartition`. It has `STATUS_SHARDS`, so that a frequent status is not a hot
 * partition. It projects only the keys, because each write of `updatedAt` replaces the entry.
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

/** The prefix of the partition key of uploads: a policy that names it allows no other item. */
export const UPLOAD_PREFIX = 'UPLOAD#';

/** The attributes that `record-job` writes or compares, its key included; its policy allows no other. */
export const JOB_PROGRESS_ATTRIBUTES = [
  ...[PARTITION_KEY, SORT_KEY, 'status', 'attempt'],
  ...['jobId', 'transcodePercent', 'updatedAt', 'slotToken'],
] as const;

export function uploadItemKey(uploadId: string): ItemKey {
  return { pk: `${UPLOAD_PREFIX}${uploadId}`, sk: 'UPLOAD' };
}

/** The upload id in the partition key of an upload item. */
export function uploadIdOfKey(pk: string): string {
  return pk.slice(uploadItemKey('').pk.length);
}

export function quotaItemKey(owner: string): ItemKey {
  return { pk: `OWNER#${owner}`, sk: 'QUOTA' };
}

/** Who runs a job now. */
export const SLOTS_KEY: ItemKey = { pk: 'SLOTS', sk: 'SLOTS' };

/** The partition of the owners that are next, ordered by their tickets. */
export const RING = 'RING';

/** Fifteen digits hold every integer that a JavaScript number holds exactly. */
const TICKET_DIGITS = 15;

/** @param ticketAt ISO 8601 with milliseconds */
export function ringEntryKey(owner: string, ticket: number, ticketAt: string): ItemKey {
  return { pk: RING, sk: `${String(ticket).padStart(TICKET_DIGITS, '0')}#${ticketAt}#${owner}` };
}

/** Owner and ticket in the sort key of an entry of the ring. */
export function ringEntryOf(sk: string): { readonly owner: string; readonly ticket: number } {
  const [ticket, , owner = ''] = sk.split('#');
  return { owner, ticket: Number(ticket) };
}

/** An entry in the queue of an owner; `queueKey` as `queueKeyOf` returns it. */
export function queueEntryKey(owner: string, queueKey: string): ItemKey {
  return { pk: `QUEUE#${owner}`, sk: queueKey };
}

/** @param day `2026-11-30`, in UTC */
export function dayItemKey(owner: string, day: string): ItemKey {
  return { pk: `OWNER#${owner}`, sk: `DAY#${day}` };
}

/** The items in which requests are counted have a prefix of their own, so that a function may write these alone. */
export const REQUESTS_PREFIX = 'REQUESTS#';

/**
 * @param caller `OWNER#…` or `CAPABILITY#…`
 * @param minute `2026-11-30T17:34`, in UTC
 */
export function requestsItemKey(caller: string, minute: string): ItemKey {
  return { pk: `${REQUESTS_PREFIX}${caller}`, sk: `MINUTE#${minute}` };
}

/** The one item of the operator's switch (`npm run intake`). Absent while the intake is open. */
export const INTAKE_KEY: ItemKey = { pk: 'INTAKE', sk: 'INTAKE' };

/** How long an instance of a function may act on what it has read of the switch. */
export const INTAKE_CACHE_SECONDS = 5;

export function idempotencyItemKey(owner: string, key: string): ItemKey {
  return { pk: `OWNER#${owner}`, sk: `IDEMPOTENCY#${key}` };
}

/** The key has the hash of the capability, so that a reader of the table cannot use the capability. */
export function capabilityItemKey(hash: string): ItemKey {
  return { pk: `CAPABILITY#${hash}`, sk: 'CAPABILITY' };
}

/** The time in seconds during which an idempotency key is valid. */
export const IDEMPOTENCY_SECONDS = 24 * 60 * 60;

/** Every shard of the status index. */
export const STATUS_SHARDS: readonly string[] = [...'0123456789abcdef'];

/** One of `STATUS_SHARDS`: the last hexadecimal digit of the upload id. It is random, and needs no read of the item. */
export function shardOf(uploadId: string): string {
  return uploadId.slice(-1);
}

/**
 * The partition of an upload in the status index: its status, `queued` while it is `transcoding` and waits for a slot,
 * or after its end the work that is left to do (`core/reconciliation/reconcile-rules.ts`). An upload without any work left is not in the index.
 */
export type StatusPartition =
  | Status
  | 'queued'
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
  waiting: ['fileName'],
  uploaded: ['fileName'],
  validating: ['fileName', 'execution', 'object'],
  in_review: ['fileName', 'execution', 'object', 'media'],
  transcoding: ['fileName', 'execution', 'object', 'media'],
  ready: ['fileName', 'execution', 'object', 'media', 'jobId', 'playback'],
  removed: ['fileName', 'execution', 'object', 'media', 'jobId', 'playback', 'reason'],
  rejected: ['fileName', 'execution', 'object', 'reason'],
  failed: ['fileName', 'reason'],
  cancelled: ['reason'],
  expired: ['reason'],
} as const satisfies Readonly<Record<Status, readonly (keyof UploadAttributes)[]>>;

/** An upload with a known status, and with the attributes that this status requires. */
export type UploadIn<S extends Status> = {
  [Each in S]: UploadAttributes & { readonly status: Each } & {
    readonly [Name in (typeof REQUIRED_BY_STATUS)[Each][number]]: NonNullable<
      UploadAttributes[Name]
    >;
  };
}[S];

/** An upload in the table: a union by `status`. `parseUploadItem` returns it. */
export type UploadItem = UploadIn<Status>;

/** The files of a video, as its record has them. */
export type Playback = NonNullable<UploadAttributes['playback']>;

/** The captions of a video: the manifests' revision, and a track for each language. */
export type Captions = NonNullable<UploadAttributes['captions']>;

/** One change of the status. The previous status is in the previous entry. */
export type TimelineEntry = UploadAttributes['timeline'][number];

/** The state of an upload's bytes in the quota of its owner. It changes in one transaction with the quota item. */
export type QuotaState = UploadAttributes['quota'];

export type QuotaItem = z.output<typeof quotaItemSchema>;
export type DayItem = z.output<typeof dayItemSchema>;
export type IdempotencyItem = z.output<typeof idempotencyItemSchema>;
export type IntakeItem = z.output<typeof intakeItemSchema>;
export type CapabilityItem = z.output<typeof capabilityItemSchema>;
