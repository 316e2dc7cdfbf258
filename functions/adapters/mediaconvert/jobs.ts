import {
  CancelJobCommand,
  ConflictException,
  GetJobCommand,
  MediaConvertClient,
  NotFoundException,
} from '@aws-sdk/client-mediaconvert';
import type { SeenJob } from '../../../core/reconciliation/reconcile.ts';

const mediaConvert = new MediaConvertClient();

/** Cancels a MediaConvert job; one that has ended is left as it is. */
export async function cancelJob(jobId: string): Promise<void> {
  try {
    await mediaConvert.send(new CancelJobCommand({ Id: jobId }));
  } catch (error) {
    if (!(error instanceof ConflictException || error instanceof NotFoundException)) throw error;
  }
}

/** How a job stands; undefined where MediaConvert no longer knows it. */
export async function getJob(jobId: string): Promise<SeenJob | undefined> {
  try {
    const { Job } = await mediaConvert.send(new GetJobCommand({ Id: jobId }));
    if (!Job?.Status) return undefined;
    const endedAt = Job.Timing?.FinishTime?.getTime();
    return {
      jobId,
      status: Job.Status,
      ...(Job.ErrorCode !== undefined && { errorCode: Job.ErrorCode }),
      ...(endedAt !== undefined && { endedAt }),
    };
  } catch (error) {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  }
}
