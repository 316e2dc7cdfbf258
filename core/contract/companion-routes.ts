import type * as z from 'zod/mini';
import {
  companionAbortedSchema,
  companionBatchResponseSchema,
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

/** An operation of Companion's protocol, available below each path of `companionBases`. */
export interface CompanionRoute {
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly summary: string;
  readonly response: z.ZodMiniType;
  readonly request?: z.ZodMiniType;
  readonly query?: z.ZodMiniType;
}

/**
 * The two base paths of the protocol. Uppy 5 sends a token in a header. Uppy 6 sends no headers of the app, so the
 * path contains a capability.
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
    summary: 'Companion: create an upload in parts',
    request: companionCreateSchema,
    response: companionUploadSchema,
  },
  {
    operation: 'list-parts',
    method: 'GET',
    path: '/s3/multipart/{id}',
    summary: 'Companion: list the parts that S3 has received',
    query: companionKeySchema,
    response: companionPartsSchema,
  },
  {
    operation: 'sign-part',
    method: 'GET',
    path: '/s3/multipart/{id}/{partNumber}',
    summary: 'Companion: sign one part',
    query: companionKeySchema,
    response: companionPartUrlSchema,
  },
  {
    operation: 'sign-batch',
    method: 'GET',
    path: '/s3/multipart/{id}/batch',
    summary: 'Companion: sign several parts',
    query: companionBatchSchema,
    response: companionBatchResponseSchema,
  },
  {
    operation: 'complete-multipart',
    method: 'POST',
    path: '/s3/multipart/{id}/complete',
    summary: 'Companion: complete an upload in parts',
    query: companionKeySchema,
    request: companionCompleteSchema,
    response: companionCompletedSchema,
  },
  {
    operation: 'abort-multipart',
    method: 'DELETE',
    path: '/s3/multipart/{id}',
    summary: 'Companion: cancel an upload that is not complete',
    query: companionKeySchema,
    response: companionAbortedSchema,
  },
  {
    operation: 'form',
    method: 'GET',
    path: '/s3/params',
    summary: 'Companion: create an upload by form and get the form',
    query: companionParamsSchema,
    response: companionFormSchema,
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
