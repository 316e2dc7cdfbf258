import * as z from 'zod/mini';
import { visibilitySchema } from './fields.ts';

/** `PUT /v1/uploads/{id}/visibility` */
export const setVisibilityRequestSchema = z.strictObject({ visibility: visibilitySchema });

/** The body of `PUT /v1/uploads/{id}/captions/{language}`: https://www.w3.org/TR/webvtt1/ and SubRip. */
export const CAPTION_TYPES = ['text/vtt', 'application/x-subrip'] as const;

/** `POST /v1/videos/{id}/playback` */
export const createViewerPlaybackRequestSchema = z.strictObject({
  /** The backend's own name of the viewer. It is part of the token, which the viewer can read. */
  viewer: z.string().check(z.minLength(1), z.maxLength(256)),
});
