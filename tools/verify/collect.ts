import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { type Findings, VIDEO_WALKS, type VideoFinding, type VideoWalk } from './findings.ts';
import { SEND } from './walks/send-video.ts';
import { walkCancel } from './walks/walk-cancel.ts';
import { walkChecksum } from './walks/walk-checksum.ts';
import { walkUnreadable } from './walks/walk-unreadable.ts';
import { type WalkTools, walkVideo } from './walks/walk-video.ts';

export interface CollectOptions {
  readonly samples: Readonly<Record<VideoWalk, string>>;
  /** Part of idempotency keys and names; another one for each run. */
  readonly runId: string;
  /** Called when a walk has ended. */
  readonly say: (line: string) => void;
}

/** Walks every path of the deployment and returns what was seen. Deletes the uploads that it made. */
export async function collectFindings(
  tools: WalkTools,
  { samples, runId, say }: CollectOptions,
): Promise<Findings> {
  const videos = Promise.all(
    VIDEO_WALKS.map(async (name) => {
      const found = await walkVideo(tools, SEND[name], samples[name]);
      say(`${name}: ${found.problem ?? found.upload?.status ?? 'no upload'}`);
      return [name, found] as const;
    }),
  ).then((all) => Object.fromEntries(all) as Record<VideoWalk, VideoFinding>);
  const [cancelled, checksum, found] = await Promise.all([
    attempt(tools, () => walkCancel(tools, `verify-cancel-${runId}`)),
    attempt(tools, () => walkChecksum(tools, `verify-checksum-${runId}`)),
    videos,
  ]);
  const likeJob = VIDEO_WALKS.map((name) => found[name].job?.id).find((id) => id !== undefined);
  const unreadable =
    likeJob === undefined
      ? { problem: 'No job of the deployment was found whose settings could be used.' }
      : await attempt(tools, () => walkUnreadable(tools, likeJob, runId));
  const listed = await attempt(tools, () => listIds(tools));
  const queues = await attempt(tools, () => readQueues(tools));
  await removeUploads(tools, found, say);
  return { videos: found, cancelled, checksum, unreadable, listed, queues };
}

/** The result of a walk, or the problem that ended it. An interruption of the command is not a problem of a walk. */
async function attempt<Finding extends object>(
  { signal }: WalkTools,
  walk: () => Promise<Finding>,
): Promise<Finding | { readonly problem: string }> {
  try {
    return await walk();
  } catch (error) {
    signal.throwIfAborted();
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

async function listIds({ api }: WalkTools): Promise<Findings['listed']> {
  const { uploads } = await api.uploads.list({ limit: 100, includeEnded: true });
  return { ids: uploads.map(({ id }) => id) };
}

async function readQueues({ deployment }: WalkTools): Promise<Findings['queues']> {
  const { queues, deadLetterQueue, failedInvocationsQueue } = deployment;
  const messages = async (QueueUrl: string) => {
    const { Attributes = {} } = await queues.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
    );
    return Number(Attributes.ApproximateNumberOfMessages);
  };
  return {
    undelivered: await messages(deadLetterQueue),
    failed: await messages(failedInvocationsQueue),
  };
}

async function removeUploads(
  { api, signal }: WalkTools,
  videos: Findings['videos'],
  say: (line: string) => void,
): Promise<void> {
  for (const { uploadId } of Object.values(videos)) {
    if (uploadId === undefined) continue;
    await api.uploads.cancel(uploadId).catch((error: unknown) => {
      signal.throwIfAborted();
      say(`Upload ${uploadId} was not deleted: ${(error as Error).message}`);
    });
  }
}
