import * as z from 'zod/mini';

const pixels = z.int().check(z.minimum(1));

const videoTrackSchema = z.object({
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
});

const audioTrackSchema = z.object({
  codec: z.string(),
  channels: z.int().check(z.minimum(1)),
  /** Hertz. */
  sampleRate: z.number().check(z.positive()),
});

/** The properties of a media file. Players use the first track of each kind. */
export const mediaFactsSchema = z.object({
  container: z.string(),
  durationSeconds: z.number().check(z.positive()),
  video: z.array(videoTrackSchema),
  audio: z.array(audioTrackSchema),
  /** Subtitles, timecode, data. */
  otherTracks: z.int().check(z.minimum(0)),
});

export type VideoTrack = z.output<typeof videoTrackSchema>;
export type AudioTrack = z.output<typeof audioTrackSchema>;
export type MediaFacts = z.output<typeof mediaFactsSchema>;
