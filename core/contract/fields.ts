import * as z from 'zod/mini';
import { statuses } from './lifecycle.ts';

/**
 * Fields that requests and answers share. They stand apart from both, since a function checks requests only: what
 * it never checks it should not build at each cold start.
 */

/** S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const partNumberSchema = z.int().check(z.minimum(1), z.maximum(10_000));

export const statusSchema = z.enum(statuses);

/** How the file comes: in parts, by one presigned PUT, or by one presigned form. */
export const methodSchema = z.enum(['multipart', 'put', 'post']);

/** A number in a path or a query, where everything is text. */
export const numberInText = (pattern: RegExp, number: z.ZodMiniInt) =>
  z.pipe(z.pipe(z.string().check(z.regex(pattern)), z.transform(Number)), number);
