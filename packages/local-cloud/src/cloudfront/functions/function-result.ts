import * as z from 'zod';
import type {
  EventRequest,
  EventResponse,
  EventValue,
  EventValues,
  HeaderLists,
  PlainRequest,
} from './event.ts';
import { isDisallowed, READ_ONLY } from './headers.ts';

/** The value that a function has returned is not valid. */
export class FunctionValidationError extends Error {
  override readonly name = 'FunctionValidationError';
}

/** A response that a function has made or changed. */
export interface FunctionResponse {
  readonly status: number;
  readonly statusDescription: string | undefined;
  readonly headers: HeaderLists;
  /** Undefined if the function has not set it. */
  readonly body: Buffer | undefined;
}

export type ViewerRequestResult =
  | { readonly kind: 'request'; readonly request: PlainRequest }
  | { readonly kind: 'response'; readonly response: FunctionResponse };

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html#function-restrictions-uri */
const MAX_URI = 8192;

const single = { value: z.string(), attributes: z.string().optional() };
const eventValue = z.strictObject({
  ...single,
  multiValue: z.array(z.strictObject(single)).min(1).optional(),
});
const values = z.record(z.string(), eventValue).default({});

const request = z.strictObject({
  method: z.string(),
  uri: z.string().startsWith('/'),
  querystring: values,
  headers: values,
  cookies: values,
});
const response = z.strictObject({
  statusCode: z.int().min(100).max(599),
  statusDescription: z.string().optional(),
  headers: values,
  cookies: values,
  body: z
    .union([
      z.string(),
      z.strictObject({ encoding: z.literal('text').default('text'), data: z.string() }),
      z.strictObject({ encoding: z.literal('base64'), data: z.base64() }),
    ])
    .optional(),
});

/**
 * The request or response that a viewer-request function has returned. What the function has not changed stays as it
 * was received. Throws FunctionValidationError.
 */
export function viewerRequestResult(
  returned: unknown,
  received: PlainRequest,
  event: EventRequest,
): ViewerRequestResult {
  if (typeof returned === 'object' && returned !== null && 'statusCode' in returned)
    return { kind: 'response', response: plainResponse(returned, {}) };
  const changed = parsed(request, returned);
  if (changed.method !== event.method) throw new FunctionValidationError('method is read-only');
  requireHeaders(changed.headers, event.headers, READ_ONLY['viewer-request']);
  const isSameQuery = same(changed.querystring, event.querystring);
  const query = isSameQuery
    ? received.query
    : queryText(changed.querystring as EventValues, event.querystring);
  requireUri(changed.uri, query);
  const { cookie = [] } = received.headers;
  const cookies = same(changed.cookies, event.cookies)
    ? cookie
    : pairsOf(changed.cookies as EventValues, event.cookies).map(
        ([name, value]) => `${name}=${value}`,
      );
  // Headers that functions do not see are kept.
  const hidden = Object.entries(received.headers).filter(([name]) => isDisallowed(name));
  return {
    kind: 'request',
    request: {
      method: received.method,
      path: changed.uri,
      query,
      headers: {
        ...Object.fromEntries(hidden),
        ...headerLists(changed.headers as EventValues, event.headers),
        ...(cookies.length > 0 ? { cookie: [cookies.join('; ')] } : {}),
      },
    },
  };
}

/** The response that a viewer-response function has returned. Throws FunctionValidationError. */
export function viewerResponseResult(returned: unknown, event: EventResponse): FunctionResponse {
  return plainResponse(returned, event.headers);
}

function plainResponse(returned: unknown, before: EventValues): FunctionResponse {
  const { statusCode, statusDescription, headers, cookies, body } = parsed(response, returned);
  requireHeaders(headers, before, READ_ONLY['viewer-response']);
  const lines = Object.entries(cookies).flatMap(([name, cookie]) =>
    (cookie.multiValue ?? [cookie]).map(
      ({ value, attributes }) => `${name}=${value}${attributes ? `; ${attributes}` : ''}`,
    ),
  );
  return {
    status: statusCode,
    statusDescription,
    headers: {
      ...headerLists(headers as EventValues, before),
      ...(lines.length > 0 ? { 'set-cookie': lines } : {}),
    },
    body:
      body === undefined || typeof body === 'string'
        ? body && Buffer.from(body)
        : Buffer.from(body.data, body.encoding === 'base64' ? 'base64' : 'utf8'),
  } as FunctionResponse;
}

function parsed<T>(schema: z.ZodType<T>, returned: unknown): T {
  const result = schema.safeParse(returned);
  if (result.success) return result.data;
  throw new FunctionValidationError(z.prettifyError(result.error));
}

function requireHeaders(
  headers: Readonly<Record<string, unknown>>,
  before: EventValues,
  readOnly: readonly string[],
): void {
  for (const name of Object.keys(headers)) {
    if (name !== name.toLowerCase())
      throw new FunctionValidationError(`the header name ${name} is not in lower case`);
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name))
      throw new FunctionValidationError(`${JSON.stringify(name)} is not the name of a header`);
    if (isDisallowed(name))
      throw new FunctionValidationError(`a function cannot set the header ${name}`);
  }
  for (const { value, multiValue = [] } of Object.values(headers) as EventValue[])
    for (const text of [value, ...multiValue.map((each) => each.value)])
      if (/[\0\r\n]/.test(text))
        throw new FunctionValidationError('a header value cannot have line breaks');
  const changed = readOnly.find((name) => !same(headers[name], before[name]));
  if (changed !== undefined)
    throw new FunctionValidationError(`the header ${changed} is read-only`);
}

function requireUri(path: string, query: string): void {
  const uri = query === '' ? path : `${path}?${query}`;
  if (uri.length >= MAX_URI)
    throw new FunctionValidationError(
      `uri and querystring must have less than ${MAX_URI} characters`,
    );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a request line cannot have.
  if (/[\x00-\x20\x7f#]/.test(uri))
    throw new FunctionValidationError(
      'uri and querystring cannot have spaces, control characters and #',
    );
}

function queryText(querystring: EventValues, before: EventValues): string {
  return pairsOf(querystring, before)
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join('&');
}

function headerLists(headers: EventValues, before: EventValues): HeaderLists {
  const lists = Object.entries(headers).map(([name, value]) => [
    name,
    valuesOf(value, before[name]),
  ]);
  return Object.fromEntries(lists);
}

function pairsOf(given: EventValues, before: EventValues): [name: string, value: string][] {
  return Object.entries(given).flatMap(([name, value]) =>
    valuesOf(value, before[name]).map((each): [string, string] => [name, each]),
  );
}

/**
 * A changed `multiValue` replaces all values; otherwise `value` is the first of them.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html#functions-event-structure-multivalue
 */
function valuesOf({ value, multiValue }: EventValue, before: EventValue | undefined): string[] {
  if (multiValue === undefined) return [value];
  const all = multiValue.map((each) => each.value);
  return same(multiValue, before?.multiValue) ? [value, ...all.slice(1)] : all;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
