import * as z from 'zod/mini';

/** The path of every route to one upload. */
export const uploadPathSchema = z.object({ id: z.uuidv7() });

/** The path of the captions of an upload. Which languages there are: `core/playback/caption-language.ts`. */
export const captionsPathSchema = z.object({ id: z.uuidv7(), language: z.string() });
