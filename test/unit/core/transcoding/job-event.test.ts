import fc from 'fast-check';
import {
  END_STATUSES,
  PROGRESS_STEP_PERCENT,
  readJobEnd,
  readJobEvent,
} from '../../../../core/transcoding/job-event.ts';

const UPLOAD = '019b7c2e-5a3e-7000-8000-0123456789ab';

/** As MediaConvert's user guide shows it, with our user metadata. */
function jobEvent(detail: object = {}, envelope: object = {}) {
  return {
    version: '0',
    id: '1234abcd-12ab-34cd-56ef-1234567890ab',
    'detail-type': 'MediaConvert Job State Change',
    source: 'aws.mediaconvert',
    account: '111122223333',
    time: '2026-01-02T03:04:05Z',
    region: 'us-west-2',
    resources: ['arn:aws:mediaconvert:us-west-2:111122223333:jobs/1671477617078-2886ye'],
    detail: {
      timestamp: 1671477681737,
      accountId: '111122223333',
      queue: 'arn:aws:mediaconvert:us-west-2:111122223333:queues/Default',
      jobId: '1671477617078-2886ye',
      status: 'STATUS_UPDATE',
      userMetadata: { uploadId: UPLOAD },
      framesDecoded: 353,
      jobProgress: {
        phaseProgress: { TRANSCODING: { status: 'PROGRESSING', percentComplete: 2 } },
        jobPercentComplete: 7,
        currentPhase: 'TRANSCODING',
        retryCount: 0,
      },
      ...detail,
    },
    ...envelope,
  };
}

const begun = { jobId: '1671477617078-2886ye', uploadId: UPLOAD, attempt: 1, percent: 0 };

describe('An event of MediaConvert', () => {
  it('contains the job of an upload and its progress', () => {
    expect(readJobEvent(jobEvent())).toEqual({ ...begun, percent: 5 });
  });

  it('names the attempt of the upload, and is ignored if it names none that can exist', () => {
    const of = (attempt: string) =>
      readJobEvent(jobEvent({ userMetadata: { uploadId: UPLOAD, attempt } }));
    expect(of('2')?.attempt).toBe(2);
    for (const attempt of ['0', '-1', '1.5', 'two', '']) expect(of(attempt)).toBeUndefined();
  });

  it.each([
    [4.9, 0],
    [5, 5],
    [99.9, 95],
    [100, 100],
  ])('reports %d percent as %d: in steps of five', (jobPercentComplete, percent) => {
    const event = jobEvent({ jobProgress: { jobPercentComplete } });
    expect(readJobEvent(event)).toEqual({ ...begun, percent });
  });

  it('contains the job without a percentage when the job starts', () => {
    const event = jobEvent({ status: 'PROGRESSING', jobProgress: undefined });
    expect(readJobEvent(event)).toEqual(begun);
  });

  it.each([undefined, {}, { jobPercentComplete: null }, { jobPercentComplete: 101 }, 'soon'])(
    'names the job where the percentage is not known (%j)',
    (jobProgress) => {
      expect(readJobEvent(jobEvent({ jobProgress }))).toEqual(begun);
    },
  );

  it.each([
    ['of a job that ended', jobEvent({ status: 'COMPLETE' })],
    ['of a job that names no upload', jobEvent({ userMetadata: {} })],
    ['of a job that names something else', jobEvent({ userMetadata: { uploadId: '17' } })],
    ['without a job', jobEvent({ jobId: undefined })],
    ['of another source', jobEvent({}, { source: 'reelgate' })],
  ])('%s is not for us', (_, event) => {
    expect(readJobEvent(event)).toBeUndefined();
  });

  it('never throws, and its progress is 0 to 100 percent', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          fc.anything().map((jobProgress) => jobEvent({ jobProgress })),
          fc
            .double()
            .map((jobPercentComplete) => jobEvent({ jobProgress: { jobPercentComplete } })),
        ),
        (event) => {
          const percent = readJobEvent(event)?.percent ?? 0;
          expect(percent >= 0 && percent <= 100 && percent % PROGRESS_STEP_PERCENT === 0).toBe(
            true,
          );
        },
      ),
    );
  });
});

describe('The end of a job', () => {
  it.each(END_STATUSES)('is read from an event with the status %s', (status) => {
    expect(readJobEnd(jobEvent({ status }))).toEqual({
      uploadId: UPLOAD,
      attempt: 1,
      endedAt: Date.parse('2026-01-02T03:04:05Z'),
    });
  });

  it.each([
    ['a status before the end', jobEvent({ status: 'PROGRESSING' })],
    ['another source', jobEvent({ status: 'COMPLETE' }, { source: 'aws.s3' })],
    ['an id that is none', jobEvent({ status: 'COMPLETE', userMetadata: { uploadId: 'u' } })],
    ['no time', jobEvent({ status: 'COMPLETE' }, { time: 'now' })],
    ['nothing', undefined],
  ])('is not in an event with %s', (_, event) => {
    expect(readJobEnd(event)).toBeUndefined();
  });
});
