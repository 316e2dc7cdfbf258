import { type Admission, PAUSE_MS, queued } from '../../core/transcoding/admission.ts';
import { queueKeyOf, type SlotRequest, slotStep } from '../../core/transcoding/await-slot.ts';
import { TransientError } from '../../core/transient-error.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import type { AdmissionStore } from '../ports/admission.ts';
import { type StartWaitingPorts, startWaitingUploads } from './start-waiting-uploads.ts';

export type AdmitUploadPorts = StartWaitingPorts & {
  readonly admission: Pick<AdmissionStore, 'renewToken'>;
};

const MAX_ATTEMPTS = 10;

/**
 * An execution asks for a slot and waits. Its upload goes to the queue of its owner, and starts at once if it is its
 * turn and a slot is free.
 *
 * @param now milliseconds since the epoch
 * @returns `superseded` where the execution no longer has the upload
 * @throws TransientError where others changed the state at every attempt
 */
export async function admitUpload(
  ports: AdmitUploadPorts,
  request: SlotRequest,
  now: number,
): Promise<'queued' | 'superseded'> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const item = await ports.uploads.get(request.uploadId);
    const step = slotStep(item, request);
    if (item === undefined || step === 'superseded') return 'superseded';
    if (await take(ports, item, request, step, now)) {
      // A slot may have become free since the execution asked for one.
      await startWaitingUploads(ports, now);
      return 'queued';
    }
  }
  throw new TransientError(`The slots were changed by others ${MAX_ATTEMPTS} times in a row.`);
}

/** False where the state has changed since it was read. */
async function take(
  { admission, limits }: AdmitUploadPorts,
  item: UploadItem,
  request: SlotRequest,
  step: Exclude<ReturnType<typeof slotStep>, 'superseded'>,
  now: number,
): Promise<boolean> {
  if (step === 'none') return true;
  if (step === 'renew') return admission.renewToken(item, request);
  const { owner, uploadId } = item;
  const at = new Date(now).toISOString();
  const [slots, share] = await Promise.all([admission.slots(), admission.share(owner)]);
  const before = { at, slots, share };
  const after = queued(before, uploadId, limits);
  return admission.change({
    owner,
    before,
    after: request.refused ? paused(after, now) : after,
    limits,
    upload: { step: 'queue', upload: item, request, queueKey: queueKeyOf(item, at) },
    at,
  });
}

function paused(before: Admission, now: number): Admission {
  const pausedUntil = new Date(now + PAUSE_MS).toISOString();
  return { ...before, slots: { ...before.slots, pausedUntil } };
}
