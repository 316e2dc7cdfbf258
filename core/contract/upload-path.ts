import * as z from 'zod/mini';

/** The path of every route to one upload. */
export const uploadPathSchema = z.object({ id: z.uuidv7() });
