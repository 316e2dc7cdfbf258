import type { GivenReason } from '../contract/reasons.ts';
import type { QuotaItem, QuotaState } from '../uploads/records.ts';
import type { UploadPolicy } from '../uploads/upload-policy.ts';

/** What a change of one upload's quota state adds to its owner's quota item. */
export type QuotaDeltas = Omit<QuotaItem, 'pk' | 'sk'>;

/** Bytes are reserved, then used, then returned; or returned at once. Nothing goes back or happens twice. */
const TRANSITIONS: Readonly<Record<'none' | QuotaState, readonly QuotaState[]>> = {
  none: ['reserved'],
  reserved: ['used', 'returned'],
  used: ['returned'],
  returned: [],
};

/**
 * An upload counts as active while its bytes are reserved: from its creation until its object is recorded for
 * its owner, or until it ends before that.
 *
 * @param from undefined for an upload that is being created
 * @param bytes the upload's size
 * @throws RangeError for a change that cannot happen, such as returning bytes twice
 */
export function quotaDeltas(
  from: QuotaState | undefined,
  to: QuotaState,
  bytes: number,
): QuotaDeltas {
  const before = from ?? 'none';
  if (!TRANSITIONS[before].includes(to)) {
    const allowed = TRANSITIONS[before].join(' or ') || 'nothing';
    throw new RangeError(`After ${before} an upload's bytes can be ${allowed}; got ${to}.`);
  }
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

/** Why an owner may not begin an upload of `size` bytes now; undefined if there is room. */
export function quotaRefusal(
  quota: Pick<QuotaItem, 'totalBytes' | 'activeUploads'> | undefined,
  size: number,
  policy: UploadPolicy,
): GivenReason<'quota_bytes_exceeded' | 'quota_uploads_exceeded'> | undefined {
  const { maximumBytes, maximumActiveUploads } = policy.quota;
  const { totalBytes, activeUploads } = quota ?? { totalBytes: 0, activeUploads: 0 };
  if (totalBytes + size > maximumBytes) {
    const detail = `${totalBytes} of ${maximumBytes} bytes are taken; the file has ${size}.`;
    return { code: 'quota_bytes_exceeded', detail };
  }
  if (activeUploads >= maximumActiveUploads) {
    const detail = `${activeUploads} uploads are unfinished; ${maximumActiveUploads} are allowed.`;
    return { code: 'quota_uploads_exceeded', detail };
  }
  return undefined;
}
