import * as z from 'zod';
import { statuses } from '../lifecycle.ts';

/**
 * Fields that requests and answers share. They stand apart from both, since a function checks requests only: what
 * it never checks it should not build at each cold start.
 */

/** S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const partNumberSchema = z.int().min(1).max(10_000);

export const statusSchema = z.enum(statuses);

/** How the file comes: in parts, by one presigned PUT, or by one presigned form. */
export const methodSchema = z.enum(['multipart', 'put', 'post']);
