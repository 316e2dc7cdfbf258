import * as z from 'zod';

/** Containers that can be allowed: what both the inspector and MediaConvert read. */
const containers = ['mp4', 'mov', 'webm', 'mkv', 'mpegts'] as const;
export type Container = (typeof containers)[number];

/**
 * S3's largest object: 10,000 parts of 5 GiB, 48.8 TiB.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 */
export const LARGEST_OBJECT_BYTES = 10_000 * 5 * 1024 ** 3;

/** S3's largest object in one request: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const LARGEST_REQUEST_BYTES = 5 * 1024 ** 3;

/** A form can be posted again while it lives, and each time its bytes are stored for a moment. */
export const LONGEST_FORM_SECONDS = 900;

/**
 * Credentials of a role that another role assumed live one hour at most, and no grant outlives them.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
 */
export const LONGEST_GRANT_SECONDS = 3_600;

const bytes = z.int().min(1).max(LARGEST_OBJECT_BYTES);

/**
 * What may be uploaded, by whom how much. Every field has a default; an unknown field is refused. Built when it is
 * first used: most functions never read a policy.
 */
export const uploadPolicySchema = z.lazy(() => policySchema());

const policySchema = () =>
  z.strictObject({
    containers: z
      .array(z.enum(containers))
      .min(1)
      .default([...containers]),
    /** Lower case, without parameters. */
    contentTypes: z
      .array(z.string().regex(/^[a-z0-9.+-]+\/[a-z0-9.+-]+$/))
      .min(1)
      .default([
        'video/mp4',
        'video/x-m4v',
        'video/quicktime',
        'video/webm',
        'video/x-matroska',
        'video/matroska',
        'video/mp2t',
      ]),
    /** Names as in `core/codec-names.ts`. */
    videoCodecs: z
      .array(z.string())
      .min(1)
      .default(['h264', 'hevc', 'vp8', 'vp9', 'av1', 'prores', 'mpeg2', 'mpeg4']),
    audioCodecs: z
      .array(z.string())
      .default(['aac', 'mp3', 'opus', 'vorbis', 'flac', 'ac3', 'eac3', 'pcm']),
    size: z
      .strictObject({ minimumBytes: bytes.default(1), maximumBytes: bytes.default(50_000_000_000) })
      .refine((size) => size.minimumBytes <= size.maximumBytes, 'minimumBytes is over maximumBytes')
      .prefault({}),
    duration: z
      .strictObject({
        minimumSeconds: z.number().min(0).default(0.1),
        maximumSeconds: z
          .number()
          .positive()
          .default(12 * 3_600),
      })
      .refine(
        (duration) => duration.minimumSeconds <= duration.maximumSeconds,
        'minimumSeconds is over maximumSeconds',
      )
      .prefault({}),
    picture: z
      .strictObject({
        /** Shorter side of the picture, coded or as displayed; 32 is MediaConvert's smallest output. */
        minimumSide: z.int().min(1).default(32),
        /** Longer side of the picture, coded or as displayed. */
        maximumSide: z.int().min(1).max(16_384).default(8_192),
        /** Width times height of the coded picture. */
        maximumPixels: z
          .int()
          .min(1)
          .default(8_192 * 4_320),
        /** Longer by shorter side, as displayed. */
        maximumAspectRatio: z.number().min(1).default(8),
        maximumFrameRate: z.number().positive().default(120),
      })
      .prefault({}),
    tracks: z
      .strictObject({
        maximumVideo: z.int().min(1).default(2),
        maximumAudio: z.int().min(0).default(16),
        /** All tracks: picture, sound, subtitles, timecode, data. */
        maximumTotal: z.int().min(1).default(32),
      })
      .prefault({}),
    quota: z
      .strictObject({
        /** Reserved and used bytes of one owner together. */
        maximumBytes: z.int().min(1).default(500_000_000_000),
        /** Uploads of one owner whose bytes are reserved: begun, and not yet accepted or given up. */
        maximumActiveUploads: z.int().min(1).default(20),
      })
      .prefault({}),
    grantLifetimeSeconds: z.int().min(60).max(LONGEST_GRANT_SECONDS).default(LONGEST_GRANT_SECONDS),
    /** Hours from creation until an unfinished upload expires. */
    unfinishedHours: z
      .int()
      .min(1)
      .max(24 * 30)
      .default(48),
    /** Whether a moderator has to approve before a video is transcoded. */
    review: z.boolean().default(false),
  });

export type UploadPolicy = z.output<typeof uploadPolicySchema>;

// Marked, so that bundles of functions leave it out.
export const defaultUploadPolicy: UploadPolicy = /* @__PURE__ */ uploadPolicySchema.parse({});
