import { heldSeconds } from '../../core/transcoding/await-slot.ts';
import { readJobEnd } from '../../core/transcoding/job-event.ts';
import { releaseSlot } from './release-slot.ts';
import { type StartWaitingPorts, startWaitingUploads } from './start-waiting-uploads.ts';

/**
 * A job has ended: gives its slot back and starts uploads that wait. Other events are ignored. The late event of an
 * earlier attempt does not give back the slot of a later one.
 *
 * @param now milliseconds since the epoch
 */
export async function endJob(
  ports: StartWaitingPorts,
  event: unknown,
  now: number,
): Promise<'released' | 'ignored'> {
  const end = readJobEnd(event);
  const upload = end && (await ports.uploads.get(end.uploadId));
  if (!upload) return 'ignored';
  if (upload.attempt === end.attempt) {
    await releaseSlot(ports, upload, now, heldSeconds(upload, end.endedAt));
  }
  // Also if the slot was free before: an earlier delivery of the event may have stopped here.
  await startWaitingUploads(ports, now);
  return 'released';
}
