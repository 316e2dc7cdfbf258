import { uriEncode } from '../../iam/sigv4-canonical.ts';
import { s3Error } from '../errors.ts';
import { integerParameter, type S3Request } from '../http/request.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
const MAX_KEYS = 1000;

export interface ListParameters {
  readonly prefix: string;
  readonly delimiter: string;
  /** At most 1000. */
  readonly maxKeys: number;
  /** The requested number, for the response. */
  readonly requestedKeys: number;
  readonly encode: (text: string) => string;
  readonly encodingType: string | undefined;
}

export function listParameters({ query }: S3Request, maxName = 'max-keys'): ListParameters {
  const encodingType = query.get('encoding-type');
  if (encodingType !== undefined && encodingType !== 'url') {
    throw s3Error('InvalidArgument', {
      message: 'Invalid Encoding Method specified in Request',
      ArgumentName: 'encoding-type',
      ArgumentValue: encodingType,
    });
  }
  const requested = integerParameter(query, maxName, { min: 0, max: 2 ** 31 - 1 });
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    maxKeys: Math.min(requested ?? MAX_KEYS, MAX_KEYS),
    requestedKeys: Math.min(requested ?? MAX_KEYS, MAX_KEYS),
    // S3 does not encode slashes.
    encode: (text) =>
      encodingType === undefined ? text : text.split('/').map(uriEncode).join('/'),
    encodingType,
  };
}

/** The part of a key up to the first delimiter after the prefix; undefined if there is none. */
export function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '' || !key.startsWith(prefix)) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/** Keys are ordered by their UTF-8 bytes, which is not the order of JavaScript strings. */
export function isLaterKey(key: string, than: string): boolean {
  return Buffer.compare(Buffer.from(key), Buffer.from(than)) > 0;
}

export interface Listing<T> {
  readonly items: readonly T[];
  readonly commonPrefixes: readonly string[];
  readonly truncated: boolean;
  /** The last key or common prefix of the page, after which the next page starts. */
  readonly last: string | undefined;
}

/**
 * One page of keys and common prefixes, in order. `scan(from, inclusive)` yields the items from a key on.
 * After a common prefix it is called again with a start behind the prefix, so a folder of any size costs one
 * query. `after` is the `last` of the previous page, or a key that the client chose.
 */
export function listPage<T extends { readonly key: string }>(
  scan: (from: string, inclusive: boolean) => Iterable<T>,
  { prefix, delimiter, maxKeys }: ListParameters,
  after: string,
): Listing<T> {
  const items: T[] = [];
  const commonPrefixes: string[] = [];
  let last: string | undefined;
  // After a common prefix, the next page starts behind it.
  let seen = commonPrefixOf(after, prefix, delimiter) === after ? after : undefined;
  let from = seen === undefined ? after : `${seen}${LAST_CODE_POINT}`;
  let inclusive = seen !== undefined;
  if (isLaterKey(prefix, from)) {
    from = prefix;
    inclusive = true;
  }
  for (;;) {
    let skip: string | undefined;
    for (const item of scan(from, inclusive)) {
      if (!item.key.startsWith(prefix)) {
        return { items, commonPrefixes, truncated: false, last };
      }
      const common = commonPrefixOf(item.key, prefix, delimiter);
      if (common !== undefined && common === seen) continue;
      if (items.length + commonPrefixes.length >= maxKeys) {
        return { items, commonPrefixes, truncated: maxKeys > 0, last };
      }
      last = common ?? item.key;
      if (common === undefined) {
        items.push(item);
        continue;
      }
      commonPrefixes.push(common);
      seen = common;
      skip = common;
      break;
    }
    if (skip === undefined) return { items, commonPrefixes, truncated: false, last };
    from = `${skip}${LAST_CODE_POINT}`;
    inclusive = true;
  }
}

/** The last code point of Unicode: all keys with a prefix come before the prefix followed by it. */
const LAST_CODE_POINT = '\u{10ffff}';

/** Continuation tokens are opaque to clients. */
export function encodeToken(last: string): string {
  return Buffer.from(JSON.stringify({ after: last })).toString('base64url');
}

export function decodeToken(token: string): string {
  try {
    const { after } = JSON.parse(Buffer.from(token, 'base64url').toString()) as { after?: unknown };
    if (typeof after === 'string') return after;
  } catch {
    // Refused below.
  }
  throw s3Error('InvalidArgument', {
    message: 'The continuation token provided is incorrect',
    ArgumentName: 'continuation-token',
    ArgumentValue: token,
  });
}

export function isoTime(instant: number): string {
  return new Date(instant).toISOString();
}
