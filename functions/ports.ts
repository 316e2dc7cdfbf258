/**
 * What the use cases need of the outside world. `functions/adapters/` implements it with AWS, tests implement it in
 * memory. A method throws `TransientError` (core/transient-error.ts) where the same call may succeed a moment later;
 * every other error that it throws is a defect or a missing permission. Whatever a use case must decide on comes as
 * a result, never as an error. Each method may be called again with the same arguments.
 */

import type { Status } from '../core/contract/lifecycle.ts';
import type { MediaFacts } from '../core/contract/media.ts';
import type { GivenReason, MediaReasonCode } from '../core/contract/reasons.ts';
import type { Playback } from '../core/contract/upload.ts';
import type { SigningRequest } from '../core/grants/sigv4.ts';
import type { FoundHls, FoundOutputs } from '../core/playback/playback.ts';
import type { SeenExecution, SeenJob, SeenObject } from '../core/reconciliation/reconcile.ts';
import type { JobProgress } from '../core/transcoding/job-event.ts';
import type { Announcement } from '../core/uploads/announcement.ts';
import type { StoredPart } from '../core/uploads/complete-request.ts';
import type {
  CapabilityItem,
  IdempotencyItem,
  QuotaItem,
  QuotaState,
  StatusPartition,
  TimelineEntry,
  UploadItem,
} from '../core/uploads/records.ts';
import type { UploadPolicy } from '../core/uploads/upload-policy.ts';

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
      readonly status?: Status | undefined;
    },
  ): Promise<{ readonly items: readonly UploadItem[]; readonly last?: string }>;
  /** @returns the upload as it is now, or undefined where a condition did not hold */
  changeStatus(
    upload: Pick<UploadItem, 'uploadId' | 'shard'>,
    change: StatusChange,
  ): Promise<UploadItem | undefined>;
  /** Writes S3's id of the multipart upload. False where the upload has one already, or no longer waits. */
  recordMultipartUpload(uploadId: string, s3UploadId: string, at: string): Promise<boolean>;
  /** Moves the quota from `from` to `returned`. False where the upload's quota was not `from`. */
  returnQuota(upload: UploadItem, from: Exclude<QuotaState, 'returned'>): Promise<boolean>;
  /**
   * Ends a waiting upload and returns its quota in one write. False where it no longer waits, or S3's id of it
   * is not that of `upload`.
   */
  expire(
    upload: UploadItem,
    entry: TimelineEntry,
    reason: GivenReason<'upload_expired'>,
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
  /**
   * Writes the upload, reserves its bytes and records its idempotency key: all or nothing.
   * @returns false where the quota had no room, or the key was used at the same time
   */
  reserve(item: UploadItem, quota: UploadPolicy['quota'], seconds: number): Promise<boolean>;
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
}

export interface Capabilities {
  put(item: CapabilityItem): Promise<void>;
  /** Undefined for one that was never created or has expired; `now` in milliseconds since the epoch. */
  find(capability: string, now: number): Promise<CapabilityItem | undefined>;
}

/** Objects of the source bucket. */
export interface SourceObjects {
  /** Undefined where there is none. */
  head(key: string): Promise<SeenObject | undefined>;
  /** Deletes every version and delete marker. Returns how many there were. */
  deleteEveryVersion(key: string): Promise<number>;
}

/** Objects of the output bucket. */
export interface OutputObjects {
  list(prefix: string): Promise<readonly { readonly key: string; readonly size: number }[]>;
  /** Returns how many objects there were. */
  deleteBelow(prefix: string): Promise<number>;
}

/** Reads the manifests of a finished job; undefined where one is missing or does not parse. */
export interface Manifests {
  readHls(key: string): Promise<FoundHls | undefined>;
  readDash(key: string): Promise<FoundOutputs['dash']>;
}

/** How S3 responded to CompleteMultipartUpload. */
export type MultipartCompletion =
  | 'completed'
  /** S3 no longer has the multipart upload: it was completed before, or aborted. */
  | 'gone'
  /** There is an object at the key. */
  | 'object_exists'
  | 'part_invalid'
  /** Another completion of the same upload is running. */
  | 'conflict'
  /** The parts add up to another size than the upload's. */
  | 'size_differs'
  | 'checksum_differs';

/** S3's multipart uploads in the source bucket. */
export interface MultipartUploads {
  /** Returns S3's id of a new multipart upload. */
  create(upload: Pick<UploadItem, 'objectKey' | 'contentType'>): Promise<string>;
  /** Every part that S3 has; undefined where S3 no longer knows the multipart upload. */
  listParts(key: string, s3UploadId: string): Promise<readonly StoredPart[] | undefined>;
  /** Discards the parts; does nothing where S3 no longer knows the multipart upload. */
  abort(key: string, s3UploadId: string): Promise<void>;
  /** Never replaces an object. */
  complete(
    upload: Pick<UploadItem, 'objectKey' | 'size'> & { readonly s3UploadId: string },
    parts: readonly StoredPart[],
    checksum: string | undefined,
  ): Promise<MultipartCompletion>;
}

/** A file that a form has posted: one version below `forms/`. */
export interface StagedFile {
  readonly key: string;
  readonly versionId: string;
  /** Bytes. */
  readonly size: number;
}

export interface StagedFiles {
  /**
   * Copies the file to the upload's key, never over an object. `absent` where that version is gone, `refused`
   * where there is a source already or the checksum differs.
   */
  copyToSource(file: StagedFile, upload: UploadItem): Promise<'copied' | 'absent' | 'refused'>;
  delete(file: StagedFile): Promise<void>;
}

/** What a grant is signed with. */
export type Signing = Pick<SigningRequest, 'bucketUrl' | 'region' | 'credentials'>;

/** Credentials of the roles that sign grants; each role may do only what its kind of grant allows. */
export interface Signers {
  /** Valid for `enoughSeconds` from `now` (milliseconds since the epoch) at least. */
  signing(kind: 'parts' | 'object' | 'form', enoughSeconds: number, now: number): Promise<Signing>;
}

/** Executions of the upload workflow, by ARN. */
export interface Executions {
  /** False where an execution of that name was started before. */
  start(name: string, input: object): Promise<boolean>;
  /** Undefined where Step Functions no longer knows it. */
  describe(execution: string): Promise<SeenExecution | undefined>;
  /** Also cancels the job that it waits for. Does nothing for one that has ended. */
  stop(execution: string, cause: string): Promise<void>;
  /** The last MediaConvert job that the execution created, by its history. */
  submittedJob(execution: string): Promise<string | undefined>;
  /** Whether the execution is waiting for this job right now. */
  waitsForJob(execution: string, jobId: string): Promise<boolean>;
}

export interface Jobs {
  /** Undefined where MediaConvert no longer knows it. */
  get(jobId: string): Promise<SeenJob | undefined>;
  /** Does nothing for a job that has ended. */
  cancel(jobId: string): Promise<void>;
}

export interface Announcements {
  announce(announcement: Announcement): Promise<void>;
}

/** One version of a source, as S3 reported it. */
export interface InspectedObject {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
  /** In quotes. */
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
}

export type Inspection =
  | { readonly verdict: 'accepted'; readonly media: MediaFacts }
  | { readonly verdict: 'rejected'; readonly reason: GivenReason<MediaReasonCode> };

export interface MediaInspector {
  /** Reads ranges of the object within a budget; `counters` is what that cost. */
  inspect(
    object: InspectedObject,
    declared: { readonly contentType: string; readonly size: number },
    policy: UploadPolicy,
  ): Promise<{ readonly inspection: Inspection; readonly counters: object }>;
}

/** An upload for which S3 has a multipart upload. */
export type BegunUpload = UploadItem & { readonly s3UploadId: string };
