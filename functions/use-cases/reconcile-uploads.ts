import { RECONCILE_RULES, type ReconcileRule } from '../../core/reconciliation/reconcile-rules.ts';
import { MAX_STARTS_PER_RUN, RunLimitReached } from '../../core/reconciliation/run-limits.ts';
import { STATUS_SHARDS, type StatusPartition } from '../../core/uploads/records.ts';
import type { StatusIndex } from '../ports/uploads.ts';
import type { RequestBudget } from '../ports/workflow.ts';
import { reconcileSlots, type SlotCounters } from './reconcile-slots.ts';
import {
  type ReconcileUploadOutcome,
  type ReconcileUploadPorts,
  reconcileUpload,
} from './reconcile-upload.ts';
import {
  type RepairSigningKeysOutcome,
  type RepairSigningKeysPorts,
  repairSigningKeys,
} from './repair-signing-keys.ts';
import type { StartWaitingPorts } from './start-waiting-uploads.ts';

export type ReconcileUploadsPorts = ReconcileUploadPorts &
  StartWaitingPorts & {
    readonly index: Pick<StatusIndex, 'uploadsIn'>;
    readonly requests: RequestBudget;
    /** Undefined where videos are not delivered. */
    readonly signingKeys: RepairSigningKeysPorts | undefined;
    /** Milliseconds until Lambda ends this run. */
    readonly timeLeft: () => number;
    /** Called for each upload that was changed, or could not be reconciled. */
    readonly report: (event: ReconcileEvent) => void;
  };

export type ReconcileEvent =
  | { readonly signingKeys: RepairSigningKeysOutcome | 'unreadable'; readonly error?: unknown }
  | { readonly uploadId: string; readonly outcome: ReconcileUploadOutcome }
  | { readonly uploadId: string; readonly error: unknown }
  /** The rest of this partition could not be listed. */
  | { readonly partition: StatusPartition; readonly error: unknown }
  /** The slots could not be reconciled. */
  | { readonly slots: true; readonly error: unknown };

/** What a run has done, in uploads. Each is a metric. */
export interface RunCounters
  extends Readonly<Record<Exclude<ReconcileUploadOutcome, 'unchanged'>, number>>,
    SlotCounters {
  readonly looked: number;
  /** Left for the next run, since this one had started as many executions or made as many requests as it may. */
  readonly deferred: number;
  readonly faults: number;
  /** 1 if the time or the requests were not enough: the next run begins with another shard. */
  readonly unfinished: number;
}

/**
 * The longest time that one upload may take; one that has begun is not interrupted. S3 may copy a form's file of
 * some gigabytes for longer: the next run repeats that, and has more time left for it.
 */
const RESERVE_MS = 30_000;

/** Most uploads need fewer requests to the table and the buckets. */
const RESERVE_REQUESTS = 50;

/**
 * Reconciles every upload that makes no progress, for as long as there is time. An error with one upload does not
 * keep the others from being reconciled, and a backlog of one kind of work does not keep the other kinds waiting: the
 * partitions take turns, one upload each. The order of the shards rotates with time, so that none is always last.
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
    retried: 0,
    failed: 0,
    cleared: 0,
    swept: 0,
    settled: 0,
    released: 0,
    admitted: 0,
    deferred: 0,
    faults: 0,
    unfinished: 0,
  };
  ports.requests.begin();
  try {
    Object.assign(counters, await reconcileSlots(ports, now));
  } catch (error) {
    counters.faults += 1;
    ports.report({ slots: true, error });
  }
  counters.faults += await repairDelivery(ports);
  const limited = withStartLimit(ports);
  let kinds = RECONCILE_RULES.map((rule) => ({
    partition: rule.partition,
    uploads: uploadsOf(ports, rule, now),
  }));
  const finished = new Set<StatusPartition>();
  while (kinds.length > 0) {
    for (const { partition, uploads } of kinds) {
      if (ports.timeLeft() < RESERVE_MS || ports.requests.left() < RESERVE_REQUESTS) {
        return { ...counters, unfinished: 1 };
      }
      let uploadId: string | undefined;
      try {
        const next = await uploads.next();
        if (next.done) {
          finished.add(partition);
          continue;
        }
        uploadId = next.value;
        counters.looked += 1;
        const outcome = await reconcileUpload(limited, uploadId, now);
        if (outcome === 'unchanged') continue;
        counters[outcome] += 1;
        ports.report({ uploadId, outcome });
      } catch (error) {
        if (uploadId !== undefined && error instanceof RunLimitReached) {
          counters.deferred += 1;
          continue;
        }
        counters.faults += 1;
        if (uploadId === undefined) finished.add(partition);
        ports.report(uploadId === undefined ? { partition, error } : { uploadId, error });
      }
    }
    kinds = kinds.filter(({ partition }) => !finished.has(partition));
  }
  return counters;
}

/** @returns how many faults there were */
async function repairDelivery({
  signingKeys,
  report,
}: Pick<ReconcileUploadsPorts, 'signingKeys' | 'report'>): Promise<number> {
  if (signingKeys === undefined) return 0;
  try {
    const outcome = await repairSigningKeys(signingKeys);
    if (outcome !== 'unchanged') report({ signingKeys: outcome });
    return outcome === 'missing' ? 1 : 0;
  } catch (error) {
    report({ signingKeys: 'unreadable', error });
    return 1;
  }
}

/** The uploads of a rule's partition, one shard after the other, in each the one that waits longest first. */
async function* uploadsOf(
  { index }: Pick<ReconcileUploadsPorts, 'index'>,
  { partition, age }: ReconcileRule,
  now: number,
): AsyncGenerator<string> {
  const before = new Date(now - age).toISOString();
  for (const shard of rotatedShards(now)) yield* index.uploadsIn(partition, shard, before);
}

/** The ports of one run, which cause at most `MAX_STARTS_PER_RUN` executions. */
function withStartLimit(ports: ReconcileUploadsPorts): ReconcileUploadsPorts {
  const { executions, stagedFiles } = ports;
  let starts = 0;
  const count = () => {
    if (starts >= MAX_STARTS_PER_RUN) {
      throw new RunLimitReached(`The run has started ${MAX_STARTS_PER_RUN} executions.`);
    }
    starts += 1;
  };
  return {
    ...ports,
    executions: {
      ...executions,
      start: async (name, input) => {
        count();
        return executions.start(name, input);
      },
    },
    stagedFiles: {
      ...stagedFiles,
      copyToSource: async (file, upload) => {
        count();
        return stagedFiles.copyToSource(file, upload);
      },
    },
  };
}

function rotatedShards(now: number): readonly string[] {
  const first = Math.floor(now / 60_000) % STATUS_SHARDS.length;
  return [...STATUS_SHARDS.slice(first), ...STATUS_SHARDS.slice(0, first)];
}
