import { apiError } from './api-error.ts';
import type { ApiOptions } from './api-options.ts';
import { abortError, onAbort, systemClock } from './clock.ts';
import { hasShape, type Shape } from './response-shapes.ts';
import { retry } from './retry.ts';
import { asUploadError, UploadError } from './upload-error.ts';

/** One call of the API. */
export interface ApiCall<Body> {
  readonly method: string;
  /** Below the API's base URL. */
  readonly path: string;
  /** JSON. */
  readonly body?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  /** What the response must look like. */
  readonly shape: Shape<Body>;
}

/** API Gateway gives a function 30 seconds; a call that takes longer than this gets no response any more. */
const RESPONSE_TIMEOUT_MS = 40_000;

/** The API's base URL in the form in which it is stored and compared. */
export function baseUrl(api: string): string {
  return api.replace(/\/+$/, '');
}

/** Calls the API, with retries, and with a new token after a 401. @throws UploadError */
export function requestApi<Body>(options: ApiOptions, call: ApiCall<Body>): Promise<Body> {
  return retry(
    () =>
      requestOnce(options, call, false).catch((error: UploadError) => {
        if (error.status !== 401) throw error;
        return requestOnce(options, call, true);
      }),
    options,
  );
}

async function requestOnce<Body>(
  { api, getToken, signal, clock = systemClock }: ApiOptions,
  { method, path, body, idempotencyKey, shape }: ApiCall<Body>,
  refresh: boolean,
): Promise<Body> {
  if (signal?.aborted) throw abortError(signal);
  const token = await tokenFrom(getToken, refresh);
  const controller = new AbortController();
  const abort = () => controller.abort();
  const stopListening = onAbort(signal, abort);
  const cancelTimeout = clock.after(RESPONSE_TIMEOUT_MS, abort);
  const base = baseUrl(api);
  let response: Response;
  let text: string;
  try {
    response = await fetch(base + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/json' }),
        ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
      },
      body: body ?? null,
      signal: controller.signal,
    });
    text = await response.text();
  } catch (cause) {
    if (signal?.aborted) throw abortError(signal);
    throw new UploadError('network', { message: `No response from ${base}.`, cause });
  } finally {
    cancelTimeout();
    stopListening();
  }
  const json = parseJson(text);
  if (response.ok && hasShape<Body>(json, shape)) return json;
  const { status, headers } = response;
  throw apiError(base, { status, headers, text, json }, clock.now());
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A TypeError is what `fetch` throws without a network; any other failure means that nobody is signed in. */
async function tokenFrom(getToken: ApiOptions['getToken'], refresh: boolean): Promise<string> {
  try {
    return await getToken({ refresh });
  } catch (error) {
    throw asUploadError(error, error instanceof TypeError ? 'network' : 'unauthenticated');
  }
}
