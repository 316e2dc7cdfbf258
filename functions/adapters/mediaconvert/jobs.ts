import {
  CancelJobCommand,
  ConflictException,
  GetJobCommand,
  MediaConvertClient,
  NotFoundException,
} from '@aws-sdk/client-mediaconvert';
import type { SeenJob } from '../../../core/reconciliation/reconcile.ts';
import { classifyErrors } from '../transient-errors.ts';

export function mediaConvertClient(): MediaConvertClient {
  return classifyErrors(new MediaConvertClient());
}

type Calls = Pick<MediaConvertClient, 'send'>;

/** Cancels a job; does nothing for one that has ended. */
export async function cancelJob(client: Calls, jobId: string): Promise<void> {
  try {
    await client.send(new CancelJobCommand({ Id: jobId }));
  } catch (error) {
    if (!(error instanceof ConflictException || error instanceof NotFoundException)) throw error;
  }
}

/** Undefined where MediaConvert no longer knows the job. */
export async function getJob(client: Calls, jobId: string): Promise<SeenJob | undefined> {
  try {
    const { Job } = await client.send(new GetJobCommand({ Id: jobId }));
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
