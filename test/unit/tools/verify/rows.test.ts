import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Findings, VideoFinding, VideoWalk } from '../../../../tools/verify/findings.ts';
import { exitCodeOf, judge, reportText } from '../../../../tools/verify/report.ts';
import { ROWS } from '../../../../tools/verify/rows.ts';
import { rowsTable } from '../../../../tools/verify/rows-table.ts';
import { assumedFindings } from './findings.ts';

/** The findings with another finding for one video. */
function withVideo(name: VideoWalk, change: (video: Required<VideoFinding>) => object): Findings {
  const findings = assumedFindings();
  const video = findings.videos[name];
  return {
    ...findings,
    videos: {
      ...findings.videos,
      [name]: { ...video, ...change(video as Required<VideoFinding>) },
    },
  };
}

const withInput = (input: object) =>
  withVideo('multipart', ({ execution }) => ({ execution: { ...execution, input } }));

/** The history with other outputs of the events about MediaConvert. */
const withJobOutput = (details: 'taskSubmittedEventDetails' | 'taskSucceededEventDetails') =>
  withVideo('multipart', ({ execution }) => ({
    execution: {
      ...execution,
      history: execution.history.map((event) =>
        event[details]
          ? { ...event, [details]: { ...event[details], output: '{"job":{"id":"x"}}' } }
          : event,
      ),
    },
  }));

const withJobError = (error: string) =>
  withVideo('multipart', ({ execution }) => ({
    execution: {
      ...execution,
      history: [
        {
          taskFailedEventDetails: {
            resourceType: 'mediaconvert',
            resource: 'createJob.sync',
            error,
          },
        },
        ...execution.history,
      ],
    },
  }));

const withJob = (name: VideoWalk, change: object) =>
  withVideo(name, ({ job }) => ({ job: { ...job, ...change } }));

const withOutputs = (name: VideoWalk, change: object) =>
  withVideo(name, ({ outputs }) => ({ outputs: { ...outputs, ...change } }));

const withUpload = (name: VideoWalk, change: object) =>
  withVideo(name, ({ upload }) => ({ upload: { ...upload, ...change } }));

const failed = { status: 'failed', reason: { code: 'transcode_failed', detail: 'Error X' } };

/** One way in which AWS can differ, for each row, and a part of what the row then says. */
const DEVIATIONS: readonly (readonly [row: string, findings: Findings, seen: string])[] = [
  ['path-multipart', withUpload('multipart', failed), 'failed, transcode_failed'],
  ['path-put', withVideo('put', () => ({ problem: 'PUT to S3: status 403' })), 'status 403'],
  ['path-form', withUpload('form', failed), 'failed'],
  ['path-companion', withUpload('companion', failed), 'failed'],
  [
    'path-cancel',
    { ...assumedFindings(), cancelled: { status: 'cancelled', left: 1 } },
    '1 objects',
  ],
  ['path-list', { ...assumedFindings(), listed: { ids: ['upload-1'] } }, '4 of 5'],
  [
    'event-starts-execution',
    withVideo('multipart', () => ({ execution: undefined })),
    'No execution',
  ],
  ['event-starts-execution', withInput({ source: 'reelgate.reconciler' }), 'reelgate.reconciler'],
  [
    'event-names-version',
    withInput({ source: 'aws.s3', detail: { object: { etag: 'e', size: 1 } } }),
    'no version-id',
  ],
  [
    'create-job-on-default-queue',
    withJobError('MediaConvert.AccessDeniedException'),
    'AccessDenied',
  ],
  ['submitted-job-id', withJobOutput('taskSubmittedEventDetails'), 'no Job.Id; the output has job'],
  ['job-result-id', withJobOutput('taskSucceededEventDetails'), 'no Job.Id; the result has job'],
  ['end-of-job-event', withUpload('multipart', { status: 'transcoding' }), 'still waits'],
  [
    'announcement',
    withVideo('multipart', ({ execution }) => ({ execution: { ...execution, status: 'FAILED' } })),
    'FAILED in AnnounceReady',
  ],
  [
    'whole-file-checksum',
    { ...assumedFindings(), checksum: { code: 'checksum_mismatch', status: 'failed' } },
    'S3 stored the object',
  ],
  [
    'whole-file-checksum',
    { ...assumedFindings(), checksum: { status: 'uploaded' } },
    'was accepted',
  ],
  [
    'source-without-extension',
    withJob('multipart', { status: 'ERROR', errorCode: 1401 }),
    'ERROR: 1401',
  ],
  ['rotated-height', withOutputs('put', { renditions: [{ width: 640, height: 360 }] }), '640x360.'],
  ['surround-sound', withOutputs('form', { loudness: 0 }), 'loudness of 0.000'],
  ['surround-sound', withOutputs('form', { channels: 6 }), '6 channels'],
  ['silent-frame-capture', withOutputs('companion', { keys: [] }), 'no pictures'],
  ['silent-frame-capture', withJob('companion', { status: 'ERROR' }), 'ERROR'],
  ['deinterlacing', withOutputs('interlaced', { combing: 1.6 }), '1.60'],
  [
    'unreadable-input',
    {
      ...assumedFindings(),
      unreadable: { job: { id: 'j', status: 'ERROR', queue: '', source: '', errorCode: 1020 } },
    },
    'rejects such a file',
  ],
  [
    'complete-outputs',
    withOutputs('form', { problem: 'index.m3u8 names no rendition.' }),
    'form: index',
  ],
  [
    'storyboard',
    withOutputs('multipart', { keys: ['videos/upload-1/story.jpg'] }),
    'has story.jpg',
  ],
  [
    'storyboard',
    withOutputs('multipart', { keys: ['videos/upload-1/storyboard.0000000.jpg'] }),
    'no poster',
  ],
  [
    'reconciler-backlog',
    withJobError('MediaConvert.TooManyRequestsException'),
    '1 calls were refused',
  ],
  [
    'empty-queues',
    { ...assumedFindings(), queues: { undelivered: 2, failed: 0 } },
    '2 undelivered',
  ],
];

const rowOf = (findings: Findings, id: string) =>
  judge(ROWS, findings).find((row) => row.id === id);

it('docs/guides/verify.md has every row', () => {
  const page = join(import.meta.dirname, '../../../../docs/guides/verify.md');
  expect(readFileSync(page, 'utf8')).toContain(rowsTable());
});

describe('A deployment in which every assumption holds', () => {
  const rows = judge(ROWS, assumedFindings());

  it('is answered row by row, and nothing follows', () => {
    for (const row of rows) {
      expect(row).toMatchObject({ verdict: 'as_assumed', seen: expect.stringMatching(/\.$/) });
      expect(row).not.toHaveProperty('follows');
    }
    expect(exitCodeOf(rows)).toBe(0);
    expect(reportText(rows)).toContain(`${ROWS.length} as assumed, 0 different, 0 unknown.`);
  });
});

describe('Each row', () => {
  it.each(DEVIATIONS)('%s differs, and says what follows (%#)', (id, findings, seen) => {
    const row = rowOf(findings, id);
    expect(row).toMatchObject({ verdict: 'differs', seen: expect.stringContaining(seen) });
    expect(row?.follows).toBe(ROWS.find((each) => each.id === id)?.followsIfDiffers);
    expect(exitCodeOf([row as NonNullable<typeof row>])).toBe(3);
  });

  it('has a deviation in this test, except what is calculated', () => {
    const tested = new Set(DEVIATIONS.map(([id]) => id));
    expect(ROWS.map(({ id }) => id).filter((id) => !tested.has(id))).toEqual(['largest-output']);
  });

  it('has an id of its own and full sentences', () => {
    expect(new Set(ROWS.map(({ id }) => id)).size).toBe(ROWS.length);
    for (const { assumption, followsIfDiffers } of ROWS) {
      expect(assumption).toMatch(/^[A-Z].*\.$/s);
      expect(followsIfDiffers).toMatch(/^[A-Z].*\.$/s);
    }
  });

  it('says what is unknown where a walk could not be done', () => {
    const nothing = { problem: 'The API did not respond.' };
    const findings: Findings = {
      videos: {
        multipart: nothing,
        put: nothing,
        form: nothing,
        companion: nothing,
        interlaced: nothing,
      },
      cancelled: nothing,
      checksum: nothing,
      unreadable: nothing,
      listed: nothing,
      queues: nothing,
    };
    for (const row of judge(ROWS, findings)) {
      if (row.id === 'largest-output') continue;
      const verdict = row.id.startsWith('path-') ? 'differs' : 'unknown';
      expect(row).toMatchObject({ verdict, seen: expect.stringContaining(nothing.problem) });
    }
    expect(exitCodeOf(judge(ROWS, findings))).toBe(3);
  });

  it('that is unknown alone ends the command with 4', () => {
    const rows = judge(ROWS, { ...assumedFindings(), queues: { problem: 'AccessDenied' } });
    expect(exitCodeOf(rows)).toBe(4);
  });
});
