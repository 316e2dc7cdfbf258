import type { Status } from '../../../core/contract/lifecycle.ts';
import type {
  CompactGrant,
  CompleteUploadRequest,
  CreateUploadRequest,
  CreateUploadResponse,
  ListPartsResponse,
  ListUploadsResponse,
  UploadResponse,
} from '../../../core/contract/wire.ts';
import type { ApiOptions } from './api-options.ts';
import { requestApi } from './api-request.ts';
import {
  createdResponseShape,
  grantResponseShape,
  partListShape,
  type Shape,
  uploadListShape,
  uploadResponseShape,
} from './response-shapes.ts';

/** Which uploads `list` returns. */
export interface ListQuery {
  /**
   * Only uploads with this status.
   *
   * @default undefined: all of them
   */
  readonly status?: Status | undefined;
  /**
   * Whether cancelled and expired uploads are listed too. Without effect beside `status`.
   *
   * @default false
   */
  readonly includeEnded?: boolean | undefined;
  /**
   * Uploads a page, 1 to 100.
   *
   * @default 20
   */
  readonly limit?: number | undefined;
  /**
   * `nextCursor` of the previous page.
   *
   * @default undefined: the first page
   */
  readonly cursor?: string | undefined;
}

/** The API's routes for the owner of uploads. Every call is safe to repeat, and throws UploadError. */
export interface UploadsApi {
  create(upload: CreateUploadRequest, idempotencyKey: string): Promise<CreateUploadResponse>;
  list(query?: ListQuery): Promise<ListUploadsResponse>;
  get(id: string): Promise<UploadResponse>;
  sign(id: string, partNumbers: readonly number[]): Promise<{ grant: CompactGrant }>;
  parts(id: string): Promise<ListPartsResponse>;
  complete(id: string, completion: CompleteUploadRequest): Promise<UploadResponse>;
  cancel(id: string): Promise<UploadResponse>;
  /** Tries a failed upload again, from the step that failed. Refused if its reason is not retryable. */
  retry(id: string): Promise<UploadResponse>;
}

/** Calls of the API. Throttling, server errors and lost connections are retried. */
export function uploadsApi(options: ApiOptions): UploadsApi {
  const call = <Body>(
    shape: Shape<Body>,
    method: string,
    path: string,
    body?: object,
    idempotencyKey?: string,
  ) =>
    requestApi<Body>(options, {
      shape,
      method,
      path: `/v1/uploads${path}`,
      body: body && JSON.stringify(body),
      idempotencyKey,
    });
  return {
    create: (upload, key) =>
      call<CreateUploadResponse>(createdResponseShape, 'POST', '', upload, key),
    list: (query = {}) =>
      call<ListUploadsResponse>(uploadListShape, 'GET', `?${queryString(query)}`),
    get: (id) => call<UploadResponse>(uploadResponseShape, 'GET', pathOf(id)),
    sign: (id, partNumbers) =>
      call<{ grant: CompactGrant }>(grantResponseShape, 'POST', `${pathOf(id)}/grant`, {
        partNumbers,
      }),
    parts: (id) => call<ListPartsResponse>(partListShape, 'GET', `${pathOf(id)}/parts`),
    complete: (id, completion) =>
      call<UploadResponse>(uploadResponseShape, 'POST', `${pathOf(id)}/complete`, completion),
    cancel: (id) => call<UploadResponse>(uploadResponseShape, 'DELETE', pathOf(id)),
    retry: (id) => call<UploadResponse>(uploadResponseShape, 'POST', `${pathOf(id)}/retry`),
  };
}

function pathOf(id: string): string {
  return `/${encodeURIComponent(id)}`;
}

function queryString(query: ListQuery): string {
  // JSON leaves out members that are undefined.
  return new URLSearchParams(JSON.parse(JSON.stringify(query))).toString();
}
