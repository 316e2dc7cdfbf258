import { TransientError } from '../../../../core/transient-error.ts';
import { mediaOf } from '../../../../core/uploads/parse-records.ts';
import { uploadItemKey } from '../../../../core/uploads/records.ts';
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

const OTHER_ID = '019cb735-1b52-7000-8000-0123456789ab';
const otherUpload = uploadIn('validating', { ...uploadItemKey(OTHER_ID), uploadId: OTHER_ID });

describe('Inspecting an upload', () => {
  const input = {
    uploadId: UPLOAD_ID,
    bucket: 'sources',
    key: `uploads/YQ/${UPLOAD_ID}/source`,
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
    const { ports, table, calls } = inMemoryPorts();
    table.add(uploadIn('validating'));
    return { seen, table, calls, ports: { ...ports, inspector: { inspect }, policy } };
  }

  it.each([false, true])(
    'returns the facts, the job and whether it is reviewed: %s',
    async (review) => {
      const { ports } = inspecting({ outcome: 'accepted', media }, review);
      const inspected = await inspectUpload(ports, input, NOW);
      expect(inspected).toMatchObject({ outcome: 'accepted', media, review, counters });
      if (inspected.outcome !== 'accepted') throw new Error('It was rejected.');
      const job = JSON.stringify(inspected.job);
      expect(job).toContain(`s3://outputs/videos/${UPLOAD_ID}/`);
      expect(job).toContain(`s3://sources/uploads/YQ/${UPLOAD_ID}/source`);
      expect(inspected.job).toMatchObject({ ClientRequestToken: UPLOAD_ID });
    },
  );

  describe('whose owner has a budget of output', () => {
    /** 12 seconds in the renditions 360p and 270p. */
    const SECONDS = 24;
    const inspectingWith = (outputMinutesPerDay: number) => {
      const made = inspecting({ outcome: 'accepted', media });
      return { ...made, ports: { ...made.ports, budgets: { outputMinutesPerDay } } };
    };
    const used = (table: { days: Map<string, object> }) => [...table.days.values()];

    it('reserves the duration once for each rendition, and once for the upload', async () => {
      const { ports, table } = inspectingWith(1);
      expect(await inspectUpload(ports, input, NOW)).toMatchObject({ outcome: 'accepted' });
      expect(await inspectUpload(ports, input, NOW)).toMatchObject({ outcome: 'accepted' });
      expect(used(table)).toMatchObject([{ outputSeconds: SECONDS }]);
      expect(table.items.get(UPLOAD_ID)).toMatchObject({ outputSeconds: SECONDS });
    });

    it('fails where the day has no room, and is accepted the next day', async () => {
      const { ports, table } = inspectingWith(1);
      await ports.outputBudget.reserve(
        { uploadId: table.add(otherUpload).uploadId, owner: 'YQ' },
        { amount: 'outputSeconds', count: 37, limit: 60 },
        NOW,
      );
      expect(await inspectUpload(ports, input, NOW)).toEqual({
        outcome: 'failed',
        reason: {
          code: 'daily_output_exceeded',
          detail:
            '37 of 60 seconds of output of 2026-03-04 are used, and the video needs 24; the next day begins at 2026-03-05T00:00:00.000Z.',
        },
        counters,
      });
      expect(table.items.get(UPLOAD_ID)).not.toHaveProperty('outputSeconds');
      const tomorrow = await inspectUpload(ports, input, NOW + 86_400_000);
      expect(tomorrow).toMatchObject({ outcome: 'accepted' });
    });

    it('fails without a write where nothing is allowed', async () => {
      const { ports, calls } = inspectingWith(0);
      expect(await inspectUpload(ports, input, NOW)).toMatchObject({ outcome: 'failed' });
      expect(calls.made).not.toContain('outputBudget.reserve');
    });

    it('is tried again where the budget has room again', async () => {
      const { ports, table, calls } = inspectingWith(1);
      await ports.outputBudget.reserve(
        { uploadId: table.add(otherUpload).uploadId, owner: 'YQ' },
        { amount: 'outputSeconds', count: 60, limit: 60 },
        NOW,
      );
      calls.before('outputBudget.used', () => table.days.clear());
      await expect(inspectUpload(ports, input, NOW)).rejects.toThrow(TransientError);
    });

    it('reserves nothing for a file that is rejected', async () => {
      const { ports, table } = inspecting({ outcome: 'rejected', reason: { code: 'not_a_video' } });
      await inspectUpload(ports, input, NOW);
      expect(used(table)).toEqual([]);
    });
  });

  it('returns the reason of a rejection, and no job', async () => {
    const { ports } = inspecting({ outcome: 'rejected', reason: { code: 'not_a_video' } });
    expect(await inspectUpload(ports, input, NOW)).toEqual({
      outcome: 'rejected',
      reason: { code: 'not_a_video' },
      counters,
    });
  });

  it.each(['abc', '"abc"'])('reads the version with ETag %s, in quotes', async (etag) => {
    const { ports, seen } = inspecting({ outcome: 'rejected', reason: { code: 'not_a_video' } });
    await inspectUpload(ports, { ...input, etag }, NOW);
    const { bucket, key, versionId, size, declared } = input;
    const object = { bucket, key, versionId, size, etag: '"abc"' };
    expect(seen).toEqual([[object, declared, ports.policy]]);
  });
});
