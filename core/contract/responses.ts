import * as z from 'zod/mini';
import { partNumberSchema } from './fields.ts';
import {
  compactGrantSchema,
  expandedGrantSchema,
  formGrantSchema,
  putGrantSchema,
} from './grant.ts';
import { uploadSchema } from './upload.ts';

/** 201 for an upload in parts. The same request with the same Idempotency-Key is answered with the same upload. */
export const createUploadAnswerSchema = z.object({
  upload: uploadSchema,
  grant: compactGrantSchema,
});

/** 201, whichever method was asked for; `upload.method` tells which grant it is. */
export const createdUploadAnswerSchema = z.object({
  upload: uploadSchema,
  grant: z.union([compactGrantSchema, putGrantSchema, formGrantSchema]),
});

export const listUploadsAnswerSchema = z.object({
  uploads: z.array(uploadSchema),
  nextCursor: z.optional(z.string()),
});

/** `GET /v1/uploads/{id}`, and what `complete` (202) and `DELETE` (200) answer. */
export const uploadAnswerSchema = z.object({ upload: uploadSchema });

export const signPartsAnswerSchema = z.object({
  upload: uploadSchema,
  grant: z.union([compactGrantSchema, expandedGrantSchema, putGrantSchema, formGrantSchema]),
});

/** `GET /v1/uploads/{id}/parts`: everything that S3 has received, in one answer. */
export const listPartsAnswerSchema = z.object({
  parts: z.array(
    z.object({
      partNumber: partNumberSchema,
      /** Bytes. */
      size: z.int(),
      /** As S3 writes it, in quotes. */
      etag: z.string(),
    }),
  ),
  receivedBytes: z.int(),
  /** Part numbers of the plan that S3 has not received, ascending. */
  missing: z.array(partNumberSchema),
});

export type ListUploadsResponse = z.output<typeof listUploadsAnswerSchema>;
export type ListPartsResponse = z.output<typeof listPartsAnswerSchema>;
