import type { GivenReason } from '../contract/reasons.ts';
import type { QuotaItem, QuotaState } from '../uploads/records.ts';
import type { UploadPolicy } from '../uploads/upload-policy.ts';

/** The change of an owner's quota item when the quota state of an upload changes. */
export type QuotaDeltas = Omit<QuotaItem, 'pk' | 'sk'>;

/** Bytes are reserved, then used, then returned; or reserved, then returned. No change is repeated or undone. */
const TRANSITIONS: Readonly<Record<'none' | QuotaState, readonly QuotaState[]>> = {
  none: ['reserved'],
  reserved: ['used', 'returned'],
  used: ['returned'],
  returned: [],
};

/**
 * An upload is active while its bytes are reserved: from its creation until its object is assigned to the owner, or
 * until it ends before that.
 *
 * @param from undefined for an upload that is being created
 * @param bytes the upload's size
 * @throws RangeError for an impossible change, such as returning bytes twice
 */
export function quotaDeltas(
  from: QuotaState | undefined,
  to: QuotaState,
  bytes: number,
): QuotaDeltas {
  const before = from ?? 'none';
  if (!TRANSITIONS[before].includes(to)) {
    const allowed = TRANSITIONS[before].join(' or ') || 'nothing';
    throw new RangeError(
      `The quota state is ${before}; expected a change to ${allowed}; got ${to}.`,
    );
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

/** The values of an owner's quota item that are limited. */
type LimitedQuota = Readonly<Pick<QuotaItem, 'totalBytes' | 'activeUploads'>>;

/**
 * The condition under which an owner may create an upload of `size` bytes: each of these values of the owner's quota
 * item is at most the one returned. An owner without an item has 0 of each.
 */
export function quotaLimits(size: number, quota: UploadPolicy['quota']): LimitedQuota {
  return {
    totalBytes: quota.maximumBytes - size,
    activeUploads: quota.maximumActiveUploads - 1,
  };
}

/** The reason why an owner may not create an upload of `size` bytes; undefined if the quota allows it. */
export function quotaRefusal(
  held: LimitedQuota | undefined,
  size: number,
  { quota }: Pick<UploadPolicy, 'quota'>,
): GivenReason<'quota_bytes_exceeded' | 'quota_uploads_exceeded'> | undefined {
  const { totalBytes, activeUploads } = held ?? { totalBytes: 0, activeUploads: 0 };
  const limits = quotaLimits(size, quota);
  if (totalBytes > limits.totalBytes) {
    const detail = `${totalBytes} of ${quota.maximumBytes} bytes are in use; the file has ${size}.`;
    return { code: 'quota_bytes_exceeded', detail };
  }
  if (activeUploads > limits.activeUploads) {
    const detail = `${activeUploads} uploads are unfinished; at most ${quota.maximumActiveUploads} are allowed.`;
    return { code: 'quota_uploads_exceeded', detail };
  }
  return undefined;
}
