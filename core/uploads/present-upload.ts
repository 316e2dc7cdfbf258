import type { Status } from '../contract/lifecycle.ts';
import { reasonOf } from '../contract/reasons.ts';
import type { PresentedReason, Upload } from '../contract/upload.ts';
import { displayName } from './file-name.ts';
import { mediaOf } from './parse-records.ts';
import type { TimelineEntry, UploadItem } from './records.ts';

/** What is known beside the record, where somebody asked for it. */
export interface KnownProgress {
  /** Bytes that S3 has received. */
  readonly receivedBytes?: number;
}

/** Where each status begins on the way to `ready`, in percent. */
const BEGINS: Readonly<
  Record<Exclude<Status, 'rejected' | 'failed' | 'cancelled' | 'expired'>, number>
> = {
  waiting: 0,
  uploaded: 50,
  validating: 52,
  in_review: 55,
  transcoding: 55,
  ready: 100,
};

/** A record as the API shows it: without keys, subject, execution or job. */
export function presentUpload(item: UploadItem, known: KnownProgress = {}): Upload {
  const media = mediaOf(item);
  return {
    id: item.uploadId,
    status: item.status,
    fileName: item.fileName,
    displayName: displayName(item.fileName),
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
    },
    ...(item.reason && { reason: presentReason(item.reason) }),
    timeline: presentTimeline(item.timeline),
    ...(media && { media }),
    ...(item.playback && item.status === 'ready' && { playback: item.playback }),
  };
}

/** Whether all parts have come is known only where S3 was asked. */
function awaited(item: UploadItem, { receivedBytes }: KnownProgress): Pick<Upload, 'awaits'> {
  if (item.status !== 'waiting') return {};
  if (item.method !== undefined) return { awaits: 'file' };
  if (receivedBytes === undefined) return {};
  return { awaits: receivedBytes >= item.size ? 'completion' : 'parts' };
}

/** The catalogue's sentences for a reason of a record. */
function presentReason({ code, detail }: NonNullable<UploadItem['reason']>): PresentedReason {
  const { sentence, next, retryable } = reasonOf(code);
  return { code, sentence, next, retryable, ...(detail !== undefined && { detail }) };
}

/** Each entry with the status that it left: the entry before's. */
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
  // What has ended otherwise stays at the furthest point that it reached.
  const passed = [item.status, ...item.timeline.map((entry) => entry.to)];
  return Math.max(...passed.map((status) => reached(status, item)));
}

/** How far an upload has come that is, or was, in `status`. */
function reached(status: Status, { transcodePercent = 0 }: UploadItem): number {
  if (!(status in BEGINS)) return 0;
  const begins = BEGINS[status as keyof typeof BEGINS];
  if (status !== 'transcoding') return begins;
  return whole(begins + (BEGINS.ready - begins) * share(transcodePercent / 100));
}

function share(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** Rounded down: nothing shows 100 before it is ready. */
function whole(percent: number): number {
  return Math.min(99, Math.floor(percent));
}
