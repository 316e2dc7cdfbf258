import type { FailureReasonCode } from '../../core/contract/reasons.ts';
import { checkOutputs, expectedOutputs } from '../../core/playback/playback.ts';
import { STORYBOARD_FILE, storyboardVtt } from '../../core/playback/storyboard.ts';
import { outputPrefix } from '../../core/uploads/object-keys.ts';
import { mediaOf } from '../../core/uploads/parse-records.ts';
import type { Playback, UploadIn, UploadItem } from '../../core/uploads/records.ts';
import { isClaimedObject } from '../../core/uploads/same-object.ts';
import type { Manifests, OutputObjects, SourceObjects } from '../ports/storage.ts';
import type { UploadStore } from '../ports/uploads.ts';

export interface PublishVideoPorts {
  readonly uploads: Pick<UploadStore, 'get' | 'changeStatus'>;
  readonly sources: Pick<SourceObjects, 'head'>;
  readonly outputs: Pick<OutputObjects, 'list' | 'putText'>;
  readonly manifests: Manifests;
}

export interface PublishVideoInput {
  readonly uploadId: string;
  /** ARN of the execution that has claimed the upload. */
  readonly execution: string;
  readonly jobId: string;
  /** Milliseconds of the longest output by the report of the job, if the caller has it. */
  readonly reportedMs?: number | undefined;
}

export interface NotPublishable {
  readonly outcome: 'not_publishable';
  readonly code: FailureReasonCode | 'source_changed' | 'not_claimed';
  readonly detail: string;
}

export type PublishVideoOutcome =
  | {
      readonly outcome: 'published';
      readonly playback: Playback;
      /** The number of the announcement. */
      readonly sequence: number;
    }
  | NotPublishable;

/**
 * Checks source and outputs and makes the video playable. The same call again has the same outcome.
 * @param now milliseconds since the epoch
 */
export async function publishVideo(
  ports: PublishVideoPorts,
  { uploadId, execution, jobId, reportedMs }: PublishVideoInput,
  now: number,
): Promise<PublishVideoOutcome> {
  const item = await ports.uploads.get(uploadId);
  if (!item || item.execution !== execution) return NOT_CLAIMED;
  if (item.status === 'ready') return published(item);
  const changedSource = await sourceProblem(ports, item);
  if (changedSource) return changedSource;
  const found = await playbackOf(ports, item, reportedMs);
  if (found.outcome === 'not_publishable') return found;
  await writeStoryboard(ports, item, found.playback);
  const changed = await ports.uploads.changeStatus(item, {
    // Not every predecessor of `ready`: only a moderator restores a removed video.
    from: ['transcoding'],
    entry: { at: new Date(now).toISOString(), to: 'ready', by: 'workflow' },
    playback: found.playback,
    jobId,
    execution,
  });
  if (changed?.status === 'ready') return published(changed);
  const current = await ports.uploads.get(uploadId);
  const ours = current?.status === 'ready' && current.execution === execution;
  return ours ? published(current) : NOT_CLAIMED;
}

function published({ playback, sequence }: UploadIn<'ready'>): PublishVideoOutcome {
  return { outcome: 'published', playback, sequence };
}

const NOT_CLAIMED = notPublishable(
  'not_claimed',
  'The upload is no longer claimed by this execution.',
);

/** A part's URL cannot change the source, but everyone with write access to the bucket can. */
async function sourceProblem(
  { sources }: PublishVideoPorts,
  { objectKey, object: claimed }: UploadItem,
): Promise<NotPublishable | undefined> {
  const current = await sources.head(objectKey);
  if (!current) return notPublishable('source_missing', 'The source does not exist.');
  if (isClaimedObject(current, claimed)) return undefined;
  return notPublishable('source_changed', 'The source is not the object that was inspected.');
}

async function playbackOf(
  { outputs, manifests }: PublishVideoPorts,
  item: UploadItem,
  reportedMs: number | undefined,
): Promise<{ readonly outcome: 'playable'; readonly playback: Playback } | NotPublishable> {
  const facts = mediaOf(item);
  if (!facts) return notPublishable('outputs_invalid', 'The upload has no media facts.');
  const expected = expectedOutputs(item.uploadId, facts);
  const [objects, hls, dash] = await Promise.all([
    outputs.list(outputPrefix(item.uploadId)),
    manifests.readHls(expected.hls),
    manifests.readDash(expected.dash),
  ]);
  const keys = objects.filter(({ size }) => size > 0).map(({ key }) => key);
  const jobSeconds = reportedMs === undefined ? undefined : reportedMs / 1_000;
  const found = { keys, jobSeconds, ...(hls && { hls }), ...(dash && { dash }) };
  const result = checkOutputs(expected, found);
  if (result.outcome === 'playable') return { outcome: 'playable', playback: result.playback };
  const { code, detail = code } = result.reason;
  return notPublishable(code, detail);
}

/** The times of the storyboard's pictures, beside them. MediaConvert writes pictures only. */
async function writeStoryboard(
  { outputs }: PublishVideoPorts,
  item: UploadItem,
  { storyboard }: Playback,
): Promise<void> {
  const facts = mediaOf(item);
  const [video] = facts?.video ?? [];
  if (!facts || !video) return;
  const prefix = outputPrefix(item.uploadId);
  const pictures = storyboard.map((key) => key.slice(prefix.length));
  const vtt = storyboardVtt(pictures, facts.durationSeconds, video);
  await outputs.putText(`${prefix}${STORYBOARD_FILE}`, vtt, 'text/vtt');
}

function notPublishable(code: NotPublishable['code'], detail: string): NotPublishable {
  return { outcome: 'not_publishable', code, detail };
}
