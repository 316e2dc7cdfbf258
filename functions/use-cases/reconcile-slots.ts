import { releaseSlot } from './release-slot.ts';
import { type StartWaitingPorts, startWaitingUploads } from './start-waiting-uploads.ts';

/** What was done for the slots. */
export interface SlotCounters {
  /** Slots of uploads that no longer have a job. */
  readonly released: number;
  /** Uploads that have waited. */
  readonly admitted: number;
}

/**
 * Gives back the slots of uploads that are no longer transcoding, and starts uploads that wait: the end of a job may
 * have got lost, an upload may have ended without a job, and a pause may be over.
 *
 * @param now milliseconds since the epoch
 */
export async function reconcileSlots(ports: StartWaitingPorts, now: number): Promise<SlotCounters> {
  let released = 0;
  for (const uploadId of (await ports.admission.slots()).holders) {
    const upload = await ports.uploads.get(uploadId);
    if (upload?.status === 'transcoding') continue;
    if (await releaseSlot(ports, upload ?? { uploadId, owner: '' }, now)) released += 1;
  }
  return { released, admitted: await startWaitingUploads(ports, now) };
}
