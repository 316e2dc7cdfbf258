import { uriEncode } from '../../iam/sigv4-canonical.ts';
import { s3Error } from '../errors.ts';
import { integerParameter, type S3Request } from '../http/request.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
const MAX_KEYS = 1000;

export interface ListParameters {
  readonly prefix: string;
  readonly delimiter: string;
  /** At most 1000, whatever the request says. */
  readonly maxKeys: number;
  /** As the request says it, for the answer. */
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
  const requested = integerParameter(query, maxName, { smallest: 0, largest: 2 ** 31 - 1 });
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    maxKeys: Math.min(requested ?? MAX_KEYS, MAX_KEYS),
    requestedKeys: Math.min(requested ?? MAX_KEYS, MAX_KEYS),
    // S3 leaves slashes as they are.
    encode: (text) =>
      encodingType === undefined ? text : text.split('/').map(uriEncode).join('/'),
    encodingType,
  };
}

/** The part of a key up to the delimiter behind the prefix; undefined for a key that is listed itself. */
export function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '' || !key.startsWith(prefix)) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/** Keys are in the order of their UTF-8 bytes, which is not that of JavaScript's strings. */
export function isLaterKey(key: string, than: string): boolean {
  return Buffer.compare(Buffer.from(key), Buffer.from(than)) > 0;
}

export interface Listing<T> {
  readonly items: readonly T[];
  readonly commonPrefixes: readonly string[];
  readonly truncated: boolean;
  /** The last key or common prefix of the page; where the next one goes on. */
  readonly last: string | undefined;
}

/**
 * One page: keys and common prefixes together, in order. `scan(from, inclusive)` yields from a key on; after a
 * common prefix it is asked anew behind all that the prefix holds, so a folder costs one look-up, whatever is
 * in it. `after` is the former page's `last`, or a key of the client's own.
 */
export function listPage<T extends { readonly key: string }>(
  scan: (from: string, inclusive: boolean) => Iterable<T>,
  { prefix, delimiter, maxKeys }: ListParameters,
  after: string,
): Listing<T> {
  const items: T[] = [];
  const commonPrefixes: string[] = [];
  let last: string | undefined;
  // A page that ended in a common prefix goes on behind it.
  let seen = commonPrefixOf(after, prefix, delimiter) === after ? after : undefined;
  let from = seen === undefined ? after : `${seen}${BEHIND_ALL}`;
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
    from = `${skip}${BEHIND_ALL}`;
    inclusive = true;
  }
}

/** The last code point there is: what follows the prefix sorts before it. */
const BEHIND_ALL = '\u{10ffff}';

/** Continuation tokens say nothing to clients, so that nobody builds one. */
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
