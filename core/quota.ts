import type { QuotaItem, QuotaState } from './records.ts';

/** What a change of one upload's quota state adds to its owner's quota item. */
export type QuotaDeltas = Omit<QuotaItem, 'pk' | 'sk'>;

/**
 * An upload counts as active while its bytes are reserved: from its creation until its object is recorded for
 * its owner, or until it ends before that. `from` is undefined for an upload that is being created.
 *
 * @param bytes the upload's size
 */
export function quotaDeltas(
  from: QuotaState | undefined,
  to: QuotaState,
  bytes: number,
): QuotaDeltas {
  const holds = (state: QuotaState | undefined, wanted: QuotaState) => (state === wanted ? 1 : 0);
  const reserved = holds(to, 'reserved') - holds(from, 'reserved');
  const used = holds(to, 'used') - holds(from, 'used');
  return {
    totalBytes: (reserved + used) * bytes,
    reservedBytes: reserved * bytes,
    usedBytes: used * bytes,
    activeUploads: reserved,
  };
}
