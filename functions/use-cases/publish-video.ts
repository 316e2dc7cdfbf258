import { predecessors } from '../../core/contract/lifecycle.ts';
import type { FailureReasonCode } from '../../core/contract/reasons.ts';
import type { Playback } from '../../core/contract/upload.ts';
import { checkOutputs, expectedOutputs } from '../../core/playback/playback.ts';
import { outputPrefix } from '../../core/uploads/object-keys.ts';
import { mediaOf, type UploadItem } from '../../core/uploads/records.ts';
import { getUpload, type Table } from '../adapters/dynamodb/table.ts';
import { changeStatus } from '../adapters/dynamodb/table-change.ts';
import { getText, headObject, listObjects } from '../adapters/s3/objects.ts';
import { readDash, readHls } from '../media/read-manifests.ts';

export interface Publication {
  readonly table: Table;
  readonly buckets: { readonly source: string; readonly output: string };
  readonly uploadId: string;
  readonly execution: string;
  readonly jobId: string;
  /** ISO 8601. */
  readonly at: string;
}

/** The video cannot be published; `name` is what the state machine matches, one for each reason. */
class NotPublishable extends Error {
  override readonly name: string;

  constructor(code: FailureReasonCode | 'source_changed' | 'not_claimed', detail: string) {
    super(detail);
    this.name = ERROR_NAMES[code] ?? 'OutputsInvalid';
  }
}

const ERROR_NAMES: Readonly<Record<string, string>> = {
  outputs_missing: 'OutputsMissing',
  outputs_invalid: 'OutputsInvalid',
  duration_differs: 'DurationDiffers',
  source_missing: 'SourceMissing',
  source_changed: 'SourceChanged',
  not_claimed: 'NotClaimed',
};

/**
 * Writes `ready` and the playback if source and outputs are what they have to be.
 * @throws NotPublishable
 */
export async function publishVideo(publication: Publication): Promise<Playback> {
  const { table, buckets, uploadId, execution, jobId, at } = publication;
  const item = await getUpload(table, uploadId);
  if (!item || item.execution !== execution) throw notClaimed();
  if (item.status === 'ready' && item.playback) return item.playback;
  await requireSource(buckets.source, item);
  const playback = await playbackOf(buckets.output, item);
  const changed = await changeStatus(table, item, {
    from: predecessors('ready'),
    entry: { at, to: 'ready', by: 'workflow' },
    playback,
    jobId,
    execution,
  });
  if (changed) return playback;
  const now = await getUpload(table, uploadId);
  if (now?.status === 'ready' && now.execution === execution && now.playback) return now.playback;
  throw notClaimed();
}

function notClaimed(): NotPublishable {
  return new NotPublishable('not_claimed', 'The upload is no longer in this execution’s hands.');
}

/** A part URL that still lives cannot change the source, but whoever may write to the bucket can. */
async function requireSource(bucket: string, item: UploadItem): Promise<void> {
  const claimed = item.object;
  const current = await headObject(bucket, item.objectKey);
  if (!current) throw new NotPublishable('source_missing', 'The source is gone.');
  const same =
    bare(current.etag) === bare(claimed?.etag ?? '') &&
    current.size === claimed?.size &&
    // The same bytes put again are another version: whatever stood there in between is what was transcoded.
    (claimed.versionId === undefined || current.versionId === claimed.versionId);
  if (!same)
    throw new NotPublishable('source_changed', 'The source is not the one that was checked.');
}

async function playbackOf(bucket: string, item: UploadItem): Promise<Playback> {
  const facts = mediaOf(item);
  if (!facts) throw new NotPublishable('outputs_invalid', 'The upload has no media facts.');
  const expected = expectedOutputs(item.uploadId, facts);
  const read = (key: string) => getText(bucket, key, MAX_MANIFEST_BYTES);
  const [objects, hls, dash] = await Promise.all([
    listObjects(bucket, outputPrefix(item.uploadId)),
    readHls(expected.hls, read),
    readDash(expected.dash, read),
  ]);
  const keys = objects.filter(({ size }) => size > 0).map(({ key }) => key);
  const verdict = checkOutputs(expected, { keys, ...(hls && { hls }), ...(dash && { dash }) });
  if (verdict.verdict === 'playable') return verdict.playback;
  throw new NotPublishable(verdict.reason.code, verdict.reason.detail ?? verdict.reason.code);
}

/** Twelve hours in segments of six seconds are about 500 KB a playlist. */
const MAX_MANIFEST_BYTES = 8 * 1024 * 1024;

function bare(etag: string): string {
  return etag.replaceAll('"', '');
}
