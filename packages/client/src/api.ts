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
import { errorOf } from './api-response.ts';
import { type Clock, stopped, systemClock } from './clock.ts';
import { alwaysOnline, type Connectivity, retrying } from './retry.ts';
import { asUploadError, UploadError } from './upload-error.ts';

export interface TokenRequest {
  /** The token given last was refused (401): a new one is needed. */
  readonly refresh: boolean;
}

/** Where the API is, and how the caller proves who it is. */
export interface ApiOptions {
  /** The API's base URL, as the stack's output `ApiUrl` gives it. */
  readonly api: string;
  /**
   * An access token that is valid now; asked for before every request, and once more after a 401. What it throws
   * ends the call as `unauthenticated`, unless it is an UploadError, or a TypeError: that is what `fetch` throws
   * without a network, and is tried again.
   */
  readonly getToken: (request: TokenRequest) => string | Promise<string>;
  readonly signal?: AbortSignal | undefined;
  /** Tries of a call that meets overload, faults of the service or no answer; 6 unless told. */
  readonly attempts?: number | undefined;
  /**
   * Milliseconds for which a network that is down is waited out without counting as tries (of a service that is
   * overloaded or fails, five minutes of it). For calls of the API 0 unless told; while an upload is on its way an
   * hour.
   */
  readonly patienceMs?: number | undefined;
  /** Time and chance, for tests. */
  readonly clock?: Clock | undefined;
  readonly random?: (() => number) | undefined;
  readonly connectivity?: Connectivity | undefined;
}

/** What a list of uploads is narrowed to. */
export interface ListQuery {
  readonly status?: Status | undefined;
  /** 1 to 100; 20 unless told. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

/** The owner's routes, one method each; every one may be called again. Each throws UploadError. */
export interface UploadsApi {
  create(upload: CreateUploadRequest, idempotencyKey: string): Promise<CreateUploadResponse>;
  list(query?: ListQuery): Promise<ListUploadsResponse>;
  get(id: string): Promise<UploadResponse>;
  sign(id: string, partNumbers: readonly number[]): Promise<{ grant: CompactGrant }>;
  parts(id: string): Promise<ListPartsResponse>;
  complete(id: string, completion: CompleteUploadRequest): Promise<UploadResponse>;
  cancel(id: string): Promise<UploadResponse>;
}

/** API Gateway gives a function 30 seconds; whatever takes longer will not answer any more. */
const ANSWER_WITHIN_MS = 40_000;

/** The API's calls. Overload, faults and a network that is down are tried again by themselves. */
export function uploadsApi(options: ApiOptions): UploadsApi {
  const call = <Answer>(method: string, path: string, body?: object, key?: string) =>
    request<Answer>(options, {
      method,
      path: `/v1/uploads${path}`,
      ...(body && { body: JSON.stringify(body) }),
      ...(key && { key }),
    });
  return {
    create: (upload, key) => call('POST', '', upload, key),
    list: (query = {}) => call('GET', `?${new URLSearchParams(entriesOf(query))}`),
    get: (id) => call('GET', at(id)),
    sign: (id, partNumbers) => call('POST', `${at(id)}/grant`, { partNumbers }),
    parts: (id) => call('GET', `${at(id)}/parts`),
    complete: (id, completion) => call('POST', `${at(id)}/complete`, completion),
    cancel: (id) => call('DELETE', at(id)),
  };
}

function at(id: string): string {
  return `/${encodeURIComponent(id)}`;
}

function entriesOf(query: ListQuery): [string, string][] {
  return Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
}

interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly key?: string;
}

function request<Answer>(options: ApiOptions, call: ApiCall): Promise<Answer> {
  const { clock = systemClock, random = Math.random, connectivity = alwaysOnline } = options;
  const once = (refresh: boolean) => ask<Answer>(options, call, clock, refresh);
  return retrying(
    () =>
      once(false).catch((error: UploadError) => {
        if (error.status !== 401) throw error;
        return once(true);
      }),
    {
      clock,
      random,
      connectivity,
      attempts: options.attempts ?? 6,
      patienceMs: options.patienceMs ?? 0,
      signal: options.signal,
    },
  );
}

async function ask<Answer>(
  { api, getToken, signal }: ApiOptions,
  { method, path, body, key }: ApiCall,
  clock: Clock,
  refresh: boolean,
): Promise<Answer> {
  if (signal?.aborted) throw stopped(signal);
  const token = await tokenFrom(getToken, refresh);
  const ending = new AbortController();
  const stop = () => ending.abort();
  signal?.addEventListener('abort', stop);
  const takeBack = clock.after(ANSWER_WITHIN_MS, stop);
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${api.replace(/\/$/, '')}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/json' }),
        ...(key && { 'idempotency-key': key }),
      },
      ...(body && { body }),
      signal: ending.signal,
    });
    text = await response.text();
  } catch (cause) {
    if (signal?.aborted) throw stopped(signal);
    throw new UploadError('network', { cause });
  } finally {
    takeBack();
    signal?.removeEventListener('abort', stop);
  }
  const { status, headers } = response;
  if (!response.ok) throw errorOf(status, text, headers.get('retry-after'), clock.now());
  try {
    return JSON.parse(text) as Answer;
  } catch (cause) {
    throw new UploadError('invalid_answer', { status, cause });
  }
}

/** Whoever cannot get a token is not signed in; but a TypeError is what `fetch` throws without a network. */
async function tokenFrom(getToken: ApiOptions['getToken'], refresh: boolean): Promise<string> {
  try {
    return await getToken({ refresh });
  } catch (error) {
    throw asUploadError(error, error instanceof TypeError ? 'network' : 'unauthenticated');
  }
}
