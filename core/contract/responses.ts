import * as z from 'zod/mini';
import { partNumberSchema } from './fields.ts';
import {
  compactGrantSchema,
  expandedGrantSchema,
  formGrantSchema,
  putGrantSchema,
} from './grant.ts';
import { uploadSchema } from './upload.ts';

/** 201 for an upload in parts. A repeated request with the same Idempotency-Key returns the same upload. */
export const createUploadResponseSchema = z.object({
  upload: uploadSchema,
  grant: compactGrantSchema,
});

/** 201 for every method. `upload.method` determines the kind of grant. */
export const createdUploadResponseSchema = z.object({
  upload: uploadSchema,
  grant: z.union([compactGrantSchema, putGrantSchema, formGrantSchema]),
});

export const listUploadsResponseSchema = z.object({
  uploads: z.array(uploadSchema),
  nextCursor: z.optional(z.string()),
});

/** The response of `GET /v1/uploads/{id}`, of `complete` and `retry` (202) and of `DELETE` (200). */
export const uploadResponseSchema = z.object({ upload: uploadSchema });

export const signPartsResponseSchema = z.object({
  upload: uploadSchema,
  grant: z.union([compactGrantSchema, expandedGrantSchema, putGrantSchema, formGrantSchema]),
});

/** `GET /v1/uploads/{id}/parts`: all parts that S3 has received, without paging. */
export const listPartsResponseSchema = z.object({
  parts: z.array(
    z.object({
      partNumber: partNumberSchema,
      /** Bytes. */
      size: z.int(),
      /** As S3 returns it, in quotes. */
      etag: z.string(),
    }),
  ),
  receivedBytes: z.int(),
  /** Part numbers of the plan that S3 has not received, ascending. */
  missing: z.array(partNumberSchema),
});

export type ListUploadsResponse = z.output<typeof listUploadsResponseSchema>;
export type ListPartsResponse = z.output<typeof listPartsResponseSchema>;
