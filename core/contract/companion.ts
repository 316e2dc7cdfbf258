import * as z from 'zod/mini';
import { numberInText, partNumberSchema } from './fields.ts';

/**
 * The part of Uppy's Companion protocol that uploads to S3, as `@uppy/aws-s3` 5 and 6 use it:
 * https://uppy.io/docs/companion/ and packages/@uppy/companion/src/server/controllers/s3.js
 */

/** The meta fields of a file in Uppy. Version 5 sends strings, version 6 any JSON value that the app sets. */
const metaSchema = z.record(z.string(), z.unknown());

/** `POST …/s3/multipart` */
export const companionCreateSchema = z.object({
  filename: z.string(),
  type: z.string(),
  metadata: z._default(metaSchema, {}),
});

/** `GET …/s3/params`; meta fields are query parameters named `metadata[name]`. */
export const companionParamsSchema = z.catchall(
  z.object({ filename: z.string(), type: z.string() }),
  z.string(),
);

const key = z.string().check(z.maxLength(1_024));

export const companionKeySchema = z.object({ key });

export const companionBatchSchema = z.object({
  key,
  partNumbers: z.pipe(
    z.pipe(
      z.string().check(z.regex(/^\d{1,5}(,\d{1,5})*$/)),
      z.transform((text: string) => text.split(',').map(Number)),
    ),
    z.array(partNumberSchema).check(z.minLength(1), z.maxLength(1_000)),
  ),
});

/** `POST …/s3/multipart/{id}/complete` */
export const companionCompleteSchema = z.object({
  parts: z
    .array(
      z.object({
        PartNumber: partNumberSchema,
        ETag: z.string().check(z.minLength(1), z.maxLength(128)),
      }),
    )
    .check(z.minLength(1), z.maxLength(10_000)),
});

/** Identifies a multipart upload: the upload's id as `uploadId`, and the key of the object. */
export const companionUploadSchema = z.object({
  key: z.string(),
  uploadId: z.string(),
  bucket: z.string(),
});

export const companionPartsSchema = z.array(
  z.object({ PartNumber: partNumberSchema, Size: z.int(), ETag: z.string() }),
);

export const companionPartUrlSchema = z.object({
  method: z.literal('PUT'),
  url: z.string(),
  /** Seconds. */
  expires: z.int(),
});

export const companionBatchResponseSchema = z.object({
  presignedUrls: z.record(z.string(), z.string()),
});

export const companionFormSchema = z.object({
  method: z.literal('POST'),
  url: z.string(),
  fields: z.record(z.string(), z.string()),
  /** Seconds. */
  expires: z.int(),
});

export const companionCompletedSchema = z.object({
  /** The path of the upload in this API. */
  location: z.string(),
  key: z.string(),
  bucket: z.string(),
});

export const companionAbortedSchema = z.object({});

/** `POST /v1/companion-sessions` */
export const companionSessionSchema = z.object({
  /** The path to append to the API's URL for Uppy 6's `companionEndpoint`. It is a credential: keep it secret. */
  path: z.string(),
  expiresAt: z.iso.datetime(),
});

/** The part's number in a path. */
export const companionPartPathSchema = z.object({
  partNumber: numberInText(/^\d{1,5}$/, partNumberSchema),
});

export type CompanionCreate = z.output<typeof companionCreateSchema>;
export type CompanionParams = z.output<typeof companionParamsSchema>;
