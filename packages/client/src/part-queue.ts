import type { PartJob } from './part-source.ts';

/** A part that is not stored yet, with what happened to it so far. */
export interface QueuedPart {
  readonly job: PartJob;
  /** Attempts that failed for a reason of this part. */
  failures: number;
  /** Times that S3 refused its URL. */
  refusals: number;
  /** Lost connections. */
  losses: number;
  /** How many parts were stored when this one's connection was last lost. */
  storedAtLoss: number;
  /** Milliseconds since the epoch; 0: at once. */
  notBefore: number;
}

/** The parts that wait to be sent, in ascending order. */
export interface PartQueue {
  readonly parts: readonly QueuedPart[];
  /** Removes the first part that may be sent at `now`. */
  take(now: number): QueuedPart | undefined;
  /** Puts a part back to its place by number. */
  putBack(part: QueuedPart, notBefore: number): void;
}

/** @param jobs ascending */
export function partQueue(jobs: readonly PartJob[]): PartQueue {
  const parts: QueuedPart[] = jobs.map((job) => ({
    job,
    failures: 0,
    refusals: 0,
    losses: 0,
    storedAtLoss: 0,
    notBefore: 0,
  }));
  return {
    parts,
    take(now) {
      const index = parts.findIndex(({ notBefore }) => notBefore <= now);
      return index < 0 ? undefined : parts.splice(index, 1)[0];
    },
    putBack(part, notBefore) {
      part.notBefore = notBefore;
      parts.push(part);
      parts.sort((one, other) => one.job.partNumber - other.job.partNumber);
    },
  };
}
