import { type AdmissionLimits, released } from '../../core/transcoding/admission.ts';
import { TransientError } from '../../core/transient-error.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import type { AdmissionStore } from '../ports/admission.ts';

export interface ReleaseSlotPorts {
  readonly admission: Pick<AdmissionStore, 'slots' | 'share' | 'change'>;
  readonly limits: AdmissionLimits;
}

const MAX_ATTEMPTS = 10;

/**
 * Gives back the slot of an upload. The owner returns to the ring if it waits.
 *
 * @param now milliseconds since the epoch
 * @param heldSeconds how long the upload had the slot, for the average; absent where no job has ended
 * @returns false where the upload had none
 * @throws TransientError where others changed the state at every attempt
 */
export async function releaseSlot(
  { admission, limits }: ReleaseSlotPorts,
  { uploadId, owner }: Pick<UploadItem, 'uploadId' | 'owner'>,
  now: number,
  heldSeconds?: number,
): Promise<boolean> {
  const at = new Date(now).toISOString();
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const [slots, share] = await Promise.all([admission.slots(), admission.share(owner)]);
    if (!slots.holders.includes(uploadId)) return false;
    const before = { at, slots, share };
    const written = await admission.change({
      owner,
      before,
      after: released(before, uploadId, limits, heldSeconds),
      limits,
      upload: { step: 'none' },
      at,
    });
    if (written) return true;
  }
  throw new TransientError(`The slots were changed by others ${MAX_ATTEMPTS} times in a row.`);
}
