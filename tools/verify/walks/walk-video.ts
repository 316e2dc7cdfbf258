import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { isTerminal } from '../../../core/contract/lifecycle.ts';
import type { Upload } from '../../../core/contract/wire.ts';
import { type UploadItem, uploadItemKey } from '../../../core/uploads/records.ts';
import type { ApiClient } from '../api-client.ts';
import type { Deployment } from '../deployment.ts';
import type { FoundExecution, VideoFinding } from '../findings.ts';
import { type Limits, waitFor } from '../limits.ts';
import { readExecution, submittedJobId } from '../read-execution.ts';
import { readJob } from '../read-job.ts';
import { readOutputs } from '../read-outputs.ts';
import type { SendVideo } from './send-video.ts';

/** The tools of every walk. */
export interface WalkTools {
  readonly deployment: Deployment;
  readonly api: ApiClient;
  readonly limits: Limits;
  readonly signal: AbortSignal;
}

/** Sends one video, waits until its upload ends, and reads what the operator can see of it. Never throws. */
export async function walkVideo(
  tools: WalkTools,
  send: SendVideo,
  path: string,
): Promise<VideoFinding> {
  const found: { -readonly [Name in keyof VideoFinding]: VideoFinding[Name] } = {};
  try {
    const created = (uploadId: string) => {
      found.uploadId = uploadId;
    };
    await send(tools.api, path, created, tools.signal);
    found.sentAt = Date.now();
    const { uploadId } = found;
    if (uploadId === undefined) throw new Error('No upload was created.');
    const ended = await endOf(tools, uploadId);
    found.upload = ended;
    const item = await itemOf(tools.deployment, uploadId);
    if (item?.execution === undefined) return found;
    const execution = await readExecution(tools.deployment, item.execution);
    found.execution = execution;
    const jobId = jobIdOf(execution, item);
    if (jobId !== undefined) found.job = await readJob(tools.deployment, jobId);
    if (ended.playback) found.outputs = await readOutputs(tools.deployment, ended.id);
  } catch (error) {
    tools.signal.throwIfAborted();
    found.problem = error instanceof Error ? error.message : String(error);
  }
  return found;
}

/** The upload once it has ended, or as it was last seen. */
async function endOf({ api, limits, signal }: WalkTools, id: string): Promise<Upload> {
  let last: Upload | undefined;
  const when = (reached: (upload: Upload) => boolean) => async () => {
    last = (await api.uploads.get(id)).upload;
    return reached(last) ? last : undefined;
  };
  const started = await waitFor(
    when(({ status }) => status !== 'waiting' && status !== 'uploaded'),
    limits.startMs,
    limits.everyMs,
    signal,
  );
  if (started)
    await waitFor(
      when(({ status }) => isTerminal(status)),
      limits.endMs,
      limits.everyMs,
      signal,
    );
  return last as Upload;
}

function jobIdOf(execution: FoundExecution, item: Partial<UploadItem>): string | undefined {
  return submittedJobId(execution.history) ?? item.jobId;
}

async function itemOf(
  { items, table }: Deployment,
  uploadId: string,
): Promise<Partial<UploadItem> | undefined> {
  const { Item } = await items.send(
    new GetCommand({ TableName: table, Key: uploadItemKey(uploadId), ConsistentRead: true }),
  );
  return Item as Partial<UploadItem> | undefined;
}
