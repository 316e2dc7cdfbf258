import * as z from 'zod/mini';

/** Complete addresses of a video's files. They contain a token, and end at `expiresAt`. */
const playbackAccessSchema = z.object({
  /** HLS: the multivariant playlist. */
  hls: z.string(),
  /** The DASH manifest. */
  dash: z.string(),
  /** A JPEG picture. */
  poster: z.string(),
  /** Thumbnails for the scrubber: WebVTT that names pictures. */
  storyboard: z.string(),
  /** WebVTT files; the manifests name them, too. */
  captions: z.array(z.object({ language: z.string(), name: z.string(), url: z.string() })),
  durationSeconds: z.number(),
  expiresAt: z.iso.datetime(),
});

/** `GET /v1/uploads/{id}/playback` */
export const playbackResponseSchema = z.object({ playback: playbackAccessSchema });

/** `GET /v1/uploads/{id}/captions/{language}` */
export const captionsResponseSchema = z.object({
  captions: z.object({
    /** BCP 47. */
    language: z.string(),
    /** The language's own name. */
    name: z.string(),
    vtt: z.string(),
  }),
});

/** `GET /v1/uploads/{id}/original` */
export const originalResponseSchema = z.object({
  /** Answers with the uploaded file as an attachment. */
  original: z.object({ url: z.string(), expiresAt: z.iso.datetime() }),
});

export type PlaybackAccess = z.output<typeof playbackAccessSchema>;
