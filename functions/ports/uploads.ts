import type { Status } from '../../core/contract/lifecycle.ts';
import type { GivenReason } from '../../core/contract/reasons.ts';
import type { DailyUse } from '../../core/quota/daily-budget.ts';
import type { JobProgress } from '../../core/transcoding/job-event.ts';
import type {
  CapabilityItem,
  Captions,
  DayItem,
  IdempotencyItem,
  Playback,
  QuotaItem,
  QuotaState,
  StatusPartition,
  TimelineEntry,
  UploadIn,
  UploadItem,
} from '../../core/uploads/records.ts';
import type { NextAttempt } from '../../core/uploads/retry.ts';
import type { UploadPolicy } from '../../core/uploads/upload-policy.ts';

/** A change of status with its entry in the timeline, written only if the conditions hold. */
export interface StatusChange {
  /** The statuses from which the change is allowed. */
  readonly from: readonly Status[];
  readonly entry: TimelineEntry;
  readonly reason?: GivenReason;
  readonly playback?: Playback;
  readonly jobId?: string;
  /** The upload's partition of the status index afterwards, if it is not its status. */
  readonly partition?: StatusPartition;
  /** Only if this execution has claimed the upload. */
  readonly execution?: string;
  /** The write erases what describes the file; DynamoDB deletes the record at this time, in seconds since the epoch. */
  readonly expiresAt?: number;
}

/** The table of uploads. Reads of one item are strongly consistent; lists are eventually consistent. */
export interface UploadStore {
  get(uploadId: string): Promise<UploadItem | undefined>;
  /** An owner's uploads, newest first; `last` is present where there may be more after it. */
  list(
    owner: string,
    query: {
      readonly limit: number;
      /** The upload id after which the page starts. */
      readonly after?: string | undefined;
      /** Only uploads in one of these. */
      readonly statuses: readonly Status[];
    },
  ): Promise<{ readonly items: readonly UploadItem[]; readonly last?: string }>;
  /** @returns the upload as it is now, or undefined where a condition did not hold */
  changeStatus(
    upload: Pick<UploadItem, 'uploadId' | 'shard'>,
    change: StatusChange,
  ): Promise<UploadItem | undefined>;
  /**
   * Records the next attempt of a failed upload and removes what the failure has left; `entry` has its status.
   * @returns the upload as it is now, or undefined where it is no longer that failure
   */
  beginAttempt(
    item: UploadIn<'failed'>,
    next: NextAttempt,
    entry: TimelineEntry,
  ): Promise<UploadItem | undefined>;
  /** @returns the upload as it is now; undefined where it is gone. `updatedAt` stays. */
  setVisibility(
    uploadId: string,
    visibility: UploadItem['visibility'],
  ): Promise<UploadItem | undefined>;
  /** Raises the number of changes of the captions; undefined where the upload is not ready. */
  nextCaptionRevision(uploadId: string): Promise<number | undefined>;
  /**
   * @param before the revision of the captions on which the change is based; undefined where there were none
   * @returns the upload as it is now; undefined where the captions have changed since, or it is not ready
   */
  setCaptions(
    uploadId: string,
    captions: Captions,
    before: number | undefined,
  ): Promise<UploadItem | undefined>;
  /** Writes S3's id of the multipart upload. False where the upload has one already, or no longer waits. */
  recordMultipartUpload(uploadId: string, s3UploadId: string, at: string): Promise<boolean>;
  /** Moves the quota from `from` to `returned`. False where the upload's quota was not `from`. */
  returnQuota(upload: UploadItem, from: Exclude<QuotaState, 'returned'>): Promise<boolean>;
  /**
   * Ends a waiting upload and returns its quota in one write. False where it no longer waits, or S3's id of it
   * is not that of `upload`. The write erases what describes the file, and DynamoDB deletes the record at `expiresAt`
   * (seconds since the epoch).
   */
  expire(
    upload: UploadItem,
    entry: TimelineEntry,
    reason: GivenReason<'upload_expired'>,
    expiresAt: number,
  ): Promise<boolean>;
  /** Forward only, and only while transcoding. False where nothing was written. */
  recordJobProgress(progress: JobProgress, at: string): Promise<boolean>;
}

/** The part of the table that a new upload needs. */
export interface UploadReservations {
  /** An idempotency key of the owner that was used before and has not expired; `seconds` since the epoch. */
  findIdempotencyKey(
    owner: string,
    key: string,
    seconds: number,
  ): Promise<IdempotencyItem | undefined>;
  /** Undefined for an owner without uploads. */
  getQuota(owner: string): Promise<QuotaItem | undefined>;
  /** Undefined for an owner who has used nothing on this day (`2026-11-30`). */
  getDay(owner: string, day: string): Promise<DayItem | undefined>;
  /**
   * Writes the upload, reserves its bytes, counts it in the day's budget and records its idempotency key: all or
   * nothing.
   * @param now milliseconds since the epoch
   * @returns false where quota or budget had no room, or the key was used at the same time
   */
  reserve(
    item: UploadItem,
    limits: { readonly quota: UploadPolicy['quota']; readonly daily: DailyUse },
    now: number,
  ): Promise<boolean>;
}

/** The status index, by which the reconciler finds uploads that make no progress. */
export interface StatusIndex {
  /** Ids of a shard whose last change is at `before` (ISO 8601) or earlier, oldest first. */
  uploadsIn(partition: StatusPartition, shard: string, before: string): AsyncIterable<string>;
  /** Moves an upload to another partition, or out of the index. Nothing else changes, not even `updatedAt`. */
  move(
    upload: Pick<UploadItem, 'uploadId' | 'shard' | 'status' | 'statusShard'>,
    to: StatusPartition | undefined,
  ): Promise<void>;
  /** Lets an upload count as changed now, if it is still in its partition. */
  touch(upload: Pick<UploadItem, 'uploadId' | 'statusShard'>, at: string): Promise<void>;
}

/** How many requests each caller has made in each minute. */
export interface RequestCounts {
  /**
   * Adds `count` requests of a caller (`OWNER#…` or `CAPABILITY#…`) to the minute of `now` (milliseconds since the
   * epoch). False, and nothing is added, where the minute would have more than `limit`.
   */
  add(caller: string, count: number, limit: number, now: number): Promise<boolean>;
}

/** The day's budget of output of an owner, in seconds. */
export interface OutputBudget {
  /**
   * Reserves the output of an upload: once for each upload, and only if the day of `now` (milliseconds since the epoch)
   * has room. False where nothing was written.
   */
  reserve(
    upload: { readonly uploadId: string; readonly owner: string },
    daily: DailyUse<'outputSeconds'>,
    now: number,
  ): Promise<boolean>;
  /** What an upload has reserved; undefined for none. */
  reserved(uploadId: string): Promise<number | undefined>;
  /** What an owner has used on a day (`2026-11-30`); undefined for nothing. */
  used(owner: string, day: string): Promise<number | undefined>;
}

/** The switch by which an operator stops new uploads. */
export interface Intake {
  /** May be some seconds late. `now` in milliseconds since the epoch. */
  isClosed(now: number): Promise<boolean>;
}

export interface Capabilities {
  /**
   * Writes the capability and counts it in the day's budget of its owner.
   * @param now milliseconds since the epoch
   * @returns false where the budget had no room
   */
  put(item: CapabilityItem, daily: DailyUse, now: number): Promise<boolean>;
  /** Undefined for one that was never created or has expired; `now` in milliseconds since the epoch. */
  find(capability: string, now: number): Promise<CapabilityItem | undefined>;
}
