import { failureCodes, reasons } from '../../../../core/contract/reasons.ts';
import { transcodeJob } from '../../../../core/transcoding/transcode-job.ts';
import { mediaOf } from '../../../../core/uploads/parse-records.ts';
import { jobOfRecord, nextAttempt } from '../../../../core/uploads/retry.ts';
import { minutesAgo, NOW, UPLOAD_ID, uploadIn } from '../../../kit/ports/upload-fixture.ts';

const POLICY = { maximumAttempts: 3 };
const { execution, object, media } = uploadIn('transcoding');

/** An upload that failed in `status`. */
function failedIn(status: string, more: object = {}) {
  const at = minutesAgo(60);
  const timeline = [status, 'failed'].map((to) => ({ at, to, by: 'workflow' }));
  return uploadIn('failed', { execution, object, media, timeline, ...more });
}

const stepOf = (status: string, more: object = {}) =>
  nextAttempt(failedIn(status, more), POLICY, NOW);

describe('The next attempt of a failed upload', () => {
  it.each([
    ['validating', 'inspect', {}],
    ['in_review', 'review', {}],
    ['transcoding', 'transcode', {}],
    ['transcoding', 'transcode', { failedStep: 'transcode', jobId: 'job-1' }],
  ])('that failed while %s begins at %s', (status, step, more) => {
    expect(stepOf(status, more)).toEqual({ attempt: 2, step, status, jobId: undefined });
  });

  it('publishes the outputs of a job that is complete', () => {
    const more = { failedStep: 'publish', jobId: 'job-1', reason: { code: 'publish_failed' } };
    expect(stepOf('transcoding', { ...more, attempt: 2 })).toEqual({
      attempt: 3,
      step: 'publish',
      status: 'transcoding',
      jobId: 'job-1',
    });
  });

  it.each([
    { jobId: 'job-1', reason: { code: 'outputs_missing' } },
    { jobId: 'job-1', reason: { code: 'outputs_invalid' } },
    { reason: { code: 'publish_failed' } },
  ])('creates another job where publishing cannot succeed: %j', (more) => {
    expect(stepOf('transcoding', { failedStep: 'publish', ...more })).toMatchObject({
      step: 'transcode',
      jobId: undefined,
    });
  });

  it('follows the timeline where the workflow has lost the response to its last write', () => {
    expect(stepOf('transcoding', { failedStep: 'inspect' })).toMatchObject({ step: 'transcode' });
  });

  it('is refused until tomorrow where the day’s output was used up, and uses no attempt', () => {
    const reason = { code: 'daily_output_exceeded', detail: '1 of 1 seconds' };
    const item = failedIn('validating', { reason });
    expect(nextAttempt(item, POLICY, NOW)).toEqual({
      outcome: 'refused',
      code: 'daily_output_exceeded',
      detail: '1 of 1 seconds',
      retryAfterSeconds: 68_033,
    });
    const tomorrow = NOW + 68_033_000;
    expect(nextAttempt(item, POLICY, tomorrow)).toMatchObject({ attempt: 2, step: 'inspect' });
  });

  it.each(failureCodes)(
    'is refused for %s exactly if the catalogue says that it is not retryable',
    (code) => {
      const next = nextAttempt(failedIn('transcoding', { reason: { code } }), POLICY, NOW);
      const isRefused = 'outcome' in next && next.code === 'retry_not_possible';
      expect(isRefused).toBe(!reasons[code].retryable);
    },
  );

  it('is refused for an upload that no execution has claimed', () => {
    const unclaimed = uploadIn('failed');
    expect(nextAttempt(unclaimed, POLICY, NOW)).toMatchObject({ code: 'retry_not_possible' });
  });

  it('is refused after the last attempt', () => {
    expect(stepOf('validating', { attempt: 2 })).toMatchObject({ attempt: 3 });
    expect(stepOf('validating', { attempt: 3 })).toEqual({
      outcome: 'refused',
      code: 'attempts_used_up',
      detail: `Upload ${UPLOAD_ID} was tried 3 times; at most 3 are allowed.`,
    });
  });
});

describe('The job of a record', () => {
  const buckets = { sourceBucket: 'sources', outputBucket: 'outputs' };

  it('is the one that the inspection made from the same media', () => {
    const item = failedIn('transcoding');
    const facts = mediaOf(item);
    if (!facts) throw new Error('The fixture has no media.');
    expect(jobOfRecord(item, buckets)).toEqual(
      transcodeJob({
        uploadId: UPLOAD_ID,
        facts,
        sourceKey: item.objectKey,
        clientRequestToken: UPLOAD_ID,
        ...buckets,
      }),
    );
  });

  it('is not known before the inspection', () => {
    expect(jobOfRecord(failedIn('validating', { media: undefined }), buckets)).toBeUndefined();
  });
});
