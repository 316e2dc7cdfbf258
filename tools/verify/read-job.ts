import { GetJobCommand } from '@aws-sdk/client-mediaconvert';
import type { Deployment } from './deployment.ts';
import type { FoundJob } from './findings.ts';

export async function readJob({ transcoder }: Deployment, id: string): Promise<FoundJob> {
  const { Job: job } = await transcoder.send(new GetJobCommand({ Id: id }));
  return {
    id,
    status: job?.Status ?? 'unknown',
    queue: job?.Queue ?? '',
    source: job?.Settings?.Inputs?.[0]?.FileInput ?? '',
    ...(job?.ErrorCode !== undefined && { errorCode: job.ErrorCode }),
    ...(job?.ErrorMessage !== undefined && { errorMessage: job.ErrorMessage }),
  };
}
