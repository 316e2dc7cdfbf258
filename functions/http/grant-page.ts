import { expandGrant } from '../../core/contract/expand-grant.ts';
import type { CompactGrant, ExpandedGrant } from '../../core/contract/grant.ts';
import type { SignPartsQuery } from '../../core/contract/requests.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import { readCursor, writeCursor } from './cursor.ts';

/** The parts that one answer grants: all that are wanted, or with `expand` a page of them. */
export interface GrantPage {
  /** Undefined for every part of the upload. */
  readonly partNumbers: readonly number[] | undefined;
  readonly nextCursor?: string;
}

/**
 * @param wanted the request's own list; every part of the upload where it has none
 * @throws ProblemError `cursor_invalid`
 */
export function partsOfPage(
  upload: UploadItem,
  query: SignPartsQuery,
  wanted: readonly number[] | undefined,
): GrantPage {
  if (!query.expand) return { partNumbers: wanted };
  const all = wanted ?? Array.from({ length: upload.partCount }, (_, index) => index + 1);
  const list = `grant/${upload.uploadId}/${all.length}`;
  const isPlace = (place: string) => /^[0-9]{1,5}$/.test(place) && Number(place) < all.length;
  const start = query.cursor === undefined ? 0 : Number(readCursor(list, query.cursor, isPlace));
  const end = start + query.limit;
  return {
    partNumbers: all.slice(start, end),
    ...(end < all.length && { nextCursor: writeCursor(list, `${end}`) }),
  };
}

/** The page's parts as plain URLs. */
export function expandedPage(
  upload: UploadItem,
  grant: CompactGrant,
  page: GrantPage,
): ExpandedGrant {
  return {
    method: grant.method,
    parts: expandGrant(grant, upload),
    expiresAt: grant.expiresAt,
    ...(page.nextCursor && { nextCursor: page.nextCursor }),
  };
}
