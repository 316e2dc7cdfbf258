import * as z from 'zod/mini';
import { partNumberSchema } from './fields.ts';

/**
 * Presigned UploadPart URLs in compact form: `urlTemplate` contains `{partNumber}` and `{signature}`, and each part
 * has one signature. For 10,000 parts this is less than 1 MB; plain URLs are more than 10 MB. `expandGrant` returns
 * the URLs.
 */
export const compactGrantSchema = z
  .object({
    method: z.literal('PUT'),
    urlTemplate: z.string(),
    /** The signed parts. `signatures[i]` belongs to `partNumbers[i]`. */
    partNumbers: z.array(partNumberSchema),
    /** 64 hex digits each. */
    signatures: z.array(z.string().check(z.regex(/^[0-9a-f]{64}$/))),
    /** ISO 8601. S3 refuses all of these URLs afterwards. */
    expiresAt: z.iso.datetime(),
  })
  .check(
    z.refine((grant) => grant.partNumbers.length === grant.signatures.length, {
      message: 'must have as many signatures as partNumbers',
      path: ['signatures'],
    }),
  );

/** One part to send by `PUT`: the bytes of the file from `offset` to `offset + size`, end excluded. */
const partUrlSchema = z.object({
  partNumber: partNumberSchema,
  url: z.string(),
  /** Bytes. Part of the signature: S3 refuses any other length. */
  size: z.int().check(z.minimum(1)),
  /** Bytes from the start of the file. */
  offset: z.int().check(z.minimum(0)),
});

/** A page of plain URLs (`?expand=urls`). */
export const expandedGrantSchema = z.object({
  method: z.literal('PUT'),
  parts: z.array(partUrlSchema),
  expiresAt: z.iso.datetime(),
  /** Absent on the last page. */
  nextCursor: z.optional(z.string()),
});

/** One presigned PutObject: a `PUT` of the whole file with exactly these headers. S3 accepts it only once. */
export const putGrantSchema = z.object({
  method: z.literal('PUT'),
  url: z.string(),
  /** All headers are signed: S3 refuses a request with other values or without them. */
  headers: z.record(z.string(), z.string()),
  /** Bytes. Signed as `content-length`. */
  size: z.int().check(z.minimum(1)),
  expiresAt: z.iso.datetime(),
});

/**
 * A form that a page posts as `multipart/form-data`: the fields without changes, then the file. S3 refuses other
 * fields and any other length.
 */
export const formGrantSchema = z.object({
  method: z.literal('POST'),
  url: z.string(),
  fields: z.record(z.string(), z.string()),
  /** The name of the form field for the file. It must be the last field. */
  fileField: z.literal('file'),
  /** Bytes. */
  size: z.int().check(z.minimum(1)),
  expiresAt: z.iso.datetime(),
});

export type CompactGrant = z.output<typeof compactGrantSchema>;
export type PartUrl = z.output<typeof partUrlSchema>;
export type ExpandedGrant = z.output<typeof expandedGrantSchema>;
