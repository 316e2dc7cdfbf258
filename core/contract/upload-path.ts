import * as z from 'zod';

/** The path of every route to one upload. */
export const uploadPathSchema = z.object({ id: z.uuidv7() });
