import { hadVideo } from '../playback/had-video.ts';
import { type StatusPartition, statusShard, type UploadItem } from '../uploads/records.ts';
import { QUIET_MS } from './reconcile.ts';

const HOUR_MS = 60 * 60_000;

/** How often the reconciler looks at an upload that waits for a slot. */
const QUEUED_MS = 6 * HOUR_MS;

/** A partition of the status index, and the age from which the reconciler checks an upload in it. */
export interface ReconcileRule {
  readonly partition: StatusPartition;
  /** Milliseconds since the upload's last change. */
  readonly age: number;
}

/**
 * The partitions that the reconciler reads, the largest last. A failed upload stays in its partition until it was tried
 * again, or is left to its owner. An ended upload is checked three times: soon after its
 * end, to finish interrupted work; after 6 hours; and after 51 hours, when its job can no longer write outputs, because
 * the workflow limits a job to 50 hours. After each check it moves to the next partition (`partitionAfter`), and in
 * the end out of the index, so a missed run of the reconciler delays a check but never skips it.
 */
export const RECONCILE_RULES: readonly ReconcileRule[] = [
  { partition: 'uploaded', age: QUIET_MS },
  { partition: 'validating', age: QUIET_MS },
  { partition: 'transcoding', age: QUIET_MS },
  // Uploads that wait for a slot cost nothing: each is looked at once in this time, whether its execution still waits.
  { partition: 'queued', age: QUEUED_MS },
  { partition: 'cancelled', age: QUIET_MS },
  { partition: 'expired', age: QUIET_MS },
  { partition: 'rejected', age: QUIET_MS },
  { partition: 'removed', age: QUIET_MS },
  { partition: 'failed', age: QUIET_MS },
  { partition: 'ready+pendingAnnouncement', age: 0 },
  { partition: 'rejected+pendingAnnouncement', age: 0 },
  { partition: 'failed+pendingAnnouncement', age: 0 },
  { partition: 'ended+6h', age: 6 * HOUR_MS },
  { partition: 'ended+51h', age: 51 * HOUR_MS },
  { partition: 'waiting', age: QUIET_MS },
  { partition: 'in_review', age: QUIET_MS },
];

/** Returns the rule that `item` matches; undefined if it needs no check now. Needs an item from a consistent read. */
export function reconcileRuleOf(
  item: Pick<UploadItem, 'shard' | 'statusShard' | 'updatedAt'>,
  now: number,
): ReconcileRule | undefined {
  const age = now - Date.parse(item.updatedAt);
  return RECONCILE_RULES.find(
    (rule) => statusShard(rule.partition, item.shard) === item.statusShard && age >= rule.age,
  );
}

/** The partition of an ended upload after a check in `partition`; undefined removes it from the index. */
export function partitionAfter(partition: StatusPartition): StatusPartition | undefined {
  switch (partition) {
    case 'cancelled':
    case 'expired':
    case 'rejected':
    case 'removed':
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
 * Whether a grant of an ended upload can still be valid at a check in `partition`. No grant is signed after the end, and
 * none is valid for more than an hour.
 */
export function mayHaveGrants(partition: StatusPartition): boolean {
  return partition !== 'ended+6h' && partition !== 'ended+51h';
}

/**
 * What the viewer function has to know of a video after a check in `partition`: `blocked` while a token of a removed or
 * deleted one may be valid. Undefined where it needs to know nothing.
 */
export function blockAfter(
  { status, timeline }: Pick<UploadItem, 'status' | 'timeline'>,
  partition: StatusPartition,
): 'blocked' | 'free' | undefined {
  if (!hadVideo({ timeline })) return undefined;
  if (status === 'ready') return timeline.some(({ to }) => to === 'removed') ? 'free' : undefined;
  return partition === 'ended+51h' ? 'free' : 'blocked';
}

/**
 * Uploads whose event the reconciler sends at the first check: those that ended outside the workflow, and those whose
 * event the workflow could not send (state `LeaveAnnouncementPending`).
 */
const PENDING_ANNOUNCEMENT: ReadonlySet<StatusPartition> = new Set([
  'cancelled',
  'expired',
  'removed',
  'ready+pendingAnnouncement',
  'rejected+pendingAnnouncement',
  'failed+pendingAnnouncement',
]);

/** Whether the event of an upload in `partition` has to be sent. */
export function isAnnouncementPending(partition: StatusPartition): boolean {
  return PENDING_ANNOUNCEMENT.has(partition);
}
