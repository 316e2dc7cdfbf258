import { RECONCILE_RULES } from '../../core/reconciliation/reconcile-rules.ts';
import { STATUS_SHARDS } from '../../core/uploads/records.ts';
import type { StatusIndex } from '../ports/uploads.ts';
import {
  type ReconcileUploadOutcome,
  type ReconcileUploadPorts,
  reconcileUpload,
} from './reconcile-upload.ts';

export type ReconcileUploadsPorts = ReconcileUploadPorts & {
  readonly index: Pick<StatusIndex, 'uploadsIn'>;
  /** Milliseconds until Lambda ends this run. */
  readonly timeLeft: () => number;
  /** Called for each upload that was changed, or could not be reconciled. */
  readonly report: (event: ReconcileEvent) => void;
};

export type ReconcileEvent =
  | { readonly uploadId: string; readonly outcome: ReconcileUploadOutcome }
  | { readonly uploadId: string; readonly error: unknown };

/** What a run has done, in uploads. Each is a metric. */
export interface RunCounters
  extends Readonly<Record<Exclude<ReconcileUploadOutcome, 'unchanged'>, number>> {
  readonly looked: number;
  readonly faults: number;
  /** 1 if the time was not enough: the next run begins with another shard. */
  readonly unfinished: number;
}

/**
 * The longest time that one upload may take; one that has begun is not interrupted. S3 may copy a form's file of
 * some gigabytes for longer: the next run repeats that, and has more time left for it.
 */
const RESERVE_MS = 30_000;

/**
 * Reconciles every upload that makes no progress, for as long as there is time. An error with one upload does not
 * keep the others from being reconciled. The order of the shards rotates with time, so that none is always last.
 *
 * @param now milliseconds since the epoch
 */
export async function reconcileUploads(
  ports: ReconcileUploadsPorts,
  now: number,
): Promise<RunCounters> {
  const counters = {
    looked: 0,
    expired: 0,
    started: 0,
    resumed: 0,
    failed: 0,
    cleared: 0,
    swept: 0,
    settled: 0,
    faults: 0,
    unfinished: 0,
  };
  for (const { partition, age } of RECONCILE_RULES) {
    const before = new Date(now - age).toISOString();
    for (const shard of rotatedShards(now)) {
      for await (const uploadId of ports.index.uploadsIn(partition, shard, before)) {
        if (ports.timeLeft() < RESERVE_MS) return { ...counters, unfinished: 1 };
        counters.looked += 1;
        try {
          const outcome = await reconcileUpload(ports, uploadId, now);
          if (outcome === 'unchanged') continue;
          counters[outcome] += 1;
          ports.report({ uploadId, outcome });
        } catch (error) {
          counters.faults += 1;
          ports.report({ uploadId, error });
        }
      }
    }
  }
  return counters;
}

function rotatedShards(now: number): readonly string[] {
  const first = Math.floor(now / 60_000) % STATUS_SHARDS.length;
  return [...STATUS_SHARDS.slice(first), ...STATUS_SHARDS.slice(0, first)];
}
