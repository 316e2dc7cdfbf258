import type { CompactGrant } from '../core/contract/grant.ts';
import { type Problem, problemSchema } from '../core/contract/problem.ts';
import type {
  CompleteUploadRequest,
  CreateUploadAnswer,
  CreateUploadRequest,
  ListPartsAnswer,
  UploadAnswer,
} from '../core/contract/requests.ts';

/** Where the API is, and how the caller proves who it is. */
export interface ApiOptions {
  /** The API's base URL, as the stack's output `ApiUrl` gives it. */
  readonly api: string;
  /** An access token that is valid now; asked for before every request. */
  readonly getToken: () => string | Promise<string>;
  readonly signal?: AbortSignal;
}

/** The API refused a request. `code` is stable, from the catalogue of reasons; nobody needs to parse messages. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly status: number;
  readonly retryable: boolean;
  /** Absent where API Gateway itself answered (401, 403, 404, 429, 5xx): those are no problem+json. */
  readonly problem: Problem | undefined;

  constructor(status: number, problem: Problem | undefined, fallback: string) {
    super(problem ? (problem.detail ?? problem.title) : fallback);
    this.status = status;
    this.problem = problem;
    this.code = problem?.code ?? GATEWAY_CODES[status] ?? 'internal_error';
    this.retryable = problem?.retryable ?? (status === 429 || status >= 500);
  }
}

/** What API Gateway's own answers mean, which carry only `{"message": …}`. */
const GATEWAY_CODES: Readonly<Record<number, string>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'route_not_found',
  413: 'request_too_large',
  429: 'too_many_requests',
  503: 'unavailable',
  504: 'unavailable',
};

/** The owner's routes, one method each. Every method throws ApiError, or what fetch throws without a network. */
export function uploadsApi(options: ApiOptions) {
  const call = <Answer>(method: string, path: string, body?: object, headers = {}) =>
    request<Answer>(options, method, path, body, headers);
  return {
    create: (upload: CreateUploadRequest, idempotencyKey: string) =>
      call<CreateUploadAnswer>('POST', '/v1/uploads', upload, {
        'idempotency-key': idempotencyKey,
      }),
    get: (id: string) => call<UploadAnswer>('GET', `/v1/uploads/${id}`),
    sign: (id: string, partNumbers: readonly number[]) =>
      call<{ grant: CompactGrant }>('POST', `/v1/uploads/${id}/grant`, { partNumbers }),
    parts: (id: string) => call<ListPartsAnswer>('GET', `/v1/uploads/${id}/parts`),
    complete: (id: string, completion: CompleteUploadRequest) =>
      call<UploadAnswer>('POST', `/v1/uploads/${id}/complete`, completion),
    cancel: (id: string) => call<UploadAnswer>('DELETE', `/v1/uploads/${id}`),
  };
}

async function request<Answer>(
  { api, getToken, signal }: ApiOptions,
  method: string,
  path: string,
  body: object | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const response = await fetch(new URL(path, api), {
    method,
    headers: {
      authorization: `Bearer ${await getToken()}`,
      ...(body && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as Answer;
  throw new ApiError(response.status, parseProblem(text), `${method} ${path}: ${response.status}`);
}

function parseProblem(text: string): Problem | undefined {
  try {
    return problemSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
