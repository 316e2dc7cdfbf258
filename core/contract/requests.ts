import * as z from 'zod';
import { methodSchema, partNumberSchema, statusSchema } from './fields.ts';

/** CRC64NVME of the whole file: 8 bytes, base64. */
export const checksumSchema = z.string().regex(/^[A-Za-z0-9+/]{10}[AEIMQUYcgkosw048]=$/);

/** The header of `POST /v1/uploads`: printable ASCII, so that it can be a key. */
export const idempotencyKeySchema = z.string().regex(/^[\x21-\x7e]{1,255}$/);

const METADATA_ENTRIES = 20;

/** The app's own notes; shown again as they came. */
export const metadataSchema = z
  .record(z.string().regex(/^[\w.-]{1,64}$/), z.string().max(512))
  .refine((metadata) => Object.keys(metadata).length <= METADATA_ENTRIES, {
    message: `must have ${METADATA_ENTRIES} entries at most`,
  });

/** `POST /v1/uploads`. Which name, type and size are allowed is policy (`core/create-request.ts`). */
export const createUploadRequestSchema = z.strictObject({
  fileName: z.string(),
  contentType: z.string(),
  /** Bytes. */
  size: z.int().min(0),
  checksum: checksumSchema.optional(),
  metadata: metadataSchema.optional(),
  /** `multipart` where it is absent; `put` and `post` for files of up to 5 GiB. */
  method: methodSchema.optional(),
  /** With `post` only: where S3 sends the browser afterwards, at an origin that the deployment allows. */
  redirect: z
    .url({ protocol: /^https?$/ })
    .max(2_048)
    .optional(),
});

/** A number in a query string. */
const limit = (largest: number, usual: number) =>
  z
    .string()
    .regex(/^[1-9][0-9]{0,4}$/)
    .transform(Number)
    .pipe(z.int().max(largest))
    .default(usual);

const cursor = z.string().min(1).max(2_048).optional();

/** `GET /v1/uploads` */
export const listUploadsQuerySchema = z.strictObject({
  limit: limit(100, 20),
  cursor,
  status: statusSchema.optional(),
});

/**
 * `POST /v1/uploads/{id}/grant`: all parts, or those named. The body may be absent, and has to be for a file that
 * comes in one request.
 */
export const signPartsRequestSchema = z.strictObject({
  partNumbers: z
    .array(partNumberSchema)
    .min(1)
    .max(10_000)
    .refine((numbers) => new Set(numbers).size === numbers.length, 'must not repeat a number')
    .optional(),
});

export const signPartsQuerySchema = z.strictObject({
  expand: z.literal('urls').optional(),
  /** Parts a page, with `expand` only. */
  limit: limit(1_000, 1_000),
  cursor,
});

/** `POST /v1/uploads/{id}/complete` */
export const completeUploadRequestSchema = z.strictObject({
  parts: z
    .array(
      z.strictObject({
        partNumber: partNumberSchema,
        /** As S3 answered it, with or without quotes. */
        etag: z.string().min(1).max(128),
      }),
    )
    .min(1)
    .max(10_000),
  checksum: checksumSchema.optional(),
});

export type CreateUploadRequest = z.output<typeof createUploadRequestSchema>;
export type SignPartsQuery = z.output<typeof signPartsQuerySchema>;
export type CompleteUploadRequest = z.output<typeof completeUploadRequestSchema>;
