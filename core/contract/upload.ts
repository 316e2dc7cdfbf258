import * as z from 'zod/mini';
import { methodSchema, statusSchema, visibilitySchema } from './fields.ts';
import { mediaFactsSchema } from './media.ts';

const instant = z.iso.datetime();

/** A reason from the catalogue, with the values that led to it. */
const reasonSchema = z.object({
  code: z.string(),
  sentence: z.string(),
  next: z.string(),
  retryable: z.boolean(),
  detail: z.optional(z.string()),
});

const timelineEntrySchema = z.object({
  /** Absent in the first entry. */
  from: z.optional(statusSchema),
  to: statusSchema,
  at: instant,
  by: z.string(),
  why: z.optional(z.string()),
});

const renditionSchema = z.object({
  width: z.int(),
  height: z.int(),
  /** Maximum bits per second. */
  bandwidth: z.int(),
  /** RFC 6381. */
  codecs: z.optional(z.string()),
});

/** What a video consists of. `GET /v1/uploads/{id}/playback` has the addresses of its files. */
const playbackSchema = z.object({
  durationSeconds: z.number(),
  renditions: z.array(renditionSchema),
});

const progressSchema = z.object({
  /** Progress towards `ready`, 0 to 100. Decreases only if a failed upload is tried again. */
  percent: z.number().check(z.minimum(0), z.maximum(100)),
  /** Bytes that S3 has received. Present in the response for a single upload that is `waiting`. */
  receivedBytes: z.optional(z.int().check(z.minimum(0))),
  /** Present while the upload is `transcoding` and waits, because as many other videos are converted as allowed. */
  queue: z.optional(
    z.object({
      waiting: z.literal(true),
      /**
       * An estimate of the time until the conversion starts. Present in the response for a single upload, once the
       * duration of a conversion is known.
       */
      estimatedSeconds: z.optional(z.int().check(z.minimum(0))),
    }),
  ),
});

export const uploadSchema = z.object({
  id: z.string(),
  status: statusSchema,
  /** Absent for an upload that was cancelled, was deleted or has expired. */
  fileName: z.optional(z.string()),
  /** `fileName` made safe to display: without control characters and path. */
  displayName: z.optional(z.string()),
  contentType: z.string(),
  /** Bytes. */
  size: z.int(),
  /** CRC64NVME of the whole file, base64. */
  checksum: z.optional(z.string()),
  metadata: z.record(z.string(), z.string()),
  method: methodSchema,
  /** Every part but the last has `size` bytes. A file sent in one request is one part. */
  parts: z.object({ size: z.int(), count: z.int() }),
  createdAt: instant,
  updatedAt: instant,
  /** When the upload expires. Present while it is `waiting`. */
  deadline: z.optional(instant),
  /**
   * What a `waiting` upload needs next: missing `parts`, the `completion` once S3 has all parts, or the `file` in one
   * request. Present in the response for a single upload.
   */
  awaits: z.optional(z.enum(['parts', 'completion', 'file'])),
  progress: progressSchema,
  /** 1 for the first attempt; each retry of a failed upload raises it. */
  attempt: z.int().check(z.minimum(1)),
  /** Present when the upload has ended with another status than `ready`. */
  reason: z.optional(reasonSchema),
  timeline: z.array(timelineEntrySchema),
  media: z.optional(mediaFactsSchema),
  /** Who may play the video. */
  visibility: visibilitySchema,
  /** The languages in which a ready or removed video has captions. */
  captions: z.optional(z.array(z.object({ language: z.string(), name: z.string() }))),
  /** Present for a ready or removed video. */
  playback: z.optional(playbackSchema),
});

export type Upload = z.output<typeof uploadSchema>;
export type Rendition = z.output<typeof renditionSchema>;
export type PresentedReason = z.output<typeof reasonSchema>;
