import type { HeaderLists } from '../functions/event.ts';

interface ByteRange {
  readonly from: number;
  /** Inclusive. */
  readonly to: number;
}

export type Evaluation =
  | { readonly status: 200 }
  | { readonly status: 206; readonly range: ByteRange }
  | { readonly status: 304 | 412 | 416 };

/**
 * What a viewer gets of a stored response with status 200: all, a range, or no body, in the order of RFC 9110, 13.2.2.
 * Several ranges are answered with the whole, as S3 does.
 */
export function evaluate(
  method: string,
  request: HeaderLists,
  stored: HeaderLists,
  size: number,
): Evaluation {
  const header = (name: string) => request[name]?.join(', ');
  const etag = stored.etag?.[0] ?? '';
  const modified = Date.parse(stored['last-modified']?.[0] ?? '');
  const match = header('if-match');
  const unmodifiedSince = header('if-unmodified-since');
  if (match !== undefined) {
    if (!includesEtag(match, etag)) return { status: 412 };
  } else if (unmodifiedSince !== undefined && modified > Date.parse(unmodifiedSince)) {
    return { status: 412 };
  }
  const noneMatch = header('if-none-match');
  const modifiedSince = header('if-modified-since');
  if (noneMatch !== undefined) {
    if (includesEtag(noneMatch, etag)) return { status: 304 };
  } else if (modifiedSince !== undefined && modified <= Date.parse(modifiedSince)) {
    return { status: 304 };
  }
  const ifRange = header('if-range');
  const isSame = ifRange === undefined || ifRange === etag || Date.parse(ifRange) === modified;
  const range = method === 'GET' && isSame ? parseRange(header('range'), size) : undefined;
  if (range === 'unsatisfiable') return { status: 416 };
  return range === undefined ? { status: 200 } : { status: 206, range };
}

function includesEtag(header: string, etag: string): boolean {
  const bare = (text: string) => text.trim().replace(/^W\//, '');
  return header.split(',').some((each) => each.trim() === '*' || bare(each) === bare(etag));
}

function parseRange(
  header: string | undefined,
  size: number,
): ByteRange | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { from: size - length, to: size - 1 };
  }
  if (last !== '' && Number(last) < Number(first)) return undefined;
  const from = Number(first);
  const to = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return from >= size ? 'unsatisfiable' : { from, to };
}
