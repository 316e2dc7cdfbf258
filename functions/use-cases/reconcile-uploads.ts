import { RECONCILE_RULES } from '../../core/reconciliation/reconcile-rules.ts';
import { uploadsIn } from '../adapters/dynamodb/status-index.ts';
import { type Healing, type Reconciled, reconcileUpload } from './reconcile-upload.ts';

export interface Reconciliation extends Reconciled {
  /** Milliseconds until Lambda ends this run. */
  readonly timeLeft: () => number;
  /** Hears of each upload that was healed or could not be. */
  readonly tell: (event: { readonly uploadId: string; readonly healing: Healing } | Fault) => void;
}

export interface Fault {
  readonly uploadId: string;
  readonly error: unknown;
}

/** What a run has done, in uploads. */
export interface RunCounters extends Readonly<Record<Exclude<Healing, 'left'>, number>> {
  readonly looked: number;
  readonly faults: number;
  /** 1 where the time did not suffice: the next run begins elsewhere. */
  readonly unfinished: number;
}

const SHARDS = [...'0123456789abcdef'];

/**
 * The longest that one upload may take; one that has begun is not cut off. S3 may copy a form's file of some gigabytes
 * for longer: that is done again by the next run, which has more time left for it.
 */
const RESERVE_MS = 30_000;

/**
 * Looks at every upload that stands still, for as long as there is time. What fails for one upload does not
 * keep the others from being healed. The order of the shards turns with time: none is always the last.
 */
export async function reconcileUploads(run: Reconciliation): Promise<RunCounters> {
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
    const before = new Date(run.now - age).toISOString();
    for (const shard of turned(run.now)) {
      for await (const uploadId of uploadsIn(run.table, partition, shard, before)) {
        if (run.timeLeft() < RESERVE_MS) return { ...counters, unfinished: 1 };
        counters.looked += 1;
        try {
          const healing = await reconcileUpload(run, uploadId);
          if (healing === 'left') continue;
          counters[healing] += 1;
          run.tell({ uploadId, healing });
        } catch (error) {
          counters.faults += 1;
          run.tell({ uploadId, error });
        }
      }
    }
  }
  return counters;
}

function turned(now: number): readonly string[] {
  const first = Math.floor(now / 60_000) % SHARDS.length;
  return [...SHARDS.slice(first), ...SHARDS.slice(0, first)];
}
