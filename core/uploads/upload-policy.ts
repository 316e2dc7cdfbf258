import * as z from 'zod/mini';
import { MAX_OBJECT_BYTES } from '../grants/part-plan.ts';

/**
 * The containers that a policy can allow: those that both the inspector and MediaConvert support. 3GP and 3G2 are `mp4`,
 * WMV is `asf`, VOB is `mpegps`.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/reference-codecs-containers-input.html
 */
const containers = [
  'mp4',
  'mov',
  'webm',
  'mkv',
  'mpegts',
  'mpegps',
  'avi',
  'flv',
  'mxf',
  'asf',
] as const;
export type Container = (typeof containers)[number];

/** The largest object that S3 accepts in one request: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const MAX_REQUEST_BYTES = 5 * 1024 ** 3;

/** A form can be posted several times until it expires, and S3 stores the bytes each time. */
export const MAX_FORM_SECONDS = 900;

/**
 * Role chaining limits a session to one hour, and a grant expires with the session that signed it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
 */
export const MAX_GRANT_SECONDS = 3_600;

/**
 * What MediaConvert decodes, in any container, row by row in docs/reference/media-inspection.md:
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/reference-codecs-containers-input.html
 */
const VIDEO_CODECS = [
  'h264',
  'hevc',
  'vp8',
  'vp9',
  'av1',
  'prores',
  'mpeg1',
  'mpeg2',
  'mpeg4',
  'mjpeg',
  'dv',
  'h261',
  'h263',
  'qtrle',
  'vc1',
  'dnxhd',
  'jpeg2000',
  'rawvideo',
];
const AUDIO_CODECS = [
  'aac',
  'mp2',
  'mp3',
  'opus',
  'vorbis',
  'flac',
  'ac3',
  'eac3',
  'pcm',
  'wma',
  // Telephones record it in 3GP.
  'amr',
];

const bytes = z.int().check(z.minimum(1), z.maximum(MAX_OBJECT_BYTES));

/** An integer of at least `minimum`, with a default. */
const integer = (minimum: number, defaultValue: number) =>
  z._default(z.int().check(z.minimum(minimum)), defaultValue);

/** A list of at least `minimumLength` names, with a default. */
const names = (minimumLength: number, defaultValue: string[]) =>
  z._default(z.array(z.string()).check(z.minLength(minimumLength)), defaultValue);

/**
 * What may be uploaded, and how much each owner may store. Every field has a default; an unknown field is an error. The
 * schema is created at first use, because most functions never read a policy.
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
        'video/mpeg',
        'video/3gpp',
        'video/3gpp2',
        'video/avi',
        'video/msvideo',
        'video/x-msvideo',
        'video/x-flv',
        'application/mxf',
        'video/x-ms-asf',
        'video/x-ms-wmv',
      ],
    ),
    /** Names as in `core/media/codec-names.ts`. */
    videoCodecs: names(1, [...VIDEO_CODECS]),
    audioCodecs: names(0, [...AUDIO_CODECS]),
    size: z.prefault(
      z
        .strictObject({
          minimumBytes: z._default(bytes, 1),
          maximumBytes: z._default(bytes, 50_000_000_000),
        })
        .check(
          z.refine(
            (size) => size.minimumBytes <= size.maximumBytes,
            'minimumBytes is greater than maximumBytes',
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
            'minimumSeconds is greater than maximumSeconds',
          ),
        ),
      {},
    ),
    picture: z.prefault(
      z.strictObject({
        /** Pixels of the shorter side, coded and as displayed. 32 is the smallest output of MediaConvert. */
        minimumSide: integer(1, 32),
        /** Pixels of the longer side, coded and as displayed. */
        maximumSide: z._default(z.int().check(z.minimum(1), z.maximum(16_384)), 8_192),
        /** Width times height of the coded picture, in pixels. */
        maximumPixels: integer(1, 8_192 * 4_320),
        /** Longer divided by shorter side, as displayed. */
        maximumAspectRatio: z._default(z.number().check(z.minimum(1)), 8),
        /** Average frames per second. A slide show has one frame in some seconds. */
        minimumFrameRate: z._default(z.number().check(z.minimum(0)), 0.1),
        /** Slow motion is recorded with 240, and measured a little higher. */
        maximumFrameRate: z._default(z.number().check(z.positive()), 300),
        /** Size of the file divided by its duration. A still picture needs some 200. */
        minimumBytesPerSecond: z._default(z.number().check(z.minimum(0)), 10),
      }),
      {},
    ),
    tracks: z.prefault(
      z.strictObject({
        maximumVideo: integer(1, 2),
        maximumAudio: integer(0, 16),
        /** All tracks: video, audio, subtitles, timecode and data. */
        maximumTotal: integer(1, 32),
      }),
      {},
    ),
    quota: z.prefault(
      z.strictObject({
        /** Reserved plus used bytes of one owner. */
        maximumBytes: integer(1, 500_000_000_000),
        /** Uploads of one owner with reserved bytes: created, but neither accepted nor ended. */
        maximumActiveUploads: integer(1, 20),
      }),
      {},
    ),
    grantLifetimeSeconds: z._default(
      z.int().check(z.minimum(60), z.maximum(MAX_GRANT_SECONDS)),
      MAX_GRANT_SECONDS,
    ),
    /** Hours from creation until an unfinished upload expires. */
    unfinishedHours: z._default(z.int().check(z.minimum(1), z.maximum(24 * 30)), 48),
    /** How often an upload is tried in all: the first attempt, and the retries after a failure. */
    maximumAttempts: z._default(z.int().check(z.minimum(1), z.maximum(10)), 3),
    /** Whether a moderator must approve a video before it is transcoded. */
    review: z._default(z.boolean(), false),
  });

export type UploadPolicy = z.output<typeof uploadPolicySchema>;

// Marked as pure, so that bundles omit it where it is not used.
export const defaultUploadPolicy: UploadPolicy = /* @__PURE__ */ uploadPolicySchema.parse({});
