import * as z from 'zod/mini';

const pixels = z.int().check(z.minimum(1));

/** Where a track is in the file. Tracks of each kind are counted separately. */
const position = {
  /** Position among the tracks of its kind in the order of the file, from 1. */
  number: z.optional(z.int().check(z.minimum(1))),
  /** Packet identifier in an MPEG transport stream. */
  pid: z.optional(z.int().check(z.minimum(0))),
  /** Program number in an MPEG transport stream with several programs. */
  program: z.optional(z.int().check(z.minimum(0))),
};

/**
 * How the picture's numbers become colors. Names are those of FFmpeg for the code points of ISO/IEC 23091-2: `bt709`,
 * `bt2020`, `smpte2084`, `arib-std-b67`, `bt2020nc`. A property that the file does not state is absent.
 */
const colorSchema = z.object({
  primaries: z.optional(z.string()),
  transfer: z.optional(z.string()),
  matrix: z.optional(z.string()),
  range: z.optional(z.enum(['limited', 'full'])),
  /** Bits per component. */
  bitDepth: z.optional(z.int().check(z.minimum(1))),
  /** `dolby-vision` for every stream with a Dolby Vision configuration. */
  hdr: z.enum(['none', 'hlg', 'pq', 'dolby-vision']),
  /** Profile and compatibility, such as `8.4`. */
  dolbyVisionProfile: z.optional(z.string()),
  /** Whether the file has the mastering display's color volume (SMPTE ST 2086). */
  masteringMetadata: z.boolean(),
});

const videoTrackSchema = z.object({
  ...position,
  /** Name as in `core/media/codec-names.ts`; `unknown` for any other codec. */
  codec: z.string(),
  /** Pixels as stored. */
  codedWidth: pixels,
  codedHeight: pixels,
  /** Pixels as displayed, after pixel aspect ratio and rotation. */
  displayWidth: pixels,
  displayHeight: pixels,
  /** Clockwise, in degrees. */
  rotation: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]),
  /** Width of a stored pixel divided by its height, before rotation. 1 for square pixels. */
  pixelAspectRatio: z.number().check(z.positive()),
  /** Average frames per second; absent if the file does not state it. */
  frameRate: z.optional(z.number().check(z.positive())),
  /** Whether pictures are stored as fields. Absent if unknown. */
  interlaced: z.optional(z.boolean()),
  color: z.optional(colorSchema),
});

const audioTrackSchema = z.object({
  ...position,
  codec: z.string(),
  channels: z.int().check(z.minimum(1)),
  /** Hertz. */
  sampleRate: z.number().check(z.positive()),
  /** BCP 47; absent if the file does not state it. */
  language: z.optional(z.string()),
  /** Whether the file marks the track as the one to play by default. */
  default: z.optional(z.boolean()),
});

/**
 * The properties of a media file. The first track of each kind is the main one; the others
 * follow in the order of the file. Tracks without samples are not listed.
 */
export const mediaFactsSchema = z.object({
  container: z.string(),
  /** Of the longest shown track. The policy's maximum while `durationSource` is `unknown`. */
  durationSeconds: z.number().check(z.positive()),
  /**
   * `measured` from headers, indexes or timestamps; `estimated` from the bit rate; `unknown` until the transcoded video
   * is measured. Absent on uploads that were inspected before this field existed: `measured`.
   */
  durationSource: z.optional(z.enum(['measured', 'estimated', 'unknown'])),
  video: z.array(videoTrackSchema),
  audio: z.array(audioTrackSchema),
  /** Subtitles, timecode, data, pictures that are attached, and tracks without samples. */
  otherTracks: z.int().check(z.minimum(0)),
});

export type VideoTrack = z.output<typeof videoTrackSchema>;
export type AudioTrack = z.output<typeof audioTrackSchema>;
export type MediaFacts = z.output<typeof mediaFactsSchema>;
