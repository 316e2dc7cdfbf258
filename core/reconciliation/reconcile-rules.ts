import { type StatusPartition, statusShard, type UploadItem } from '../uploads/records.ts';
import { QUIET_MS } from './reconcile.ts';

const HOUR_MS = 60 * 60_000;

/** A partition of the status index, and for how long an upload has stood in it when it is looked at. */
export interface ReconcileRule {
  readonly partition: StatusPartition;
  /** Milliseconds since the upload's last change. */
  readonly age: number;
}

/**
 * Everything that the reconciler looks at, the long ones last. What has ended goes from partition to partition
 * (`partitionAfter`) and then out of the index: soon after its end, for what broke off in between; after some
 * hours; and once its job can no longer write, since the workflow gives a job 50 hours. However many runs are
 * missed, it waits there for the next one.
 */
export const RECONCILE_RULES: readonly ReconcileRule[] = [
  { partition: 'uploaded', age: QUIET_MS },
  { partition: 'validating', age: QUIET_MS },
  { partition: 'transcoding', age: QUIET_MS },
  { partition: 'cancelled', age: QUIET_MS },
  { partition: 'expired', age: QUIET_MS },
  { partition: 'rejected', age: QUIET_MS },
  { partition: 'ready+pendingAnnouncement', age: 0 },
  { partition: 'rejected+pendingAnnouncement', age: 0 },
  { partition: 'failed+pendingAnnouncement', age: 0 },
  { partition: 'ended+6h', age: 6 * HOUR_MS },
  { partition: 'ended+51h', age: 51 * HOUR_MS },
  { partition: 'waiting', age: QUIET_MS },
  { partition: 'in_review', age: QUIET_MS },
];

/** The watch under which `item`, as a consistent read shows it, is due; undefined where it is not. */
export function reconcileRuleOf(
  item: Pick<UploadItem, 'shard' | 'statusShard' | 'updatedAt'>,
  now: number,
): ReconcileRule | undefined {
  const age = now - Date.parse(item.updatedAt);
  return RECONCILE_RULES.find(
    (watch) => statusShard(watch.partition, item.shard) === item.statusShard && age >= watch.age,
  );
}

/** Where an ended upload stands once it was looked at in `partition`; undefined for outside the index. */
export function partitionAfter(partition: StatusPartition): StatusPartition | undefined {
  switch (partition) {
    case 'cancelled':
    case 'expired':
    case 'rejected':
      return 'ended+6h';
    case 'ended+6h':
      return 'ended+51h';
    case 'ready+pendingAnnouncement':
      return 'ready';
    case 'rejected+pendingAnnouncement':
      return 'rejected';
    case 'failed+pendingAnnouncement':
      return 'failed';
    default:
      return undefined;
  }
}

/**
 * Ends that the workflow has no part in, and those that the bus did not take from it (`LeaveAnnouncementPending`): the reconciler
 * announces them when it first looks.
 */
const PENDING_ANNOUNCEMENT: ReadonlySet<StatusPartition> = new Set([
  'cancelled',
  'expired',
  'ready+pendingAnnouncement',
  'rejected+pendingAnnouncement',
  'failed+pendingAnnouncement',
]);

/** Whether an upload that stands in `partition` is still to be announced. */
export function isAnnouncementPending(partition: StatusPartition): boolean {
  return PENDING_ANNOUNCEMENT.has(partition);
}
