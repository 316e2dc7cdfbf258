import * as z from 'zod/mini';
import { methodSchema, numberInText, partNumberSchema, statusSchema } from './fields.ts';
import { metadataSchema } from './metadata.ts';

/** CRC64NVME of the whole file: 8 bytes, base64. */
export const checksumSchema = z.string().check(z.regex(/^[A-Za-z0-9+/]{10}[AEIMQUYcgkosw048]=$/));

/** The header of `POST /v1/uploads`. Printable ASCII, because it becomes part of a key in the table. */
export const idempotencyKeySchema = z.string().check(z.regex(/^[\x21-\x7e]{1,255}$/));

/** `POST /v1/uploads`. The policy decides which names, types and sizes are allowed: `core/uploads/create-request.ts`. */
export const createUploadRequestSchema = z.strictObject({
  fileName: z.string(),
  contentType: z.string(),
  /** Bytes. */
  size: z.int().check(z.minimum(0)),
  checksum: z.optional(checksumSchema),
  metadata: z.optional(metadataSchema),
  /** `put` and `post` accept files of up to 5 GiB. @default `multipart` */
  method: z.optional(methodSchema),
  /** Only for `post`: where S3 redirects the browser after the upload. Its origin must be an allowed one. */
  redirect: z.optional(z.url({ protocol: /^https?$/ }).check(z.maxLength(2_048))),
});

/** A number in a query string. */
const limit = (largest: number, usual: number) =>
  z._default(numberInText(/^[1-9][0-9]{0,4}$/, z.int().check(z.maximum(largest))), usual);

const cursor = z.optional(z.string().check(z.minLength(1), z.maxLength(2_048)));

/** `GET /v1/uploads` */
export const listUploadsQuerySchema = z.strictObject({
  limit: limit(100, 20),
  cursor,
  status: z.optional(statusSchema),
  /** Whether cancelled and expired uploads are listed too, without `status`. */
  includeEnded: z._default(z.enum(['true', 'false']), 'false'),
});

/**
 * `POST /v1/uploads/{id}/grant`: signs all parts, or those in the body. For a file sent in one request the body must
 * be absent.
 */
export const signPartsRequestSchema = z.strictObject({
  partNumbers: z.optional(
    z.array(partNumberSchema).check(
      z.minLength(1),
      z.maxLength(10_000),
      z.refine(
        (numbers) => new Set(numbers).size === numbers.length,
        'must not contain a part number twice',
      ),
    ),
  ),
});

export const signPartsQuerySchema = z.strictObject({
  expand: z.optional(z.literal('urls')),
  /** Parts per page. Only with `expand`. */
  limit: limit(1_000, 1_000),
  cursor,
});

/** The largest body of a completion, in bytes: 10,000 parts with their ETags are about 700 KB. */
export const MAX_COMPLETION_BYTES = 2 * 1024 * 1024;

/** `POST /v1/uploads/{id}/complete` */
export const completeUploadRequestSchema = z.strictObject({
  parts: z
    .array(
      z.strictObject({
        partNumber: partNumberSchema,
        /** As S3 returned it, with or without quotes. */
        etag: z.string().check(z.minLength(1), z.maxLength(128)),
      }),
    )
    .check(z.minLength(1), z.maxLength(10_000)),
  checksum: z.optional(checksumSchema),
});

export type CreateUploadRequest = z.output<typeof createUploadRequestSchema>;
export type SignPartsQuery = z.output<typeof signPartsQuerySchema>;
export type CompleteUploadRequest = z.output<typeof completeUploadRequestSchema>;
