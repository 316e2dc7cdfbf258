import { hadVideo } from '../../core/playback/had-video.ts';
import { outputPrefix } from '../../core/uploads/object-keys.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import { canBeSentAgain } from '../../core/uploads/tombstone.ts';
import type { EdgeValues } from '../ports/playback.ts';
import type { MultipartUploads, OutputObjects, SourceObjects } from '../ports/storage.ts';
import type { UploadStore } from '../ports/uploads.ts';
import type { Executions, Jobs } from '../ports/workflow.ts';
import { blockPlayback } from './block-playback.ts';
import { type LeaveQueuePorts, leaveQueue } from './leave-queue.ts';
import { returnQuota } from './return-quota.ts';

export interface ClearUploadPorts extends Pick<LeaveQueuePorts, 'admission'> {
  readonly uploads: Pick<UploadStore, 'get' | 'returnQuota'>;
  readonly multipart: Pick<MultipartUploads, 'abort'>;
  readonly executions: Pick<Executions, 'stop'>;
  readonly jobs: Pick<Jobs, 'cancel'>;
  readonly sources: Pick<SourceObjects, 'deleteEveryVersion' | 'close'>;
  readonly outputs: Pick<OutputObjects, 'deleteBelow'>;
  /** Undefined where videos are not delivered. */
  readonly edge: EdgeValues | undefined;
}

/**
 * Deletes the source of an upload that has ended. While a grant that could send it again may be valid, a tombstone stays.
 * @returns how many versions there were
 */
export function deleteSource(
  sources: Pick<SourceObjects, 'deleteEveryVersion' | 'close'>,
  upload: Pick<UploadItem, 'method' | 'objectKey'>,
): Promise<number> {
  const { objectKey } = upload;
  return canBeSentAgain(upload) ? sources.close(objectKey) : sources.deleteEveryVersion(objectKey);
}

/**
 * Deletes everything that a cancelled upload holds. The quota comes last, so that bytes are free only once they
 * are deleted. A second call completes one that was interrupted.
 *
 * @param jobMayRun whether to cancel its job too
 * @param now milliseconds since the epoch
 */
export async function clearUpload(
  ports: ClearUploadPorts,
  upload: UploadItem,
  jobMayRun: boolean,
  now: number,
): Promise<void> {
  const { uploads, multipart, executions, jobs, sources, outputs, edge } = ports;
  await leaveQueue(ports, upload, now);
  // S3 refuses parts that arrive after the abort; the bucket's lifecycle rule removes what an abort has missed.
  if (upload.s3UploadId) await multipart.abort(upload.objectKey, upload.s3UploadId);
  // Stopping an execution cancels the job that it waits for.
  if (upload.execution) await executions.stop(upload.execution, 'The upload was cancelled.');
  if (upload.jobId && jobMayRun) await jobs.cancel(upload.jobId);
  // Viewers' caches may have files that are deleted in the bucket.
  if (hadVideo(upload)) await blockPlayback(edge, upload.uploadId);
  await deleteSource(sources, upload);
  await outputs.deleteBelow(outputPrefix(upload.uploadId));
  await returnQuota(uploads, upload);
}
