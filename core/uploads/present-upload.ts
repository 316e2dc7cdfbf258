import type { Status, UnsuccessfulStatus } from '../contract/lifecycle.ts';
import type { MediaFacts } from '../contract/media.ts';
import { reasonOf } from '../contract/reasons.ts';
import type { PresentedReason, Upload } from '../contract/upload.ts';
import { displayName } from './file-name.ts';
import { mediaOf } from './parse-records.ts';
import type { TimelineEntry, UploadItem } from './records.ts';

/** Facts that are not part of the record. */
export interface KnownProgress {
  /** Bytes that S3 has received. */
  readonly receivedBytes?: number;
  /** Seconds until an upload that waits for a slot may start. */
  readonly waitSeconds?: number;
}

/** The progress at the beginning of each status, in percent. */
const BEGINS: Readonly<Record<Exclude<Status, UnsuccessfulStatus>, number>> = {
  waiting: 0,
  uploaded: 50,
  validating: 52,
  in_review: 55,
  transcoding: 55,
  ready: 100,
  removed: 100,
};

/** Converts a record into its representation in the API, without keys, subject, execution and job. */
export function presentUpload(item: UploadItem, known: KnownProgress = {}): Upload {
  const media = measured(mediaOf(item), item);
  return {
    id: item.uploadId,
    status: item.status,
    ...(item.fileName !== undefined && {
      fileName: item.fileName,
      displayName: displayName(item.fileName),
    }),
    contentType: item.contentType,
    size: item.size,
    ...(item.checksum !== undefined && { checksum: item.checksum }),
    metadata: { ...item.metadata },
    method: item.method ?? 'multipart',
    parts: { size: item.partSize, count: item.partCount },
    createdAt: item.createdAt,
    updatedAt: item.updatedAt,
    ...(item.status === 'waiting' && { deadline: item.deadline }),
    ...awaited(item, known),
    progress: {
      percent: percentOf(item, known),
      ...(known.receivedBytes !== undefined && { receivedBytes: known.receivedBytes }),
      ...presentQueue(item, known),
    },
    attempt: item.attempt,
    ...(item.reason && item.status !== 'ready' && { reason: presentReason(item.reason) }),
    timeline: presentTimeline(item.timeline),
    ...(media && { media }),
    visibility: item.visibility,
    ...presentPlayback(item),
  };
}

/** Without the keys of the files, which mean nothing outside of the bucket. */
function presentPlayback(item: UploadItem): Pick<Upload, 'playback' | 'captions'> {
  if (!item.playback || (item.status !== 'ready' && item.status !== 'removed')) return {};
  const { durationSeconds, renditions } = item.playback;
  const tracks = item.captions?.tracks ?? [];
  return {
    ...(tracks.length > 0 && {
      captions: tracks.map(({ language, name }) => ({ language, name })),
    }),
    playback: { durationSeconds, renditions },
  };
}

/** The transcoded video is the measure of a duration that the inspection could not read. */
function measured(media: MediaFacts | undefined, item: UploadItem): MediaFacts | undefined {
  if (!media?.durationSource || media.durationSource === 'measured') return media;
  if (item.status !== 'ready' && item.status !== 'removed') return media;
  const { durationSeconds } = item.playback;
  return { ...media, durationSeconds, durationSource: 'measured' };
}

/** Undefined without the number of received bytes, which only S3 knows. */
function awaited(item: UploadItem, { receivedBytes }: KnownProgress): Pick<Upload, 'awaits'> {
  if (item.status !== 'waiting') return {};
  if (item.method !== undefined) return { awaits: 'file' };
  if (receivedBytes === undefined) return {};
  return { awaits: receivedBytes >= item.size ? 'completion' : 'parts' };
}

function presentQueue(
  { status, queueKey }: UploadItem,
  { waitSeconds }: KnownProgress,
): Pick<Upload['progress'], 'queue'> {
  if (status !== 'transcoding' || queueKey === undefined) return {};
  const estimate = waitSeconds === undefined ? {} : { estimatedSeconds: waitSeconds };
  return { queue: { waiting: true, ...estimate } };
}

/** Adds the text of the catalogue to a stored reason. */
function presentReason({ code, detail }: NonNullable<UploadItem['reason']>): PresentedReason {
  const { sentence, next, retryable } = reasonOf(code);
  return { code, sentence, next, retryable, ...(detail !== undefined && { detail }) };
}

/** Adds the previous status to each entry. */
function presentTimeline(timeline: readonly TimelineEntry[]): Upload['timeline'] {
  return timeline.map((entry, index) => {
    const from = timeline[index - 1]?.to;
    return { ...(from && { from }), ...entry };
  });
}

function percentOf(item: UploadItem, known: KnownProgress): number {
  if (item.status === 'waiting') {
    return whole(BEGINS.uploaded * share((known.receivedBytes ?? 0) / item.size));
  }
  // An upload that ended another way keeps the highest progress that it reached.
  const passed = [item.status, ...attemptOf(item).map((entry) => entry.to)];
  return Math.max(...passed.map((status) => reached(status, item)));
}

/** The timeline since the last retry. */
function attemptOf({ timeline }: UploadItem): readonly TimelineEntry[] {
  const failed = timeline.findLastIndex(
    ({ to }, index) => to === 'failed' && index + 1 < timeline.length,
  );
  return timeline[failed + 1]?.to === 'cancelled' ? timeline : timeline.slice(failed + 1);
}

/** The progress of an upload that is, or was, in `status`. */
function reached(status: Status, { transcodePercent = 0 }: UploadItem): number {
  if (!(status in BEGINS)) return 0;
  const begins = BEGINS[status as keyof typeof BEGINS];
  if (status !== 'transcoding') return begins;
  return whole(begins + (BEGINS.ready - begins) * share(transcodePercent / 100));
}

function share(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** Rounded down, so that only a `ready` upload has 100. */
function whole(percent: number): number {
  return Math.min(99, Math.floor(percent));
}
