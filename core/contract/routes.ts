import type * as z from 'zod/mini';
import { companionSessionSchema } from './companion.ts';
import {
  completeUploadRequestSchema,
  createUploadRequestSchema,
  listUploadsQuerySchema,
  signPartsQuerySchema,
  signPartsRequestSchema,
} from './requests.ts';
import {
  createdUploadAnswerSchema,
  listPartsAnswerSchema,
  listUploadsAnswerSchema,
  signPartsAnswerSchema,
  uploadAnswerSchema,
} from './responses.ts';

/** A route of the API; the HTTP API, the handlers and the OpenAPI document are made from it. */
export interface Route {
  /** The file of the function that answers, and the operation's id. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly summary: string;
  readonly status: number;
  readonly answer: z.ZodMiniType;
  readonly request?: z.ZodMiniType;
  readonly query?: z.ZodMiniType;
}

export const routes = [
  {
    name: 'create-upload',
    method: 'POST',
    path: '/v1/uploads',
    summary: 'Record an upload and get the grant to send it',
    request: createUploadRequestSchema,
    status: 201,
    answer: createdUploadAnswerSchema,
  },
  {
    name: 'list-uploads',
    method: 'GET',
    path: '/v1/uploads',
    summary: 'My uploads, newest first',
    query: listUploadsQuerySchema,
    status: 200,
    answer: listUploadsAnswerSchema,
  },
  {
    name: 'get-upload',
    method: 'GET',
    path: '/v1/uploads/{id}',
    summary: 'One upload: status, progress, reason, timeline, playback',
    status: 200,
    answer: uploadAnswerSchema,
  },
  {
    name: 'sign-parts',
    method: 'POST',
    path: '/v1/uploads/{id}/grant',
    summary: 'Sign again: parts, all or those named, or the one request',
    request: signPartsRequestSchema,
    query: signPartsQuerySchema,
    status: 200,
    answer: signPartsAnswerSchema,
  },
  {
    name: 'list-parts',
    method: 'GET',
    path: '/v1/uploads/{id}/parts',
    summary: 'The parts that S3 has received',
    status: 200,
    answer: listPartsAnswerSchema,
  },
  {
    name: 'complete-upload',
    method: 'POST',
    path: '/v1/uploads/{id}/complete',
    summary: 'Put the parts together',
    request: completeUploadRequestSchema,
    status: 202,
    answer: uploadAnswerSchema,
  },
  {
    name: 'cancel-upload',
    method: 'DELETE',
    path: '/v1/uploads/{id}',
    summary: 'Cancel at any stage, or delete',
    status: 200,
    answer: uploadAnswerSchema,
  },
  {
    name: 'create-companion-session',
    method: 'POST',
    path: '/v1/companion-sessions',
    summary: 'A short-lived address for a client that sends no headers',
    status: 201,
    answer: companionSessionSchema,
  },
] as const satisfies readonly Route[];
