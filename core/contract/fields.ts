import * as z from 'zod/mini';
import { statuses } from './lifecycle.ts';

/**
 * Fields that requests and responses share. They have a file of their own because a function checks only requests,
 * and must not spend time at each cold start on schemas of responses.
 */

/** S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const partNumberSchema = z.int().check(z.minimum(1), z.maximum(10_000));

export const statusSchema = z.enum(statuses);

/** Who may play a ready video: its owner and whom they let, or everybody. */
export const visibilitySchema = z.enum(['private', 'public']);

/** How the file is sent: in parts, by one presigned PUT, or by one presigned form. */
export const methodSchema = z.enum(['multipart', 'put', 'post']);

/** A number in a path or query string. */
export const numberInText = (pattern: RegExp, number: z.ZodMiniInt) =>
  z.pipe(z.pipe(z.string().check(z.regex(pattern)), z.transform(Number)), number);
