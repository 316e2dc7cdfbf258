import {
  actionForClaimed,
  actionForUnclaimed,
  isRunning,
  reconcilerExecutionName,
  type SeenJob,
  type SeenObject,
  workflowInput,
} from '../../core/reconciliation/reconcile.ts';
import {
  isAnnouncementPending,
  partitionAfter,
  type ReconcileRule,
  reconcileRuleOf,
} from '../../core/reconciliation/reconcile-rules.ts';
import { announcementOf } from '../../core/uploads/announcement.ts';
import { formKey, outputPrefix } from '../../core/uploads/object-keys.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import { moveInIndex } from '../adapters/dynamodb/status-index.ts';
import { getUpload, type Table } from '../adapters/dynamodb/table.ts';
import { changeStatus } from '../adapters/dynamodb/table-change.ts';
import { announce } from '../adapters/eventbridge/announce.ts';
import { getJob } from '../adapters/mediaconvert/jobs.ts';
import { deleteBelow, deleteEveryVersion, headObject } from '../adapters/s3/objects.ts';
import {
  describeExecution,
  startExecution,
  submittedJob,
  waitsForJob,
} from '../adapters/step-functions/executions.ts';
import { acceptForm } from './accept-form.ts';
import { clearUpload } from './cancel-upload.ts';
import { expireUpload } from './expire-upload.ts';

export interface Reconciled {
  readonly table: Table;
  readonly buckets: { readonly source: string; readonly output: string };
  /** ARN. */
  readonly stateMachine: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * What was done for one upload; `left` where nothing was to be done, `settled` where an end has left nothing
 * behind.
 */
export type Healing =
  | 'left'
  | 'expired'
  | 'started'
  | 'resumed'
  | 'failed'
  | 'cleared'
  | 'swept'
  | 'settled';

/** Looks at one upload, as it stands now, and does what its events have not done. */
export async function reconcileUpload(context: Reconciled, uploadId: string): Promise<Healing> {
  const item = await getUpload(context.table, uploadId);
  const watch = item && reconcileRuleOf(item, context.now);
  if (!watch) return 'left';
  switch (item.status) {
    case 'waiting':
    case 'uploaded':
      return healUnclaimed(context, item);
    case 'validating':
    case 'in_review':
    case 'transcoding':
      return healClaimed(context, item);
    default:
      return settle(context, item, watch);
  }
}

async function healUnclaimed(context: Reconciled, item: UploadItem): Promise<Healing> {
  const { table, buckets, now } = context;
  const at = new Date(now).toISOString();
  const object = await headObject(buckets.source, item.objectKey);
  const landed =
    item.method === 'post' ? await headObject(buckets.source, keyOfForm(item)) : undefined;
  const judged = actionForUnclaimed(item, object, now, landed);
  switch (judged.action) {
    case 'leave':
      return 'left';
    case 'start': {
      const input = workflowInput(buckets.source, item.objectKey, judged.object);
      return (await start(context, item, 'start', input)) ? 'started' : 'left';
    }
    case 'accept': {
      const { size, versionId = '' } = judged.staged;
      const file = { bucket: buckets.source, key: keyOfForm(item), versionId, size };
      return (await acceptForm(table, file, at)) === 'accepted' ? 'started' : 'left';
    }
    case 'expire':
      return (await expireUpload(table, buckets.source, item, at)) ? 'expired' : 'left';
    case 'fail': {
      const { reason } = judged;
      const entry = { at, to: 'failed', by: 'reconciler', why: reason.code } as const;
      const partition = 'failed+pendingAnnouncement';
      const change = { from: [item.status], entry, reason, partition } as const;
      const changed = await changeStatus(table, item, change);
      return changed ? 'failed' : 'left';
    }
  }
}

function keyOfForm({ owner, uploadId }: UploadItem): string {
  return formKey(owner, uploadId);
}

async function healClaimed(context: Reconciled, item: UploadItem): Promise<Healing> {
  const execution = item.execution ? await describeExecution(item.execution) : undefined;
  const job = item.status === 'transcoding' ? await jobOf(item) : undefined;
  const judged = actionForClaimed(item, execution, job, context.now);
  if (judged.action === 'leave') return 'left';
  if (execution && job && isRunning(execution)) {
    if (!(await waitsForJob(judged.resume.execution, job.jobId))) return 'left';
  }
  const { size, etag, versionId } = item.object ?? { size: item.size, etag: '' };
  const object: SeenObject = { size, etag, versionId };
  const input = workflowInput(context.buckets.source, item.objectKey, object, judged.resume);
  return (await start(context, item, 'resume', input)) ? 'resumed' : 'left';
}

async function jobOf(item: UploadItem): Promise<SeenJob | undefined> {
  const jobId = item.jobId ?? (item.execution && (await submittedJob(item.execution)));
  return jobId ? getJob(jobId) : undefined;
}

function start(
  { stateMachine, now }: Reconciled,
  { uploadId }: UploadItem,
  what: 'start' | 'resume',
  input: object,
): Promise<boolean> {
  return startExecution(stateMachine, reconcilerExecutionName(uploadId, what, now), input);
}

/**
 * An end is finished: what is still stored of an upload that was thrown away goes, what was not told is told.
 * Only then the upload moves on in the index; whatever breaks off before is done again by the next run.
 */
async function settle(
  context: Reconciled,
  item: UploadItem,
  watch: ReconcileRule,
): Promise<Healing> {
  const { table } = context;
  const keeps = item.status === 'ready' || item.status === 'failed';
  const healing = keeps ? 'settled' : await clearEnded(context, item);
  const announcement = isAnnouncementPending(watch.partition) ? announcementOf(item) : undefined;
  if (announcement) await announce(announcement);
  await moveInIndex(table, item, partitionAfter(watch.partition));
  return healing;
}

/** A cancel that broke off is finished; what came behind an end is deleted. */
async function clearEnded({ table, buckets }: Reconciled, item: UploadItem): Promise<Healing> {
  if (item.quota !== 'returned') {
    await clearUpload(table, buckets, item, true);
    return 'cleared';
  }
  const [sources, outputs] = await Promise.all([
    deleteEveryVersion(buckets.source, item.objectKey),
    deleteBelow(buckets.output, outputPrefix(item.uploadId)),
  ]);
  return sources + outputs > 0 ? 'swept' : 'settled';
}
