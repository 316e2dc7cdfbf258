import { mediaOf } from '../../../../core/uploads/parse-records.ts';
import { defaultUploadPolicy } from '../../../../core/uploads/upload-policy.ts';
import type { Inspection } from '../../../../functions/ports/inspection.ts';
import { inspectUpload } from '../../../../functions/use-cases/inspect-upload.ts';
import { recordJob } from '../../../../functions/use-cases/record-job.ts';
import { inMemoryPorts } from '../../../kit/ports/in-memory-ports.ts';
import { minutesAgo, NOW, UPLOAD_ID, uploadIn } from '../../../kit/ports/upload-fixture.ts';

function jobEvent(jobId: string, jobPercentComplete: number, uploadId = UPLOAD_ID) {
  return {
    source: 'aws.mediaconvert',
    detail: {
      status: 'STATUS_UPDATE',
      jobId,
      userMetadata: { uploadId },
      jobProgress: { jobPercentComplete },
    },
  };
}

describe('An event of a job', () => {
  it('is recorded with its progress', async () => {
    const { ports, table } = inMemoryPorts();
    table.add(uploadIn('transcoding'));
    expect(await recordJob(ports, jobEvent('job-1', 42), NOW)).toBe('recorded');
    expect(table.items.get(UPLOAD_ID)).toMatchObject({
      jobId: 'job-1',
      transcodePercent: 40,
      updatedAt: minutesAgo(0),
    });
  });

  it.each([
    ['of another kind', { source: 'aws.s3' }],
    ['of an older progress', jobEvent('job-1', 10)],
    ['of another job', jobEvent('job-2', 90)],
    ['of an unknown upload', jobEvent('job-1', 90, '019cb735-1b52-7000-8000-000000000000')],
  ])('is ignored that is %s', async (_, event) => {
    const { ports, table } = inMemoryPorts();
    const item = table.add(uploadIn('transcoding', { jobId: 'job-1', transcodePercent: 50 }));
    expect(await recordJob(ports, event, NOW)).toBe('ignored');
    expect(table.items.get(UPLOAD_ID)).toEqual(item);
  });
});

describe('Inspecting an upload', () => {
  const input = {
    uploadId: UPLOAD_ID,
    bucket: 'sources',
    key: 'uploads/YQ/x/source',
    versionId: 'v1',
    etag: 'abc',
    size: 12_000_000,
    declared: { contentType: 'video/mp4', size: 12_000_000 },
  };
  const counters = { reads: 3, bytes: 99, ms: 5 };
  const media = mediaOf(uploadIn('ready'));
  if (!media) throw new Error('The fixture has media facts.');

  function inspecting(inspection: Inspection, review = false) {
    const seen: unknown[] = [];
    const policy = { ...defaultUploadPolicy, review };
    const inspect = async (...args: unknown[]) => {
      seen.push(args);
      return { inspection, counters };
    };
    return { seen, ports: { inspector: { inspect }, policy, outputBucket: 'outputs' } };
  }

  it.each([false, true])(
    'returns the facts, the job and whether it is reviewed: %s',
    async (review) => {
      const { ports } = inspecting({ outcome: 'accepted', media }, review);
      const inspected = await inspectUpload(ports, input);
      expect(inspected).toMatchObject({ outcome: 'accepted', media, review, counters });
      if (inspected.outcome !== 'accepted') throw new Error('It was rejected.');
      const job = JSON.stringify(inspected.job);
      expect(job).toContain(`s3://outputs/videos/${UPLOAD_ID}/`);
      expect(job).toContain('s3://sources/uploads/YQ/x/source');
      expect(inspected.job).toMatchObject({ ClientRequestToken: UPLOAD_ID });
    },
  );

  it('returns the reason of a rejection, and no job', async () => {
    const { ports } = inspecting({ outcome: 'rejected', reason: { code: 'not_a_video' } });
    expect(await inspectUpload(ports, input)).toEqual({
      outcome: 'rejected',
      reason: { code: 'not_a_video' },
      counters,
    });
  });

  it.each(['abc', '"abc"'])('reads the version with ETag %s, in quotes', async (etag) => {
    const { ports, seen } = inspecting({ outcome: 'rejected', reason: { code: 'not_a_video' } });
    await inspectUpload(ports, { ...input, etag });
    const { bucket, key, versionId, size, declared } = input;
    const object = { bucket, key, versionId, size, etag: '"abc"' };
    expect(seen).toEqual([[object, declared, ports.policy]]);
  });
});
