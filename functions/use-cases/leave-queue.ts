import { type AdmissionLimits, unqueued } from '../../core/transcoding/admission.ts';
import { TransientError } from '../../core/transient-error.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import type { AdmissionStore } from '../ports/admission.ts';
import type { UploadStore } from '../ports/uploads.ts';

export interface LeaveQueuePorts {
  readonly uploads: Pick<UploadStore, 'get'>;
  readonly admission: Pick<AdmissionStore, 'slots' | 'share' | 'change'>;
}

const MAX_ATTEMPTS = 10;

/** No slot is taken, so no limit applies. */
const UNLIMITED: AdmissionLimits = {
  jobsAtOnce: Number.MAX_SAFE_INTEGER,
  jobsAtOncePerOwner: Number.MAX_SAFE_INTEGER,
};

/**
 * Removes an upload that has ended from the queue of its owner. Does nothing for one that is not in the queue.
 *
 * @param now milliseconds since the epoch
 * @throws TransientError where others changed the state at every attempt
 */
export async function leaveQueue(
  { uploads, admission }: LeaveQueuePorts,
  ended: UploadItem,
  now: number,
): Promise<void> {
  const at = new Date(now).toISOString();
  let upload: UploadItem | undefined = ended;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    if (upload?.queueKey === undefined) return;
    const { owner, uploadId, queueKey } = upload;
    const [slots, share] = await Promise.all([admission.slots(), admission.share(owner)]);
    const before = { at, slots, share };
    const written = await admission.change({
      owner,
      before,
      after: unqueued(before),
      limits: UNLIMITED,
      upload: { step: 'unqueue', upload, entry: { uploadId, queueKey } },
      at,
    });
    if (written) return;
    upload = await uploads.get(uploadId);
  }
  throw new TransientError(`The slots were changed by others ${MAX_ATTEMPTS} times in a row.`);
}
