import { isTerminal, type Status } from '../../../core/contract/lifecycle.ts';
import { sourceKey } from '../../../core/uploads/object-keys.ts';
import { parseUploadItem } from '../../../core/uploads/parse-records.ts';
import { statusShard, type UploadIn, uploadItemKey } from '../../../core/uploads/records.ts';

/** The instant at which the tests of use cases and handlers take place. */
export const NOW = Date.parse('2026-03-04T05:06:07.890Z');

export const OWNER = 'YQ';
export const SUBJECT = 'a';
export const UPLOAD_ID = '019cb735-1b52-7000-8000-01234567890b';
export const EXECUTION = 'arn:aws:states:eu-west-1:111122223333:execution:uploads:one';

const MINUTE_MS = 60_000;

/** ISO 8601, `minutes` before `NOW`. */
export function minutesAgo(minutes: number): string {
  return new Date(NOW - minutes * MINUTE_MS).toISOString();
}

const media = JSON.stringify({
  container: 'mp4',
  durationSeconds: 12,
  video: [
    {
      codec: 'h264',
      codedWidth: 640,
      codedHeight: 360,
      displayWidth: 640,
      displayHeight: 360,
      rotation: 0,
      pixelAspectRatio: 1,
      frameRate: 25,
    },
  ],
  audio: [],
  otherTracks: 0,
});

const playback = {
  hls: `videos/${UPLOAD_ID}/index.m3u8`,
  dash: `videos/${UPLOAD_ID}/index.mpd`,
  poster: `videos/${UPLOAD_ID}/poster.0000000.jpg`,
  storyboard: [],
  durationSeconds: 12,
  renditions: [],
};

const claimed = {
  execution: EXECUTION,
  object: { etag: 'source', size: 12_000_000, versionId: 'v1' },
};
const inspected = { ...claimed, media, quota: 'used' };

const BY_STATUS: Readonly<Record<Status, object>> = {
  waiting: {},
  uploaded: {},
  validating: claimed,
  in_review: inspected,
  transcoding: inspected,
  ready: { ...inspected, jobId: 'job-1', playback },
  removed: {
    ...inspected,
    jobId: 'job-1',
    playback,
    reason: { code: 'removed_by_moderator' },
  },
  rejected: { ...claimed, reason: { code: 'not_a_video' }, quota: 'returned' },
  failed: { reason: { code: 'workflow_failed' } },
  cancelled: { reason: { code: 'cancelled_by_owner' }, quota: 'returned' },
  expired: { reason: { code: 'upload_expired' }, quota: 'returned' },
};

/** An upload of 12 MB in two parts, as the table stores it in that status; last changed an hour ago. */
export function uploadIn<S extends Status>(status: S, more: object = {}): UploadIn<S> {
  const at = minutesAgo(60);
  const item = {
    ...uploadItemKey(UPLOAD_ID),
    uploadId: UPLOAD_ID,
    owner: OWNER,
    subject: SUBJECT,
    status,
    sequence: isTerminal(status) ? 1 : 0,
    shard: 'b',
    statusShard: statusShard(status, 'b'),
    fileName: 'film.mp4',
    contentType: 'video/mp4',
    size: 12_000_000,
    objectKey: sourceKey(OWNER, UPLOAD_ID),
    partSize: 8_000_000,
    partCount: 2,
    metadata: {},
    requestHash: 'hash',
    createdAt: at,
    updatedAt: at,
    deadline: minutesAgo(-60),
    quota: 'reserved',
    timeline: [{ at, to: status, by: 'owner' }],
    ...BY_STATUS[status],
    ...more,
  };
  return parseUploadItem(item) as UploadIn<S>;
}

/** Both parts of that upload, as S3 lists them. */
export const PARTS = [
  { partNumber: 1, size: 8_000_000, etag: '"one"' },
  { partNumber: 2, size: 4_000_000, etag: '"two"' },
];
