import { keepsFiles, type TerminalStatus } from '../../core/contract/lifecycle.ts';
import { automaticRetryAt } from '../../core/reconciliation/automatic-retry.ts';
import {
  actionForClaimed,
  actionForUnclaimed,
  reconcilerExecutionName,
  type SeenJob,
  type SeenObject,
  workflowInput,
} from '../../core/reconciliation/reconcile.ts';
import {
  blockAfter,
  isAnnouncementPending,
  mayHaveGrants,
  partitionAfter,
  type ReconcileRule,
  reconcileRuleOf,
} from '../../core/reconciliation/reconcile-rules.ts';
import { announcementOf } from '../../core/uploads/announcement.ts';
import { formKey, outputPrefix } from '../../core/uploads/object-keys.ts';
import type { UploadIn, UploadItem } from '../../core/uploads/records.ts';
import type { Callbacks } from '../ports/admission.ts';
import type { StatusIndex } from '../ports/uploads.ts';
import type { Announcements, Executions, Jobs } from '../ports/workflow.ts';
import { type AcceptFormPorts, acceptForm } from './accept-form.ts';
import { blockPlayback, unblockPlayback } from './block-playback.ts';
import { type ClearUploadPorts, clearUpload, deleteSource } from './clear-upload.ts';
import { type ExpireUploadPorts, expireUpload } from './expire-upload.ts';
import { type RetryUploadPorts, retryFailed, startAttempt } from './retry-upload.ts';

export type ReconcileUploadPorts = ClearUploadPorts &
  ExpireUploadPorts &
  AcceptFormPorts &
  RetryUploadPorts & {
    readonly index: Pick<StatusIndex, 'move' | 'touch'>;
    readonly callbacks: Callbacks;
    readonly executions: Executions;
    readonly jobs: Pick<Jobs, 'get'>;
    readonly announcements: Announcements;
  };

/**
 * What was done for one upload: `unchanged` if nothing was necessary, `settled` if an upload that has ended had
 * left nothing behind.
 */
export type ReconcileUploadOutcome =
  | 'unchanged'
  | 'expired'
  | 'started'
  | 'resumed'
  | 'retried'
  | 'failed'
  | 'cleared'
  | 'swept'
  | 'settled';

/**
 * Reads one upload and does what its events have not done.
 * @param now milliseconds since the epoch
 */
export async function reconcileUpload(
  ports: ReconcileUploadPorts,
  uploadId: string,
  now: number,
): Promise<ReconcileUploadOutcome> {
  const item = await ports.uploads.get(uploadId);
  const rule = item && reconcileRuleOf(item, now);
  if (!rule) return 'unchanged';
  switch (item.status) {
    case 'waiting':
    case 'uploaded':
      return reconcileUnclaimed(ports, item, now);
    case 'validating':
    case 'in_review':
    case 'transcoding':
      return reconcileClaimed(ports, item, now);
    case 'failed':
      return rule.partition === 'failed'
        ? reconcileFailed(ports, item, now)
        : settle(ports, item, rule, now);
    default:
      return settle(ports, item, rule, now);
  }
}

async function reconcileUnclaimed(
  ports: ReconcileUploadPorts,
  item: UploadItem,
  now: number,
): Promise<ReconcileUploadOutcome> {
  const { sources, sourceBucket } = ports;
  const stagedKey = formKey(item.owner, item.uploadId);
  const object = await sources.head(item.objectKey);
  const staged = item.method === 'post' ? await sources.head(stagedKey) : undefined;
  const decided = actionForUnclaimed(item, object, now, staged);
  switch (decided.action) {
    case 'leave':
      return 'unchanged';
    case 'start': {
      const input = workflowInput(sourceBucket, item.objectKey, decided.object);
      return (await start(ports, item, 'start', input, now)) ? 'started' : 'unchanged';
    }
    case 'accept': {
      const { size, versionId = '' } = decided.staged;
      const accepted = await acceptForm(ports, { key: stagedKey, versionId, size }, now);
      return accepted === 'accepted' ? 'started' : 'unchanged';
    }
    case 'expire':
      return (await expireUpload(ports, item, now)) ? 'expired' : 'unchanged';
    case 'fail': {
      const { reason } = decided;
      const at = new Date(now).toISOString();
      const changed = await ports.uploads.changeStatus(item, {
        from: [item.status],
        entry: { at, to: 'failed', by: 'reconciler', why: reason.code },
        reason,
        partition: 'failed+pendingAnnouncement',
      });
      return changed ? 'failed' : 'unchanged';
    }
  }
}

async function reconcileClaimed(
  ports: ReconcileUploadPorts,
  item: UploadItem,
  now: number,
): Promise<ReconcileUploadOutcome> {
  const { executions, sourceBucket } = ports;
  if (item.resumeStep !== undefined) {
    return (await startAttempt(ports, item, now)) ? 'resumed' : 'unchanged';
  }
  const execution = item.execution ? await executions.describe(item.execution) : undefined;
  const mayHaveJob = item.status === 'transcoding' && item.queueKey === undefined;
  const job = mayHaveJob ? await jobOf(ports, item) : undefined;
  const decided = actionForClaimed(item, execution, job, now);
  if (decided.action === 'start_waiting') {
    return (await ports.callbacks.resume(decided.token)) === 'resumed' ? 'resumed' : 'unchanged';
  }
  if (decided.action === 'look_later') {
    await ports.index.touch(item, new Date(now).toISOString());
    return 'unchanged';
  }
  if (decided.action === 'leave') return 'unchanged';
  const { resume, whileWaitingFor } = decided;
  if (whileWaitingFor && !(await executions.waitsForJob(resume.execution, whileWaitingFor))) {
    return 'unchanged';
  }
  const { size, etag, versionId } = item.object ?? { size: item.size, etag: '' };
  const object: SeenObject = { size, etag, versionId };
  const input = workflowInput(sourceBucket, item.objectKey, object, resume);
  return (await start(ports, item, 'resume', input, now)) ? 'resumed' : 'unchanged';
}

/** Tries again what has failed for a cause that passes; an upload that it leaves to its owner leaves the index. */
async function reconcileFailed(
  ports: ReconcileUploadPorts,
  item: UploadIn<'failed'>,
  now: number,
): Promise<ReconcileUploadOutcome> {
  const at = automaticRetryAt(item);
  if (at !== undefined && now < at) return 'unchanged';
  const retried = at === undefined ? undefined : await retryFailed(ports, item, 'reconciler', now);
  if (retried?.outcome === 'retried') return 'retried';
  await ports.index.move(item, undefined);
  return 'settled';
}

async function jobOf(
  { executions, jobs }: ReconcileUploadPorts,
  item: UploadItem,
): Promise<SeenJob | undefined> {
  const jobId = item.jobId ?? (item.execution && (await executions.submittedJob(item.execution)));
  return jobId ? jobs.get(jobId) : undefined;
}

function start(
  { executions }: ReconcileUploadPorts,
  { uploadId }: UploadItem,
  what: 'start' | 'resume',
  input: object,
  now: number,
): Promise<boolean> {
  return executions.start(reconcilerExecutionName(uploadId, what, now), input);
}

/**
 * Finishes the end of an upload: deletes what is still stored of one that was discarded, and announces what was not
 * announced. Only then the upload moves on in the index, so that the next run repeats what was interrupted.
 */
async function settle(
  ports: ReconcileUploadPorts,
  item: UploadIn<TerminalStatus>,
  rule: ReconcileRule,
  now: number,
): Promise<ReconcileUploadOutcome> {
  const outcome = keepsFiles(item.status) ? 'settled' : await clearEnded(ports, item, rule, now);
  const block = blockAfter(item, rule.partition);
  if (block === 'blocked') await blockPlayback(ports.edge, item.uploadId);
  if (block === 'free') await unblockPlayback(ports.edge, item.uploadId);
  const announcement = isAnnouncementPending(rule.partition) ? announcementOf(item) : undefined;
  if (announcement) await ports.announcements.announce(announcement);
  await ports.index.move(item, partitionAfter(rule.partition));
  return outcome;
}

/** Completes a cancellation that was interrupted, and deletes what arrived after the end. */
async function clearEnded(
  ports: ReconcileUploadPorts,
  item: UploadItem,
  { partition }: ReconcileRule,
  now: number,
): Promise<ReconcileUploadOutcome> {
  if (item.quota !== 'returned') {
    await clearUpload(ports, item, true, now);
    return 'cleared';
  }
  const [sources, outputs] = await Promise.all([
    mayHaveGrants(partition)
      ? deleteSource(ports.sources, item)
      : ports.sources.deleteEveryVersion(item.objectKey),
    ports.outputs.deleteBelow(outputPrefix(item.uploadId)),
  ]);
  return sources + outputs > 0 ? 'swept' : 'settled';
}
