import * as z from 'zod/mini';
import { methodSchema, statusSchema } from './fields.ts';
import { mediaFactsSchema } from './media.ts';

const instant = z.iso.datetime();

/** A reason from the catalogue, with what exactly was found. */
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
  /** Bits a second at most. */
  bandwidth: z.int(),
  /** RFC 6381. */
  codecs: z.optional(z.string()),
});

/** Where a ready video stands; keys in the output bucket. */
const playbackSchema = z.object({
  hls: z.string(),
  dash: z.string(),
  poster: z.string(),
  /** In the order of time. */
  storyboard: z.array(z.string()),
  durationSeconds: z.number(),
  renditions: z.array(renditionSchema),
});

const progressSchema = z.object({
  /** Of the whole way to `ready`, 0 to 100, never less than in an earlier status. */
  percent: z.number().check(z.minimum(0), z.maximum(100)),
  /** Bytes that S3 has received; present where the caller asked for one upload that is waiting. */
  receivedBytes: z.optional(z.int().check(z.minimum(0))),
});

export const uploadSchema = z.object({
  id: z.string(),
  status: statusSchema,
  fileName: z.string(),
  /** `fileName` as it can be shown: no control characters, no path. */
  displayName: z.string(),
  contentType: z.string(),
  /** Bytes. */
  size: z.int(),
  /** CRC64NVME of the whole file, base64. */
  checksum: z.optional(z.string()),
  metadata: z.record(z.string(), z.string()),
  method: methodSchema,
  /** Every part but the last has `size` bytes; a file that comes in one request is one part. */
  parts: z.object({ size: z.int(), count: z.int() }),
  createdAt: instant,
  updatedAt: instant,
  /** When the upload expires; present while it is waiting. */
  deadline: z.optional(instant),
  /**
   * What a waiting upload needs next: `parts` to be put, `completion` once all bytes are there, or the `file` in
   * one request, after which nothing else is needed. Present where the caller asked for one upload.
   */
  awaits: z.optional(z.enum(['parts', 'completion', 'file'])),
  progress: progressSchema,
  /** Present once the upload has ended other than ready. */
  reason: z.optional(reasonSchema),
  timeline: z.array(timelineEntrySchema),
  media: z.optional(mediaFactsSchema),
  playback: z.optional(playbackSchema),
});

export type Upload = z.output<typeof uploadSchema>;
export type Playback = z.output<typeof playbackSchema>;
export type Rendition = z.output<typeof renditionSchema>;
export type PresentedReason = z.output<typeof reasonSchema>;
