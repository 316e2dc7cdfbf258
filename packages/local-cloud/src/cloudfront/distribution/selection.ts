import type { HeaderLists, PlainRequest } from '../functions/event.ts';
import type { CachePolicy, OriginRequestPolicy, Selection } from '../policies/properties.ts';

type Pair = readonly [name: string, value: string];

/** What a policy takes of a request: into the cache key, and to the origin. */
export interface Selected {
  readonly query: string;
  readonly headers: HeaderLists;
  readonly cookies: string;
}

/** `key` is what the cache key has of a request; `forwarded` is what the origin gets. */
export function select(
  request: PlainRequest,
  cachePolicy: CachePolicy,
  originRequestPolicy: OriginRequestPolicy | undefined,
): { readonly key: Selected; readonly forwarded: Selected } {
  const inKey = cachePolicy.ParametersInCacheKeyAndForwardedToOrigin;
  const pairs = request.query === '' ? [] : request.query.split('&').map(pairOf);
  const cookies = (request.headers.cookie ?? [])
    .flatMap((line) => line.split(';'))
    .map((text) => pairOf(text.trim()))
    .filter(([name]) => name !== '');
  const takes = (...selections: (Selection | undefined)[]): Selected => {
    const [query, cookie, header] = selections;
    return {
      query: pairs
        .filter(([name]) => isSelected(query, name))
        .map(textOf)
        .join('&'),
      cookies: cookies
        .filter(([name]) => isSelected(cookie, name))
        .map(textOf)
        .join('; '),
      headers: Object.fromEntries(
        Object.entries(request.headers).filter(
          ([name]) => name !== 'cookie' && isSelected(header, name),
        ),
      ),
    };
  };
  const key = takes(inKey.QueryStringsConfig, inKey.CookiesConfig, inKey.HeadersConfig);
  const also = takes(
    originRequestPolicy?.QueryStringsConfig,
    originRequestPolicy?.CookiesConfig,
    originRequestPolicy?.HeadersConfig,
  );
  const encoding = acceptEncoding(request, inKey);
  const headers = encoding === '' ? {} : { 'accept-encoding': [encoding] };
  return {
    key: { ...key, headers: { ...key.headers, ...headers } },
    forwarded: {
      query: union(key.query, also.query, '&'),
      cookies: union(key.cookies, also.cookies, '; '),
      headers: { ...also.headers, ...key.headers, ...headers },
    },
  };
}

/** The key of a response in the cache. Its order does not depend on the order of the request's parts. */
export function cacheKey(
  method: string,
  path: string,
  { query, headers, cookies }: Selected,
): string {
  const lines = Object.entries(headers)
    .map(([name, values = []]) => `${name}:${values.join(',')}`)
    .sort();
  // A GET and a HEAD share one response.
  const kind = method === 'OPTIONS' ? 'OPTIONS' : 'GET';
  return JSON.stringify([kind, path, query, cookies, ...lines]);
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cache-key-understand-cache-policy.html#cache-policy-compressed-objects */
function acceptEncoding(
  { headers }: PlainRequest,
  policy: CachePolicy['ParametersInCacheKeyAndForwardedToOrigin'],
): string {
  const accepted = (headers['accept-encoding'] ?? []).join(',').split(',');
  const accepts = (name: string) =>
    accepted.some((each) => each.trim().split(';')[0] === name && !/;\s*q=0(\.0*)?$/.test(each));
  return [
    ...(policy.EnableAcceptEncodingBrotli && accepts('br') ? ['br'] : []),
    ...(policy.EnableAcceptEncodingGzip && accepts('gzip') ? ['gzip'] : []),
  ].join(',');
}

function isSelected(selection: Selection | undefined, name: string): boolean {
  const named = selection?.names.some((each) => each.toLowerCase() === name.toLowerCase()) === true;
  switch (selection?.behavior) {
    case 'all':
    case 'allViewer':
      return true;
    case 'whitelist':
      return named;
    case 'allExcept':
      return !named;
    default:
      return false;
  }
}

function union(a: string, b: string, separator: string): string {
  const parts = [...a.split(separator), ...b.split(separator)].filter((each) => each !== '');
  return [...new Set(parts)].join(separator);
}

function pairOf(text: string): Pair {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)];
}

function textOf([name, value]: Pair): string {
  return `${name}${value}`;
}
