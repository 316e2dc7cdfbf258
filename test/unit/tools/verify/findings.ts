import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Upload } from '../../../../core/contract/wire.ts';
import type { Findings, VideoFinding } from '../../../../tools/verify/findings.ts';

const SENT_AT = Date.parse('2026-11-30T12:00:00Z');

function history(jobId: string): HistoryEvent[] {
  const event = (details: Partial<HistoryEvent>): HistoryEvent => ({
    id: 1,
    type: 'TaskSubmitted',
    timestamp: new Date(SENT_AT),
    ...details,
  });
  const about = { resourceType: 'mediaconvert', resource: 'createJob.sync' };
  const output = JSON.stringify({ Job: { Id: jobId } });
  return [
    event({ type: 'TaskSubmitted', taskSubmittedEventDetails: { ...about, output } }),
    event({ type: 'TaskSucceeded', taskSucceededEventDetails: { ...about, output } }),
    event({
      type: 'TaskStateEntered',
      stateEnteredEventDetails: { name: 'AnnounceReady', input: '{}' },
    }),
  ];
}

/** A video that was processed as assumed. */
function video(n: number, size: { width: number; height: number }): VideoFinding {
  const id = `upload-${n}`;
  const key = (name: string) => `videos/${id}/${name}`;
  return {
    uploadId: id,
    sentAt: SENT_AT,
    upload: {
      id,
      status: 'ready',
      timeline: [{ to: 'waiting' }, { to: 'ready' }],
      playback: {
        durationSeconds: 2,
        renditions: [],
      },
    } as unknown as Upload,
    execution: {
      status: 'SUCCEEDED',
      startedAt: SENT_AT + 1_000,
      input: {
        source: 'aws.s3',
        detail: { object: { key: 'k', 'version-id': 'v', etag: 'e', size: 1 } },
      },
      history: history(`job-${n}`),
    },
    job: {
      id: `job-${n}`,
      status: 'COMPLETE',
      queue: 'Default',
      source: 's3://b/uploads/o/u/source',
    },
    outputs: {
      keys: ['poster.0000001.jpg', 'storyboard.0000000.jpg', 'storyboard.0000001.jpg'].map(key),
      renditions: [size],
      combing: 1,
      channels: 2,
      loudness: 0.1,
    },
  };
}

const LANDSCAPE = { width: 640, height: 360 };

/** What a deployment shows in which every assumption holds. */
export function assumedFindings(): Findings {
  return {
    videos: {
      multipart: video(1, LANDSCAPE),
      put: video(2, { width: 360, height: 640 }),
      form: video(3, LANDSCAPE),
      companion: video(4, LANDSCAPE),
      interlaced: video(5, LANDSCAPE),
    },
    cancelled: { status: 'cancelled', left: 0 },
    checksum: { code: 'checksum_mismatch', detail: 'S3 refused the file.', status: 'failed' },
    unreadable: {
      job: {
        id: 'job-6',
        status: 'ERROR',
        queue: 'Default',
        source: 's3://b/uploads/verify/x/source',
        errorCode: 1010,
        errorMessage:
          'Unable to open input file [s3://b/uploads/verify/x/source]: [Failed probe/open]',
      },
    },
    listed: { ids: [1, 2, 3, 4, 5].map((n) => `upload-${n}`) },
    queues: { undelivered: 0, failed: 0 },
  };
}
