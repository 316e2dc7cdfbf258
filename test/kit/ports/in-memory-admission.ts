import {
  type AdmissionLimits,
  NO_SHARE,
  NO_SLOTS,
  type OwnerShare,
  type Slots,
} from '../../../core/transcoding/admission.ts';
import { ringEntryKey, ringEntryOf, statusShard } from '../../../core/uploads/records.ts';
import type {
  AdmissionChange,
  AdmissionStore,
  Callbacks,
  UploadStep,
} from '../../../functions/ports/admission.ts';
import type { InMemoryTable } from './in-memory-table.ts';

/** Slots, ring and queues in memory, with the conditions of the real ones, and the executions that wait. */
export class InMemoryAdmission {
  readonly #table: InMemoryTable;
  #slots: Slots = NO_SLOTS;
  readonly #shares = new Map<string, OwnerShare>();
  /** Sort keys of the ring. */
  readonly ring = new Set<string>();
  /** Upload ids by their keys, by owner. */
  readonly queues = new Map<string, Map<string, string>>();
  /** Tokens of executions that wait. */
  readonly waiting = new Set<string>();
  /** Tokens of executions that were resumed, in order. */
  readonly resumed: string[] = [];

  constructor(table: InMemoryTable) {
    this.#table = table;
  }

  get slots(): Slots {
    return this.#slots;
  }

  share(owner: string): OwnerShare {
    return this.#shares.get(owner) ?? NO_SHARE;
  }

  /** As the workflow's RecordOwnership takes a slot; false where it may not. */
  take(owner: string, uploadId: string, limits: AdmissionLimits): boolean {
    const share = this.share(owner);
    const { holders, waitingOwners } = this.#slots;
    if (holders.length >= limits.jobsAtOnce || waitingOwners > 0) return false;
    if (share.jobs.length >= limits.jobsAtOncePerOwner || share.waitingJobs > 0) return false;
    this.#slots = { ...this.#slots, holders: [...this.#slots.holders, uploadId] };
    this.#shares.set(owner, { ...share, jobs: [...share.jobs, uploadId] });
    return true;
  }

  setSlots(changes: Partial<Slots>): void {
    this.#slots = { ...this.#slots, ...changes };
  }

  readonly store: AdmissionStore = {
    slots: async () => this.#slots,
    share: async (owner) => this.share(owner),
    firstInRing: async () => {
      const first = least(this.ring);
      return first === undefined ? undefined : ringEntryOf(first);
    },
    firstInQueue: async (owner) => {
      const queue = this.queues.get(owner);
      const queueKey = queue && least(queue.keys());
      const uploadId = queueKey === undefined ? undefined : queue?.get(queueKey);
      return queueKey && uploadId ? { queueKey, uploadId } : undefined;
    },
    countAhead: async (owner, queueKey) =>
      [...(this.queues.get(owner)?.keys() ?? [])].filter((key) => key < queueKey).length,
    change: async (change) => {
      if (!this.#allows(change)) return false;
      this.#write(change);
      return true;
    },
    renewToken: async ({ uploadId, shard }, { token, attempt, execution }) => {
      const item = this.#table.items.get(uploadId);
      const later = (item?.slotAttempt ?? '') < attempt;
      if (item?.queueKey === undefined || item.execution !== execution || !later) return false;
      const queued = statusShard('queued', shard);
      this.#table.set(uploadId, {
        slotToken: token,
        slotAttempt: attempt,
        statusShard: queued,
      });
      return true;
    },
  };

  readonly callbacks: Callbacks = {
    resume: async (token) => {
      if (!this.waiting.delete(token)) return 'gone';
      this.resumed.push(token);
      return 'resumed';
    },
  };

  #allows({ owner, before, after, limits, upload }: AdmissionChange): boolean {
    const slots = this.#slots;
    const takes = missingIn(before.slots.holders, after.slots.holders).length > 0;
    if (takes && slots.holders.length >= limits.jobsAtOnce) return false;
    if (takes && slots.turn !== before.slots.turn) return false;
    const { ticket } = after.share;
    const enters = ticket !== undefined && ticket !== before.share.ticket;
    if (enters && slots.turn > ticket) return false;
    const { jobs, waitingJobs, ticket: seen, ticketAt: seenAt } = this.share(owner);
    if (before.share !== after.share) {
      const same = jobs.length === before.share.jobs.length;
      const sameQueue = upload.step === 'queue' || waitingJobs === before.share.waitingJobs;
      if (!same || !sameQueue) return false;
      if (seen !== before.share.ticket || seenAt !== before.share.ticketAt) return false;
    }
    return this.#allowsUpload(owner, upload);
  }

  #allowsUpload(owner: string, step: UploadStep): boolean {
    if (step.step === 'none') return true;
    const item = step.upload && this.#table.items.get(step.upload.uploadId);
    if (step.step === 'queue') {
      const same = item?.status === step.upload.status && item.execution === step.request.execution;
      const later = (item?.slotAttempt ?? '') < step.request.attempt;
      return same && later && item?.queueKey === undefined && item?.quota === step.upload.quota;
    }
    if (!this.queues.get(owner)?.has(step.entry.queueKey)) return false;
    if (step.step === 'unqueue') return !step.upload || item?.queueKey === step.entry.queueKey;
    const known = item?.queueKey === step.upload.queueKey;
    return known && item?.status === 'transcoding' && item.slotToken === step.upload.slotToken;
  }

  #write({ owner, before, after, upload, at }: AdmissionChange): void {
    const added = missingIn(before.slots.holders, after.slots.holders);
    const removed = missingIn(after.slots.holders, before.slots.holders);
    const { averageSeconds, pausedUntil } = after.slots;
    this.#slots = {
      ...this.#slots,
      holders: [...this.#slots.holders.filter((id) => !removed.includes(id)), ...added],
      turn: added.length > 0 ? after.slots.turn : this.#slots.turn,
      waitingOwners:
        this.#slots.waitingOwners + after.slots.waitingOwners - before.slots.waitingOwners,
      ...(averageSeconds !== before.slots.averageSeconds && { averageSeconds }),
      ...(pausedUntil !== before.slots.pausedUntil && { pausedUntil }),
    };
    const more = after.share.waitingJobs - before.share.waitingJobs;
    const waitingJobs = this.share(owner).waitingJobs + more;
    this.#shares.set(owner, { ...after.share, waitingJobs });
    if (before.share.ticket !== after.share.ticket) {
      const [left, entered] = [ringKeyOf(owner, before.share), ringKeyOf(owner, after.share)];
      if (left) this.ring.delete(left);
      if (entered) this.ring.add(entered);
    }
    this.#writeUpload(owner, upload, at);
  }

  #writeUpload(owner: string, step: UploadStep, at: string): void {
    if (step.step === 'none') return;
    const queue = this.queues.get(owner) ?? new Map<string, string>();
    this.queues.set(owner, queue);
    if (step.step !== 'queue') queue.delete(step.entry.queueKey);
    if (!step.upload) return;
    if (step.step === 'queue') queue.set(step.queueKey, step.upload.uploadId);
    if (step.step === 'queue' && step.upload.quota === 'reserved') {
      this.#table.moveQuota(step.upload.uploadId, 'used');
    }
    this.#table.set(step.upload.uploadId, changesOf(step, at));
  }
}

function ringKeyOf(owner: string, { ticket, ticketAt = '' }: OwnerShare): string | undefined {
  return ticket === undefined ? undefined : ringEntryKey(owner, ticket, ticketAt).sk;
}

function changesOf(step: Exclude<UploadStep, { step: 'none' }>, at: string): object {
  switch (step.step) {
    case 'unqueue':
      return { queueKey: undefined };
    case 'start': {
      const { shard } = step.upload;
      const partition = { statusShard: statusShard('transcoding', shard), updatedAt: at };
      return { ...partition, queueKey: undefined, slotAt: at };
    }
    case 'queue': {
      const { request, queueKey, upload } = step;
      const entry = { at, to: 'transcoding', by: 'workflow' };
      return {
        queueKey,
        slotToken: request.token,
        slotAttempt: request.attempt,
        statusShard: statusShard('queued', upload.shard),
        updatedAt: at,
        ...(upload.status !== 'transcoding' && {
          status: 'transcoding',
          media: request.media,
          reviewToken: undefined,
          timeline: [...upload.timeline, entry],
        }),
      };
    }
  }
}

/** Ids of `more` that `ids` does not have. A simulation has hundreds of them. */
function missingIn(ids: readonly string[], more: readonly string[]): string[] {
  const known = new Set(ids);
  return more.filter((id) => !known.has(id));
}

function least(keys: Iterable<string>): string | undefined {
  let first: string | undefined;
  for (const key of keys) if (first === undefined || key < first) first = key;
  return first;
}
