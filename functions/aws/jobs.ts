import {
  CancelJobCommand,
  ConflictException,
  MediaConvertClient,
  NotFoundException,
} from '@aws-sdk/client-mediaconvert';

const mediaConvert = new MediaConvertClient();

/** Cancels a MediaConvert job; one that has ended is left as it is. */
export async function cancelJob(jobId: string): Promise<void> {
  try {
    await mediaConvert.send(new CancelJobCommand({ Id: jobId }));
  } catch (error) {
    if (!(error instanceof ConflictException || error instanceof NotFoundException)) throw error;
  }
}
