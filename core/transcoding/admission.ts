/**
 * Admission to MediaConvert: how many jobs run at once, and which upload is next. Between owners, the order is that of
 * start-time fair queueing (Goyal, Vin and Cheng 1996, https://doi.org/10.1145/248156.248171): an owner that waits has a
 * ticket, and the lowest ticket is next. After a start the owner gets the next ticket. An owner that begins to wait gets
 * the ticket of the current round, behind those that have it already, so nobody waits for more than one upload of each
 * owner that waited before. The uploads of one owner start in the order in which they began to wait.
 */
export interface AdmissionLimits {
  /** Jobs of all owners together. With 0, every upload waits. */
  readonly jobsAtOnce: number;
  /** Jobs of one owner, at least 1. */
  readonly jobsAtOncePerOwner: number;
}

/** The item `SLOTS`: who runs a job, of all owners. */
export interface Slots {
  /** Ids of the uploads that have a slot. */
  readonly holders: readonly string[];
  /** The ticket of the last start. It never decreases. */
  readonly turn: number;
  /** Owners in the ring: they have an upload that waits, and fewer jobs than an owner may have. */
  readonly waitingOwners: number;
  /** How long an upload had its slot, on average; undefined before the first end of a job. */
  readonly averageSeconds?: number | undefined;
  /** ISO 8601. Nobody starts before this time, because MediaConvert has refused a job. */
  readonly pausedUntil?: string | undefined;
}

/** The share of one owner, in the owner's quota item. */
export interface OwnerShare {
  /** Ids of the owner's uploads that have a slot. */
  readonly jobs: readonly string[];
  /** The owner's uploads that wait: the number of entries in the owner's queue. */
  readonly waitingJobs: number;
  /** The ticket of the owner's last start. */
  readonly turn: number;
  /** The owner's ticket in the ring; undefined for an owner that is not in the ring. */
  readonly ticket?: number | undefined;
  /** When the owner got its ticket, ISO 8601: the order of owners with the same ticket. */
  readonly ticketAt?: string | undefined;
}

/** What one decision needs, and what it changes. */
export interface Admission {
  /** The time of the decision, ISO 8601 with milliseconds. */
  readonly at: string;
  readonly slots: Slots;
  readonly share: OwnerShare;
}

export const NO_SLOTS: Slots = { holders: [], turn: 0, waitingOwners: 0 };
export const NO_SHARE: OwnerShare = { jobs: [], waitingJobs: 0, turn: 0 };

/** How long nobody starts after MediaConvert has refused a job for its rate or its quota. */
export const PAUSE_MS = 60_000;

/** The weight of one job in the average, as TCP weighs one round trip (RFC 6298). */
const AVERAGE_WEIGHT = 1 / 8;

/**
 * Whether a slot is free.
 * @param now milliseconds since the epoch
 */
export function hasFreeSlot(slots: Slots, limits: AdmissionLimits, now: number): boolean {
  if (slots.pausedUntil !== undefined && Date.parse(slots.pausedUntil) > now) return false;
  return slots.holders.length < limits.jobsAtOnce;
}

export function ownerHasFreeSlot(share: OwnerShare, limits: AdmissionLimits): boolean {
  return share.jobs.length < limits.jobsAtOncePerOwner;
}

/** The upload waits. A slot that it has is given back. */
export function queued(before: Admission, uploadId: string, limits: AdmissionLimits): Admission {
  const { share, ...others } = without(before, uploadId);
  return inRing({ ...others, share: { ...share, waitingJobs: share.waitingJobs + 1 } }, limits);
}

/**
 * The first upload of an owner in the ring takes a slot. The owner stays in the ring, with the next ticket, if another
 * of its uploads waits and it may have another job.
 */
export function started(before: Admission, uploadId: string, limits: AdmissionLimits): Admission {
  const { at, slots, share } = before;
  const ticket = share.ticket ?? slots.turn;
  const after = outOfRing({
    at,
    slots: {
      ...slots,
      holders: [...slots.holders, uploadId],
      turn: Math.max(slots.turn, ticket),
    },
    share: {
      ...share,
      jobs: [...share.jobs, uploadId],
      waitingJobs: share.waitingJobs - 1,
      turn: ticket,
    },
  });
  return inRing(after, limits);
}

/**
 * The upload no longer runs a job.
 * @param heldSeconds how long it had the slot, where that is known
 */
export function released(
  before: Admission,
  uploadId: string,
  limits: AdmissionLimits,
  heldSeconds?: number,
): Admission {
  const after = inRing(without(before, uploadId), limits);
  const { averageSeconds } = after.slots;
  if (heldSeconds === undefined) return after;
  const average =
    averageSeconds === undefined
      ? heldSeconds
      : averageSeconds + (heldSeconds - averageSeconds) * AVERAGE_WEIGHT;
  return {
    ...after,
    slots: { ...after.slots, averageSeconds: Math.max(1, Math.round(average)) },
  };
}

/** An upload stops to wait without a start. */
export function unqueued(before: Admission): Admission {
  const { share } = before;
  const after = { ...before, share: { ...share, waitingJobs: share.waitingJobs - 1 } };
  return after.share.waitingJobs > 0 ? after : outOfRing(after);
}

/** The owner has as many jobs as it may have: it returns to the ring when one of them ends. */
export function outOfRing(before: Admission): Admission {
  const { at, slots, share } = before;
  if (share.ticket === undefined) return before;
  return {
    at,
    slots: { ...slots, waitingOwners: slots.waitingOwners - 1 },
    share: { ...share, ticket: undefined, ticketAt: undefined },
  };
}

function inRing(before: Admission, limits: AdmissionLimits): Admission {
  const { at, slots, share } = before;
  const belongs = share.waitingJobs > 0 && ownerHasFreeSlot(share, limits);
  if (share.ticket !== undefined || !belongs) return before;
  return {
    at,
    slots: { ...slots, waitingOwners: slots.waitingOwners + 1 },
    share: { ...share, ticket: Math.max(slots.turn, share.turn + 1), ticketAt: at },
  };
}

function without({ at, slots, share }: Admission, uploadId: string): Admission {
  const others = (ids: readonly string[]) => ids.filter((id) => id !== uploadId);
  return {
    at,
    slots: { ...slots, holders: others(slots.holders) },
    share: { ...share, jobs: others(share.jobs) },
  };
}

/**
 * An estimate of the time until an upload starts: each owner that waits starts one upload in each round.
 *
 * @param ahead uploads of the same owner that start earlier
 * @returns seconds, rounded up; undefined if no job has ended yet, or nothing is converted
 */
export function estimatedWaitSeconds(
  ahead: number,
  { averageSeconds, waitingOwners }: Slots,
  { jobsAtOnce, jobsAtOncePerOwner }: AdmissionLimits,
): number | undefined {
  if (averageSeconds === undefined || jobsAtOnce === 0) return undefined;
  const rounds = ahead + 1;
  const ofAll = (rounds * Math.max(1, waitingOwners)) / jobsAtOnce;
  const ofOwner = rounds / Math.min(jobsAtOnce, jobsAtOncePerOwner);
  return Math.ceil(Math.max(ofAll, ofOwner) * averageSeconds);
}
