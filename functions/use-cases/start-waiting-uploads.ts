import {
  type Admission,
  type AdmissionLimits,
  hasFreeSlot,
  outOfRing,
  ownerHasFreeSlot,
  started,
  unqueued,
} from '../../core/transcoding/admission.ts';
import { TransientError } from '../../core/transient-error.ts';
import type { AdmissionStore, Callbacks, QueueEntry, RingEntry } from '../ports/admission.ts';
import type { UploadStore } from '../ports/uploads.ts';
import { releaseSlot } from './release-slot.ts';

export interface StartWaitingPorts {
  readonly uploads: Pick<UploadStore, 'get'>;
  readonly admission: Pick<
    AdmissionStore,
    'slots' | 'share' | 'firstInRing' | 'firstInQueue' | 'change'
  >;
  readonly callbacks: Callbacks;
  readonly limits: AdmissionLimits;
}

/** Attempts in a row that find the state changed by others: one start of another run explains one of them. */
const MAX_LOST_ATTEMPTS = 50;

/**
 * Starts uploads that wait, while there are free slots: the first upload of the owner whose turn it is.
 *
 * @param now milliseconds since the epoch
 * @returns how many uploads it has started
 * @throws TransientError where others changed the state at every attempt
 */
export async function startWaitingUploads(ports: StartWaitingPorts, now: number): Promise<number> {
  let count = 0;
  for (let lost = 0; lost < MAX_LOST_ATTEMPTS; ) {
    const outcome = await startNext(ports, now);
    if (outcome === 'none') return count;
    if (outcome === 'started') count += 1;
    lost = outcome === 'lost' ? lost + 1 : 0;
  }
  throw new TransientError(`The slots were changed by others ${MAX_LOST_ATTEMPTS} times in a row.`);
}

type Outcome =
  /** No slot is free, or nobody waits. */
  | 'none'
  | 'started'
  /** An entry went without a start. */
  | 'removed'
  /** The state has changed since it was read. */
  | 'lost';

async function startNext(ports: StartWaitingPorts, now: number): Promise<Outcome> {
  const { admission, limits } = ports;
  const slots = await admission.slots();
  if (!hasFreeSlot(slots, limits, now) || slots.waitingOwners === 0) return 'none';
  const next = await admission.firstInRing();
  if (next === undefined) return 'lost';
  const [share, entry] = await Promise.all([
    admission.share(next.owner),
    admission.firstInQueue(next.owner),
  ]);
  if (share.ticket !== next.ticket || entry === undefined) return 'lost';
  const before = { at: new Date(now).toISOString(), slots, share };
  if (!ownerHasFreeSlot(share, limits)) {
    // The limit of an owner was lowered.
    return write(ports, next, before, outOfRing(before));
  }
  return startUpload(ports, next, entry, before, now);
}

async function startUpload(
  ports: StartWaitingPorts,
  next: RingEntry,
  entry: QueueEntry,
  before: Admission,
  now: number,
): Promise<Outcome> {
  const { uploads, callbacks, limits } = ports;
  const upload = await uploads.get(entry.uploadId);
  const named = upload?.queueKey === entry.queueKey ? { upload } : {};
  if (upload?.status !== 'transcoding' || upload.slotToken === undefined || !named.upload) {
    // The upload has ended while it waited.
    const step = { step: 'unqueue', entry, ...named } as const;
    return write(ports, next, before, unqueued(before), step);
  }
  const after = started(before, upload.uploadId, limits);
  const step = { step: 'start', upload, entry } as const;
  if ((await write(ports, next, before, after, step)) === 'lost') return 'lost';
  if ((await callbacks.resume(upload.slotToken)) === 'resumed') return 'started';
  // Its execution was stopped, or repeats AwaitSlot and asks again.
  await releaseSlot(ports, upload, now);
  return 'removed';
}

async function write(
  { admission, limits }: StartWaitingPorts,
  { owner }: RingEntry,
  before: Admission,
  after: Admission,
  upload: Parameters<AdmissionStore['change']>[0]['upload'] = { step: 'none' },
): Promise<Outcome> {
  const { at } = before;
  const written = await admission.change({ owner, before, after, limits, upload, at });
  return written ? 'removed' : 'lost';
}
