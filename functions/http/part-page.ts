import { expandGrant } from '../../core/contract/expand-grant.ts';
import type { CompactGrant, ExpandedGrant } from '../../core/contract/grant.ts';
import type { SignPartsQuery } from '../../core/contract/requests.ts';
import type { PartPlan } from '../../core/grants/part-plan.ts';
import { readCursor, writeCursor } from './cursor.ts';

/** A list of granted parts: those that a request names, or every part of the upload. */
interface PartList {
  readonly uploadId: string;
  readonly partNumbers: readonly number[] | undefined;
}

/**
 * The page that a request for plain URLs asks for; undefined for a compact grant, which has no pages.
 * @throws ProblemError `cursor_invalid`
 */
export function pageOf(
  list: PartList,
  { expand, cursor, limit }: SignPartsQuery,
): { readonly offset: number; readonly limit: number } | undefined {
  if (!expand) return undefined;
  const offset = cursor === undefined ? 0 : Number(readCursor(nameOf(list), cursor, isOffset));
  return { offset, limit };
}

/** A page of plain URLs. */
export function expandedGrant(
  list: PartList,
  plan: PartPlan,
  grant: CompactGrant,
  nextOffset: number | undefined,
): ExpandedGrant {
  return {
    method: grant.method,
    parts: expandGrant(grant, plan),
    expiresAt: grant.expiresAt,
    ...(nextOffset !== undefined && { nextCursor: writeCursor(nameOf(list), `${nextOffset}`) }),
  };
}

function nameOf({ uploadId, partNumbers }: PartList): string {
  return `grant/${uploadId}/${partNumbers?.length ?? 'all'}`;
}

function isOffset(position: string): boolean {
  return /^[0-9]{1,5}$/.test(position);
}
