import * as z from 'zod';

/** S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const partNumberSchema = z.int().min(1).max(10_000);

/**
 * Presigned UploadPart URLs in little space: `urlTemplate` with `{partNumber}` and `{signature}`, and one
 * signature a part. Ten thousand plain URLs are over 10 MB, this is under 1 MB. `expandGrant` makes URLs.
 */
export const compactGrantSchema = z
  .object({
    method: z.literal('PUT'),
    urlTemplate: z.string(),
    /** Which parts are signed; `signatures[i]` belongs to `partNumbers[i]`. */
    partNumbers: z.array(partNumberSchema),
    /** 64 hex digits each. */
    signatures: z.array(z.string().regex(/^[0-9a-f]{64}$/)),
    /** ISO 8601; after it S3 refuses every one of these URLs. */
    expiresAt: z.iso.datetime(),
  })
  .refine((grant) => grant.partNumbers.length === grant.signatures.length, {
    message: 'must have as many signatures as partNumbers',
    path: ['signatures'],
  });

/** One part to send: `PUT` of exactly bytes `offset` to `offset + size` of the file. */
const partUrlSchema = z.object({
  partNumber: partNumberSchema,
  url: z.string(),
  /** Bytes; it is signed, S3 refuses one more or less. */
  size: z.int().min(1),
  /** Bytes from the file's start. */
  offset: z.int().min(0),
});

/** A page of plain URLs (`?expand=urls`). */
export const expandedGrantSchema = z.object({
  method: z.literal('PUT'),
  parts: z.array(partUrlSchema),
  expiresAt: z.iso.datetime(),
  /** Present while there are more parts. */
  nextCursor: z.string().optional(),
});

export type CompactGrant = z.output<typeof compactGrantSchema>;
export type PartUrl = z.output<typeof partUrlSchema>;
export type ExpandedGrant = z.output<typeof expandedGrantSchema>;
