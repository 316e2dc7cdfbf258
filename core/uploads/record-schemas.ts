import * as z from 'zod/mini';
import { visibilitySchema } from '../contract/fields.ts';
import { statuses } from '../contract/lifecycle.ts';

/**
 * Shapes of the table's items, as DynamoDB returns them. A function reads one kind of item or two, so each schema
 * is built on first use and not at cold start.
 */
const text = z.string();
const bytes = z.int().check(z.minimum(0));
const optionalText = z.optional(text);

const keys = { pk: text, sk: text };

const timelineEntry = () =>
  z.object({
    /** ISO 8601 with milliseconds. */
    at: text,
    to: z.enum(statuses),
    /** `owner`, `workflow`, `reconciler` or `moderator`. */
    by: text,
    /** A reason's code or a short note. */
    why: z.optional(text),
  });

/** The object that S3 reported, as the workflow's Claim writes it. */
const claimedObject = () => z.object({ versionId: optionalText, etag: text, size: bytes });

/** The files of a video: keys in the output bucket. No response has them. */
const playback = () =>
  z.object({
    hls: text,
    dash: text,
    poster: text,
    storyboard: z.array(text),
    durationSeconds: z.number(),
    renditions: z.array(
      z.object({ width: z.int(), height: z.int(), bandwidth: z.int(), codecs: optionalText }),
    ),
  });

/** The files are `captions/<language>.<revision>.vtt` and `.m3u8`, and the manifests `index.<revision>.…`. */
const captions = () =>
  z.object({
    /** Of the manifests with all tracks. */
    revision: z.int(),
    /** In the order of their languages; `revision` is that of the track's file. */
    tracks: z.array(z.object({ language: text, name: text, revision: z.int() })),
  });

const step = () => z.optional(z.enum(['inspect', 'review', 'transcode', 'publish']));

/** Every attribute of an upload item. Which of the optional ones a status requires: `REQUIRED_BY_STATUS`. */
export const uploadAttributesSchema = /* @__PURE__ */ z.lazy(() =>
  z.object({
    ...keys,
    uploadId: text,
    /** The subject, encoded (`encodeOwner`). */
    owner: text,
    subject: text,
    status: z.enum(statuses),
    /** The number of announced changes of this upload: each such write raises it, and its event has this number. */
    sequence: z._default(z.int().check(z.minimum(0)), 0),
    /** Absent once nothing is left to be done for an upload that has ended. */
    statusShard: optionalText,
    shard: text,
    /** Absent once the upload was cancelled, deleted or has expired, as is all that describes the file. */
    fileName: optionalText,
    contentType: text,
    /** Bytes. */
    size: bytes,
    objectKey: text,
    /** Absent until S3 has returned it for CreateMultipartUpload. */
    s3UploadId: optionalText,
    /** Bytes of every part but the last. */
    partSize: bytes,
    partCount: z.int().check(z.minimum(1)),
    /** CRC64NVME of the whole file, base64. */
    checksum: optionalText,
    /** For a file that is sent in one request; absent for a file that is sent in parts. */
    method: z.optional(z.enum(['put', 'post'])),
    /** With `post`: where S3 redirects the browser afterwards. */
    redirect: optionalText,
    metadata: z._default(z.record(text, text), {}),
    idempotencyKey: optionalText,
    requestHash: optionalText,
    /** ISO 8601 with milliseconds, as are `updatedAt` and `deadline`. */
    createdAt: text,
    updatedAt: text,
    /** After it an unfinished upload expires. */
    deadline: text,
    quota: z.enum(['reserved', 'used', 'returned']),
    /** What the upload has taken of its owner’s budget of output. */
    outputSeconds: z.optional(z.int()),
    object: z.optional(claimedObject()),
    /** ARN of the execution that claimed the upload. */
    execution: optionalText,
    /** 1 for the first; each retry of a failed upload raises it. */
    attempt: z._default(z.int().check(z.minimum(1)), 1),
    /** The step of the workflow that failed; only while the upload is `failed`. */
    failedStep: step(),
    /** Where the execution of a recorded attempt begins; absent once it has taken the upload over. */
    resumeStep: step(),
    /** Task token that carries a decision to the waiting execution; present while in review. */
    reviewToken: optionalText,
    /** Task token of an execution that waits for a slot. It is kept until the job is known: the start may get lost. */
    slotToken: optionalText,
    /** Which attempt of the execution has the token (`SlotRequest`). */
    slotAttempt: optionalText,
    /** Sort key of the upload in the queue of its owner; present while it waits for a slot. */
    queueKey: optionalText,
    /** When the upload got its slot, if it has waited for it. ISO 8601 with milliseconds. */
    slotAt: optionalText,
    /** MediaConvert's id of the job. */
    jobId: optionalText,
    /** MediaConvert's own percentage, 0 to 100; it never decreases. */
    transcodePercent: z.optional(z.number()),
    /** MediaFacts as JSON text: the workflow writes the text that it was given. */
    media: optionalText,
    reason: z.optional(z.object({ code: text, detail: optionalText })),
    /** Who may play the video. */
    visibility: z._default(visibilitySchema, 'private'),
    playback: z.optional(playback()),
    /** Raised by each change of captions, also by one that is not completed: files of a revision are never replaced. */
    captionRevision: z._default(z.int().check(z.minimum(0)), 0),
    captions: z.optional(captions()),
    timeline: z.array(timelineEntry()),
    /** Seconds since the epoch: when DynamoDB deletes the record of a cancelled, deleted or expired upload. */
    expiresAt: z.optional(z.int()),
  }),
);

export const quotaItemSchema = /* @__PURE__ */ z.lazy(() =>
  z.object({
    ...keys,
    /** reservedBytes + usedBytes, stored because a DynamoDB condition cannot add. */
    totalBytes: z.int(),
    reservedBytes: z.int(),
    usedBytes: z.int(),
    /** Uploads whose bytes are reserved and not yet used; `core/quota/quota.ts` has every change. */
    activeUploads: z.int(),
  }),
);

/** Who runs a job now, of all owners (`core/transcoding/admission.ts`). A set without members has no attribute. */
export const slotsItemSchema = /* @__PURE__ */ z.lazy(() =>
  z.object({
    ...keys,
    holders: z.optional(z.set(text)),
    turn: z.optional(z.int()),
    waitingOwners: z.optional(z.int()),
    averageSeconds: z.optional(z.int()),
    pausedUntil: optionalText,
  }),
);

/** The share of an owner in the slots: further attributes of the owner's quota item. */
export const shareItemSchema = /* @__PURE__ */ z.lazy(() =>
  z.object({
    ...keys,
    jobs: z.optional(z.set(text)),
    waitingJobs: z.optional(z.int()),
    turn: z.optional(z.int()),
    ticket: z.optional(z.int()),
    ticketAt: optionalText,
  }),
);

/** What an owner has used of one day's budgets. An absent amount is 0. */
export const dayItemSchema = /* @__PURE__ */ z.lazy(() =>
  z.object({
    ...keys,
    uploads: z.optional(z.int()),
    /** Duration times renditions of the videos that were transcoded. */
    outputSeconds: z.optional(z.int()),
    companionSessions: z.optional(z.int()),
    /** Seconds since the epoch. */
    expiresAt: z.int(),
  }),
);

/** The operator’s switch: whether new uploads and grants are refused. */
export const intakeItemSchema = /* @__PURE__ */ z.lazy(() =>
  z.object({
    ...keys,
    closed: z.boolean(),
    /** ISO 8601. */
    since: text,
  }),
);

export const idempotencyItemSchema = /* @__PURE__ */ z.lazy(() =>
  z.object({
    ...keys,
    uploadId: text,
    /** `requestHash` of the creation that used the key. */
    requestHash: text,
    createdAt: text,
    /** Seconds since the epoch. */
    expiresAt: z.int(),
  }),
);

/** Lets a client without headers act for one owner until it expires (`core/grants/capability.ts`). */
export const capabilityItemSchema = /* @__PURE__ */ z.lazy(() =>
  z.object({
    ...keys,
    owner: text,
    subject: text,
    createdAt: text,
    /** Seconds since the epoch; TTL may delete the item later, so readers compare. */
    expiresAt: z.int(),
  }),
);
