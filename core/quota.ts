import type { GivenReason } from './reasons.ts';
import type { QuotaItem, QuotaState } from './records.ts';
import type { UploadPolicy } from './upload-policy.ts';

/** What is added to an owner's quota item; negative numbers take away. */
export type QuotaChange = Readonly<
  Record<'totalBytes' | 'reservedBytes' | 'usedBytes' | 'activeUploads', number>
>;

const NOTHING: QuotaChange = { totalBytes: 0, reservedBytes: 0, usedBytes: 0, activeUploads: 0 };

/**
 * How an owner's quota item changes when an upload's bytes go from one state to another; undefined stands
 * for an upload that is not there yet. An upload counts as active while its bytes are reserved.
 *
 * @throws RangeError for a change that cannot happen, such as returning bytes twice
 */
export function quotaChange(
  from: QuotaState | undefined,
  to: QuotaState,
  size: number,
): QuotaChange {
  switch (`${from ?? 'none'} to ${to}`) {
    case 'none to reserved':
      return { ...NOTHING, totalBytes: size, reservedBytes: size, activeUploads: 1 };
    case 'reserved to used':
      return { ...NOTHING, reservedBytes: -size, usedBytes: size, activeUploads: -1 };
    case 'reserved to returned':
      return { ...NOTHING, totalBytes: -size, reservedBytes: -size, activeUploads: -1 };
    case 'used to returned':
      return { ...NOTHING, totalBytes: -size, usedBytes: -size };
    default:
      throw new RangeError(
        `An upload's bytes go from reserved to used to returned; got ${from ?? 'none'} to ${to}.`,
      );
  }
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
