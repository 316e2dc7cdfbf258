import type * as z from 'zod/mini';
import { companionSessionSchema } from './companion.ts';
import {
  CAPTION_TYPES,
  createViewerPlaybackRequestSchema,
  setVisibilityRequestSchema,
} from './playback-requests.ts';
import {
  captionsResponseSchema,
  originalResponseSchema,
  playbackResponseSchema,
} from './playback-responses.ts';
import {
  completeUploadRequestSchema,
  createUploadRequestSchema,
  listUploadsQuerySchema,
  signPartsQuerySchema,
  signPartsRequestSchema,
} from './requests.ts';
import {
  createdUploadResponseSchema,
  listPartsResponseSchema,
  listUploadsResponseSchema,
  signPartsResponseSchema,
  uploadResponseSchema,
} from './responses.ts';

/** A route of the API. The HTTP API, the handlers and the OpenAPI document are derived from it. */
export interface Route {
  /** The file name of the function, and the id of the operation in OpenAPI. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly summary: string;
  readonly status: number;
  readonly response: z.ZodMiniType;
  readonly request?: z.ZodMiniType;
  readonly query?: z.ZodMiniType;
  /** The content types of a body that is not JSON. */
  readonly bodyTypes?: readonly string[];
  /** `open`: without a token. `play`: a token with the scope for playing any video. @default a scope by the method */
  readonly access?: 'open' | 'play';
}

export const routes = [
  {
    name: 'create-upload',
    method: 'POST',
    path: '/v1/uploads',
    summary: 'Create an upload and get the grant to send the file',
    request: createUploadRequestSchema,
    status: 201,
    response: createdUploadResponseSchema,
  },
  {
    name: 'list-uploads',
    method: 'GET',
    path: '/v1/uploads',
    summary: 'List your uploads, newest first',
    query: listUploadsQuerySchema,
    status: 200,
    response: listUploadsResponseSchema,
  },
  {
    name: 'get-upload',
    method: 'GET',
    path: '/v1/uploads/{id}',
    summary: 'Get one upload with status, progress, reason, timeline and playback',
    status: 200,
    response: uploadResponseSchema,
  },
  {
    name: 'sign-parts',
    method: 'POST',
    path: '/v1/uploads/{id}/grant',
    summary: 'Get a new grant: for all parts, for some parts, or for the single request',
    request: signPartsRequestSchema,
    query: signPartsQuerySchema,
    status: 200,
    response: signPartsResponseSchema,
  },
  {
    name: 'list-parts',
    method: 'GET',
    path: '/v1/uploads/{id}/parts',
    summary: 'List the parts that S3 has received',
    status: 200,
    response: listPartsResponseSchema,
  },
  {
    name: 'complete-upload',
    method: 'POST',
    path: '/v1/uploads/{id}/complete',
    summary: 'Complete an upload in parts',
    request: completeUploadRequestSchema,
    status: 202,
    response: uploadResponseSchema,
  },
  {
    name: 'retry-upload',
    method: 'POST',
    path: '/v1/uploads/{id}/retry',
    summary: 'Try a failed upload again, from the step that failed',
    status: 202,
    response: uploadResponseSchema,
  },
  {
    name: 'cancel-upload',
    method: 'DELETE',
    path: '/v1/uploads/{id}',
    summary: 'Cancel an unfinished upload, or delete a finished one',
    status: 200,
    response: uploadResponseSchema,
  },
  {
    name: 'get-playback',
    method: 'GET',
    path: '/v1/uploads/{id}/playback',
    summary: 'Get the addresses to play a ready video, valid for some hours',
    status: 200,
    response: playbackResponseSchema,
  },
  {
    name: 'remove-upload',
    method: 'POST',
    path: '/v1/uploads/{id}/remove',
    summary: 'Remove a ready video, so that nobody can play it; for moderators',
    status: 200,
    response: uploadResponseSchema,
  },
  {
    name: 'restore-upload',
    method: 'POST',
    path: '/v1/uploads/{id}/restore',
    summary: 'Restore a removed video; for moderators',
    status: 200,
    response: uploadResponseSchema,
  },
  {
    name: 'set-visibility',
    method: 'PUT',
    path: '/v1/uploads/{id}/visibility',
    summary: 'Make a video public, so that everybody may play it, or private again',
    request: setVisibilityRequestSchema,
    status: 200,
    response: uploadResponseSchema,
  },
  {
    name: 'put-captions',
    method: 'PUT',
    path: '/v1/uploads/{id}/captions/{language}',
    summary: 'Set the captions of a ready video in a language, from WebVTT or SRT',
    bodyTypes: CAPTION_TYPES,
    status: 200,
    response: uploadResponseSchema,
  },
  {
    name: 'get-captions',
    method: 'GET',
    path: '/v1/uploads/{id}/captions/{language}',
    summary: 'Get the captions of a video in a language',
    status: 200,
    response: captionsResponseSchema,
  },
  {
    name: 'delete-captions',
    method: 'DELETE',
    path: '/v1/uploads/{id}/captions/{language}',
    summary: 'Delete the captions of a video in a language',
    status: 200,
    response: uploadResponseSchema,
  },
  {
    name: 'get-original',
    method: 'GET',
    path: '/v1/uploads/{id}/original',
    summary: 'Get an address to download the uploaded file, valid for 15 minutes',
    status: 200,
    response: originalResponseSchema,
  },
  {
    name: 'get-public-playback',
    method: 'GET',
    path: '/v1/videos/{id}/playback',
    summary: 'Get the addresses to play a public video, without a token',
    access: 'open',
    status: 200,
    response: playbackResponseSchema,
  },
  {
    name: 'create-viewer-playback',
    method: 'POST',
    path: '/v1/videos/{id}/playback',
    summary: 'Get the addresses to play any ready video for a viewer; for backends',
    access: 'play',
    request: createViewerPlaybackRequestSchema,
    status: 200,
    response: playbackResponseSchema,
  },
  {
    name: 'create-companion-session',
    method: 'POST',
    path: '/v1/companion-sessions',
    summary: 'Create a short-lived base path for a client that cannot send headers',
    status: 201,
    response: companionSessionSchema,
  },
] as const satisfies readonly Route[];
