import * as z from 'zod/mini';

/** Containers that can be allowed: what both the inspector and MediaConvert read. */
const containers = ['mp4', 'mov', 'webm', 'mkv', 'mpegts'] as const;
export type Container = (typeof containers)[number];

/**
 * S3's largest object: 10,000 parts of 5 GiB, 48.8 TiB.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 */
export const MAX_OBJECT_BYTES = 10_000 * 5 * 1024 ** 3;

/** S3's largest object in one request: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const MAX_REQUEST_BYTES = 5 * 1024 ** 3;

/** A form can be posted again while it lives, and each time its bytes are stored for a moment. */
export const MAX_FORM_SECONDS = 900;

/**
 * Credentials of a role that another role assumed live one hour at most, and no grant outlives them.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
 */
export const MAX_GRANT_SECONDS = 3_600;

const bytes = z.int().check(z.minimum(1), z.maximum(MAX_OBJECT_BYTES));

/** A whole number from `smallest` on, with its default. */
const whole = (smallest: number, usual: number) =>
  z._default(z.int().check(z.minimum(smallest)), usual);

/** A list of `fewest` names or more, with its default. */
const names = (fewest: number, usual: string[]) =>
  z._default(z.array(z.string()).check(z.minLength(fewest)), usual);

/**
 * What may be uploaded, by whom how much. Every field has a default; an unknown field is refused. Built when it is
 * first used: most functions never read a policy.
 */
export const uploadPolicySchema = z.lazy(() => policySchema());

const policySchema = () =>
  z.strictObject({
    containers: z._default(z.array(z.enum(containers)).check(z.minLength(1)), [...containers]),
    /** Lower case, without parameters. */
    contentTypes: z._default(
      z.array(z.string().check(z.regex(/^[a-z0-9.+-]+\/[a-z0-9.+-]+$/))).check(z.minLength(1)),
      [
        'video/mp4',
        'video/x-m4v',
        'video/quicktime',
        'video/webm',
        'video/x-matroska',
        'video/matroska',
        'video/mp2t',
      ],
    ),
    /** Names as in `core/media/codec-names.ts`. */
    videoCodecs: names(1, ['h264', 'hevc', 'vp8', 'vp9', 'av1', 'prores', 'mpeg2', 'mpeg4']),
    audioCodecs: names(0, ['aac', 'mp3', 'opus', 'vorbis', 'flac', 'ac3', 'eac3', 'pcm']),
    size: z.prefault(
      z
        .strictObject({
          minimumBytes: z._default(bytes, 1),
          maximumBytes: z._default(bytes, 50_000_000_000),
        })
        .check(
          z.refine(
            (size) => size.minimumBytes <= size.maximumBytes,
            'minimumBytes is over maximumBytes',
          ),
        ),
      {},
    ),
    duration: z.prefault(
      z
        .strictObject({
          minimumSeconds: z._default(z.number().check(z.minimum(0)), 0.1),
          maximumSeconds: z._default(z.number().check(z.positive()), 12 * 3_600),
        })
        .check(
          z.refine(
            (duration) => duration.minimumSeconds <= duration.maximumSeconds,
            'minimumSeconds is over maximumSeconds',
          ),
        ),
      {},
    ),
    picture: z.prefault(
      z.strictObject({
        /** Shorter side of the picture, coded or as displayed; 32 is MediaConvert's smallest output. */
        minimumSide: whole(1, 32),
        /** Longer side of the picture, coded or as displayed. */
        maximumSide: z._default(z.int().check(z.minimum(1), z.maximum(16_384)), 8_192),
        /** Width times height of the coded picture. */
        maximumPixels: whole(1, 8_192 * 4_320),
        /** Longer by shorter side, as displayed. */
        maximumAspectRatio: z._default(z.number().check(z.minimum(1)), 8),
        maximumFrameRate: z._default(z.number().check(z.positive()), 120),
      }),
      {},
    ),
    tracks: z.prefault(
      z.strictObject({
        maximumVideo: whole(1, 2),
        maximumAudio: whole(0, 16),
        /** All tracks: picture, sound, subtitles, timecode, data. */
        maximumTotal: whole(1, 32),
      }),
      {},
    ),
    quota: z.prefault(
      z.strictObject({
        /** Reserved and used bytes of one owner together. */
        maximumBytes: whole(1, 500_000_000_000),
        /** Uploads of one owner whose bytes are reserved: begun, and not yet accepted or given up. */
        maximumActiveUploads: whole(1, 20),
      }),
      {},
    ),
    grantLifetimeSeconds: z._default(
      z.int().check(z.minimum(60), z.maximum(MAX_GRANT_SECONDS)),
      MAX_GRANT_SECONDS,
    ),
    /** Hours from creation until an unfinished upload expires. */
    unfinishedHours: z._default(z.int().check(z.minimum(1), z.maximum(24 * 30)), 48),
    /** Whether a moderator has to approve before a video is transcoded. */
    review: z._default(z.boolean(), false),
  });

export type UploadPolicy = z.output<typeof uploadPolicySchema>;

// Marked, so that bundles of functions leave it out.
export const defaultUploadPolicy: UploadPolicy = /* @__PURE__ */ uploadPolicySchema.parse({});
