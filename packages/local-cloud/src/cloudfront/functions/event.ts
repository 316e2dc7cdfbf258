import { isDisallowed } from './headers.ts';

/** A value of a query parameter, header or cookie. `multiValue` has all values of a name that comes several times. */
export interface EventValue {
  readonly value: string;
  readonly multiValue?: readonly { readonly value: string; readonly attributes?: string }[];
  /** Of a cookie in a response. */
  readonly attributes?: string;
}
export type EventValues = Readonly<Record<string, EventValue>>;

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html#functions-event-structure-request */
export interface EventRequest {
  readonly method: string;
  readonly uri: string;
  readonly querystring: EventValues;
  readonly headers: EventValues;
  readonly cookies: EventValues;
}

export interface EventResponse {
  readonly statusCode: number;
  readonly statusDescription: string;
  readonly headers: EventValues;
  readonly cookies: EventValues;
}

export interface EventContext {
  readonly distributionDomainName: string;
  readonly distributionId: string;
  readonly eventType: 'viewer-request' | 'viewer-response';
  readonly requestId: string;
}

export interface FunctionEvent {
  readonly version: '1.0';
  readonly context: EventContext;
  readonly viewer: { readonly ip: string };
  readonly request: EventRequest;
  readonly response?: EventResponse;
}

/** All values of each header; names in lower case. */
export type HeaderLists = Readonly<Record<string, readonly string[] | undefined>>;

/** A request as CloudFront has received it. Path and query are not decoded. */
export interface PlainRequest {
  readonly method: string;
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
  readonly headers: HeaderLists;
}

export function eventRequest({ method, path, query, headers }: PlainRequest): EventRequest {
  const { cookie = [], ...others } = headers;
  return {
    method,
    uri: path,
    querystring: collapse(query === '' ? [] : query.split('&').map((pair) => split(pair, '='))),
    headers: eventHeaders(others),
    cookies: collapse(
      cookie
        .flatMap((line) => line.split(';'))
        .map((pair) => split(pair.trim(), '='))
        .filter(([name]) => name !== ''),
    ),
  };
}

export function eventResponse(
  statusCode: number,
  statusDescription: string,
  headers: HeaderLists,
): EventResponse {
  const { 'set-cookie': cookies = [], ...others } = headers;
  return {
    statusCode,
    statusDescription,
    headers: eventHeaders(others),
    cookies: Object.fromEntries(
      cookies.map((line) => {
        const [pair, attributes] = split(line, ';');
        const [name, value] = split(pair, '=');
        return [name.trim(), { value, ...(attributes && { attributes: attributes.trim() }) }];
      }),
    ),
  };
}

function eventHeaders(headers: HeaderLists): EventValues {
  const shown = Object.entries(headers).filter(([name]) => !isDisallowed(name));
  return collapse(
    shown.flatMap(([name, values = []]) => values.map((value) => [name, value] as const)),
  );
}

function collapse(pairs: readonly (readonly [name: string, value: string])[]): EventValues {
  const lists = new Map<string, string[]>();
  for (const [name, value] of pairs) lists.set(name, [...(lists.get(name) ?? []), value]);
  return Object.fromEntries(
    [...lists].map(([name, values]) => [
      name,
      {
        value: values[0] ?? '',
        ...(values.length > 1 ? { multiValue: values.map((value) => ({ value })) } : {}),
      },
    ]),
  );
}

function split(text: string, separator: string): [before: string, after: string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
