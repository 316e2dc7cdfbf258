import { isWithdrawn } from '../../core/contract/lifecycle.ts';
import { reconcilerExecutionName, workflowInput } from '../../core/reconciliation/reconcile.ts';
import type { UploadIn, UploadItem } from '../../core/uploads/records.ts';
import { type Refusal, refused } from '../../core/uploads/refusals.ts';
import { jobOfRecord, nextAttempt } from '../../core/uploads/retry.ts';
import { isClaimedObject } from '../../core/uploads/same-object.ts';
import type { UploadPolicy } from '../../core/uploads/upload-policy.ts';
import type { SourceObjects } from '../ports/storage.ts';
import type { UploadStore } from '../ports/uploads.ts';
import type { Executions } from '../ports/workflow.ts';
import { findOwnUpload, type UploadReference } from './own-upload.ts';

export interface StartAttemptPorts {
  readonly executions: Pick<Executions, 'start'>;
  readonly sourceBucket: string;
  readonly outputBucket: string;
}

export interface RetryUploadPorts extends StartAttemptPorts {
  readonly uploads: Pick<UploadStore, 'get' | 'beginAttempt'>;
  readonly sources: Pick<SourceObjects, 'head'>;
  readonly policy: Pick<UploadPolicy, 'maximumAttempts'>;
}

export type RetryUploadOutcome =
  | { readonly outcome: 'retried'; readonly upload: UploadItem }
  | Refusal;

/**
 * Tries a failed upload again, from the step that failed. A second call while the attempt runs, or after it has
 * succeeded, has the same outcome and starts nothing more.
 *
 * @param now milliseconds since the epoch
 */
export async function retryUpload(
  ports: RetryUploadPorts,
  reference: UploadReference,
  now: number,
): Promise<RetryUploadOutcome> {
  const found = await findOwnUpload(ports.uploads, reference);
  if (found.outcome === 'refused') return found;
  const { upload } = found;
  if (upload.status === 'failed') return retryFailed(ports, upload, 'owner', now);
  if (upload.attempt === 1 || isWithdrawn(upload.status)) {
    return refused('status_conflict', {
      detail: `Upload ${upload.uploadId} has status ${upload.status}; expected failed.`,
    });
  }
  // The first call may have ended after its write.
  if (upload.resumeStep !== undefined) await startAttempt(ports, upload, now);
  return { outcome: 'retried', upload };
}

/**
 * Records the next attempt and starts it. Its status is written first: if the execution is not started, the reconciler
 * finds an upload that makes no progress, and starts it.
 *
 * @param now milliseconds since the epoch
 */
export async function retryFailed(
  ports: RetryUploadPorts,
  item: UploadIn<'failed'>,
  by: 'owner' | 'reconciler',
  now: number,
): Promise<RetryUploadOutcome> {
  const next = nextAttempt(item, ports.policy, now);
  if ('outcome' in next) return next;
  const source = await ports.sources.head(item.objectKey);
  if (!source || !isClaimedObject(source, item.object)) {
    return refused('retry_not_possible', { detail: 'The uploaded file no longer exists.' });
  }
  const at = new Date(now).toISOString();
  const entry = { at, to: next.status, by, why: `attempt ${next.attempt}` };
  const begun = await ports.uploads.beginAttempt(item, next, entry);
  if (begun) {
    await startAttempt(ports, begun, now);
    return { outcome: 'retried', upload: begun };
  }
  const current = await ports.uploads.get(item.uploadId);
  if (current?.attempt !== next.attempt || isWithdrawn(current.status)) return refused('conflict');
  // Another request has recorded it; or this one has, and the response was lost.
  if (current.resumeStep !== undefined) await startAttempt(ports, current, now);
  return { outcome: 'retried', upload: current };
}

/**
 * Starts the execution of an attempt that is recorded and has not begun. Of several executions of the same attempt, only
 * one takes the upload over.
 *
 * @param item has a `resumeStep`
 * @param now milliseconds since the epoch
 * @returns false where it was started within the hour
 */
export async function startAttempt(
  { executions, sourceBucket, outputBucket }: StartAttemptPorts,
  item: UploadItem,
  now: number,
): Promise<boolean> {
  const { uploadId, objectKey, execution = '', attempt, resumeStep: step = 'inspect' } = item;
  const { size, etag, versionId } = item.object ?? { size: item.size, etag: '' };
  const job = step === 'publish' ? undefined : jobOfRecord(item, { sourceBucket, outputBucket });
  const resume = {
    execution,
    attempt,
    step,
    ...(job && { job }),
    ...(step === 'publish' && item.jobId !== undefined && { jobId: item.jobId }),
  };
  const input = workflowInput(sourceBucket, objectKey, { size, etag, versionId }, resume);
  return executions.start(reconcilerExecutionName(uploadId, `attempt-${attempt}`, now), input);
}
