import * as z from 'zod/mini';
import { partNumberSchema } from './fields.ts';

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
    signatures: z.array(z.string().check(z.regex(/^[0-9a-f]{64}$/))),
    /** ISO 8601; after it S3 refuses every one of these URLs. */
    expiresAt: z.iso.datetime(),
  })
  .check(
    z.refine((grant) => grant.partNumbers.length === grant.signatures.length, {
      message: 'must have as many signatures as partNumbers',
      path: ['signatures'],
    }),
  );

/** One part to send: `PUT` of exactly bytes `offset` to `offset + size` of the file. */
const partUrlSchema = z.object({
  partNumber: partNumberSchema,
  url: z.string(),
  /** Bytes; it is signed, S3 refuses one more or less. */
  size: z.int().check(z.minimum(1)),
  /** Bytes from the file's start. */
  offset: z.int().check(z.minimum(0)),
});

/** A page of plain URLs (`?expand=urls`). */
export const expandedGrantSchema = z.object({
  method: z.literal('PUT'),
  parts: z.array(partUrlSchema),
  expiresAt: z.iso.datetime(),
  /** Present while there are more parts. */
  nextCursor: z.optional(z.string()),
});

/** One presigned PutObject: `PUT` of the whole file with exactly these headers; S3 takes it once. */
export const putGrantSchema = z.object({
  method: z.literal('PUT'),
  url: z.string(),
  /** All of them are signed: S3 refuses other values, and their absence. */
  headers: z.record(z.string(), z.string()),
  /** Bytes; signed as `content-length`. */
  size: z.int().check(z.minimum(1)),
  expiresAt: z.iso.datetime(),
});

/**
 * A form that a page posts as `multipart/form-data`: the fields as they are, and behind them the file. S3 takes
 * neither another field nor a byte more or less.
 */
export const formGrantSchema = z.object({
  method: z.literal('POST'),
  url: z.string(),
  fields: z.record(z.string(), z.string()),
  /** The name of the field that holds the file; it has to be the last one. */
  fileField: z.literal('file'),
  /** Bytes. */
  size: z.int().check(z.minimum(1)),
  expiresAt: z.iso.datetime(),
});

export type CompactGrant = z.output<typeof compactGrantSchema>;
export type PartUrl = z.output<typeof partUrlSchema>;
export type ExpandedGrant = z.output<typeof expandedGrantSchema>;
