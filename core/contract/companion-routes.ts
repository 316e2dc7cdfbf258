import type * as z from 'zod/mini';
import {
  companionAbortedSchema,
  companionBatchAnswerSchema,
  companionBatchSchema,
  companionCompletedSchema,
  companionCompleteSchema,
  companionCreateSchema,
  companionFormSchema,
  companionKeySchema,
  companionParamsSchema,
  companionPartsSchema,
  companionPartUrlSchema,
  companionUploadSchema,
} from './companion.ts';

/** An operation of Companion's protocol; it stands below each of `companionBases`. */
export interface CompanionRoute {
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly summary: string;
  readonly answer: z.ZodMiniType;
  readonly request?: z.ZodMiniType;
  readonly query?: z.ZodMiniType;
}

/**
 * Where the protocol stands: with a token in a header, for Uppy 5; and with a capability in the path, for Uppy 6,
 * which sends no headers of the app's.
 */
export const companionBases = {
  token: '/v1/companion',
  capability: '/companion/{capability}',
} as const;

export const companionRoutes = [
  {
    operation: 'create-multipart',
    method: 'POST',
    path: '/s3/multipart',
    summary: 'Companion: record an upload in parts',
    request: companionCreateSchema,
    answer: companionUploadSchema,
  },
  {
    operation: 'list-parts',
    method: 'GET',
    path: '/s3/multipart/{id}',
    summary: 'Companion: the parts that S3 has received',
    query: companionKeySchema,
    answer: companionPartsSchema,
  },
  {
    operation: 'sign-part',
    method: 'GET',
    path: '/s3/multipart/{id}/{partNumber}',
    summary: 'Companion: the URL of one part',
    query: companionKeySchema,
    answer: companionPartUrlSchema,
  },
  {
    operation: 'sign-batch',
    method: 'GET',
    path: '/s3/multipart/{id}/batch',
    summary: 'Companion: the URLs of several parts',
    query: companionBatchSchema,
    answer: companionBatchAnswerSchema,
  },
  {
    operation: 'complete-multipart',
    method: 'POST',
    path: '/s3/multipart/{id}/complete',
    summary: 'Companion: put the parts together',
    query: companionKeySchema,
    request: companionCompleteSchema,
    answer: companionCompletedSchema,
  },
  {
    operation: 'abort-multipart',
    method: 'DELETE',
    path: '/s3/multipart/{id}',
    summary: 'Companion: give up an upload that is not complete',
    query: companionKeySchema,
    answer: companionAbortedSchema,
  },
  {
    operation: 'form',
    method: 'GET',
    path: '/s3/params',
    summary: 'Companion: record an upload in one request and get its form',
    query: companionParamsSchema,
    answer: companionFormSchema,
  },
] as const satisfies readonly CompanionRoute[];

export type CompanionOperation = (typeof companionRoutes)[number]['operation'];

/** The operation of an HTTP API's route key (`GET /v1/companion/s3/params`), undefined for any other route. */
export function companionOperationOf(routeKey: string): CompanionOperation | undefined {
  const bases = Object.values(companionBases);
  return companionRoutes.find(({ method, path }) =>
    bases.some((base) => routeKey === `${method} ${base}${path}`),
  )?.operation;
}
