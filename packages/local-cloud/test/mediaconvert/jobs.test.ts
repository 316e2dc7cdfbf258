import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CancelJobCommand,
  CreateJobCommand,
  GetJobCommand,
  GetQueueCommand,
  type Job,
  ListJobsCommand,
  ListTagsForResourceCommand,
  SearchJobsCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-mediaconvert';
import type { CloudEvent } from '../../src/shared/events.ts';
import { until } from '../waiting.ts';
import { details, type Harness, put, ROLE, runScript, startHarness, statuses } from './harness.ts';
import { type JobPlan, request } from './job.ts';

let media: string;

beforeAll(async () => {
  media = await mkdtemp(join(tmpdir(), 'media-'));
  await runScript('make-media.ts', [media, 'vp9.webm', 'long.mp4']);
});

afterAll(() => rm(media, { recursive: true }));

type Media = () => Promise<JobPlan>;

/** Opens an engine for one test. The job `quick` takes a second, `long` several. */
async function withEngine(
  options: Parameters<typeof startHarness>[0],
  test: (harness: Harness, quick: Media, long: Media) => Promise<void>,
): Promise<void> {
  const harness = await startHarness(options);
  try {
    const quick = async () => ({ input: await put(harness.s3, media, 'vp9.webm'), to: 'quick/' });
    const long = async () => ({
      input: await put(harness.s3, media, 'long.mp4'),
      to: 'long/',
      heights: [720],
    });
    await test(harness, quick, long);
  } finally {
    await harness.stop();
  }
}

const create = async (harness: Harness, ...of: Parameters<typeof request>): Promise<Job> => {
  const { Job: job } = await harness.client.send(new CreateJobCommand(request(...of)));
  if (job === undefined) throw new Error('CreateJob returned no job.');
  return job;
};

const nothing = { input: 's3://the-inbox/nothing.mp4', to: 'nothing/' };

describe('creating a job', () => {
  it('returns the requested job', () =>
    withEngine({}, async (harness) => {
      const job = await create(harness, nothing, { Tags: { uploadId: 'u-1' } });
      expect(job).toMatchObject({
        Id: expect.stringMatching(/^\d{13}-[a-z0-9]{6}$/),
        Arn: `arn:aws:mediaconvert:us-east-1:000000000000:jobs/${job.Id}`,
        Role: ROLE,
        StatusUpdateInterval: 'SECONDS_60',
        UserMetadata: { uploadId: 'u-1' },
        Settings: request(nothing).Settings,
      });
      expect(job.CreatedAt?.getTime()).toBeCloseTo(harness.clock.now(), -4);
    }));

  it('twice with the same token within a minute creates one job, later another one', () =>
    withEngine({}, async (harness) => {
      const token = { ClientRequestToken: 'token-1' };
      const first = await create(harness, nothing, token);
      harness.clock.advance(59_000);
      expect((await create(harness, nothing, token)).Id).toBe(first.Id);
      harness.clock.advance(2_000);
      expect((await create(harness, nothing, token)).Id).not.toBe(first.Id);
    }));

  it('above the rate is refused, until the rate allows it again', () =>
    withEngine({ createJobRate: { rate: 0.01, burst: 3 } }, async (harness) => {
      for (let job = 0; job < 3; job += 1) await create(harness, nothing);
      await expect(create(harness, nothing)).rejects.toMatchObject({
        name: 'TooManyRequestsException',
        $metadata: { httpStatusCode: 429 },
      });
      harness.clock.advance(100_000);
      await create(harness, nothing);
      await expect(create(harness, nothing)).rejects.toThrow('Too Many Requests');
    }));

  it('with the token of another job within a minute is a conflict', () =>
    withEngine({}, async (harness) => {
      const token = { ClientRequestToken: 'token-1' };
      await create(harness, nothing, token);
      await expect(create(harness, { ...nothing, to: 'other/' }, token)).rejects.toMatchObject({
        name: 'ConflictException',
        $metadata: { httpStatusCode: 409 },
      });
    }));

  it('needs iam:PassRole for the role and mediaconvert:CreateJob', () =>
    withEngine({}, async (harness) => {
      for (const action of ['iam:PassRole', 'mediaconvert:CreateJob']) {
        harness.denied.add(action);
        await expect(create(harness, nothing)).rejects.toMatchObject({
          name: 'AccessDeniedException',
          $metadata: { httpStatusCode: 403 },
        });
        harness.denied.clear();
      }
      expect(harness.asked).toContain(`iam:PassRole ${ROLE}`);
    }));

  it.each([
    ['a role that is not an ARN', { Role: 'transcoder' }, /\/role: .*ARN.*"transcoder"/],
    ['another queue', { Queue: 'fast' }, /\/queue: .*Default.*"fast"/],
    [
      'a character that metadata cannot contain',
      { UserMetadata: { name: 'a&b' } },
      /\/userMetadata\/name: .*"a&b"/,
    ],
    [
      'acceleration',
      { AccelerationSettings: { Mode: 'ENABLED' as const } },
      /\/accelerationSettings\/mode: .*DISABLED.*"ENABLED"/,
    ],
    ['no settings', { Settings: {} }, /\/inputs: .*\/outputGroups: /],
  ])('refuses %s by its path', (_, more, message) =>
    withEngine({}, async (harness) => {
      await expect(create(harness, nothing, more)).rejects.toMatchObject({
        name: 'BadRequestException',
        message: expect.stringMatching(message),
      });
    }),
  );
});

describe('the queue', () => {
  it('runs jobs up to the limit, by priority and then in order', () =>
    withEngine({ limits: { maxConcurrentJobs: 1 } }, async (harness, quick, long) => {
      const running = await create(harness, await long());
      const second = await create(harness, await quick());
      const urgent = await create(harness, await quick(), { Priority: 10 });
      const { Queue: queue } = await harness.client.send(new GetQueueCommand({ Name: 'Default' }));
      expect(queue).toMatchObject({ SubmittedJobsCount: 2, ProgressingJobsCount: 1 });
      await harness.client.send(new CancelJobCommand({ Id: running.Id }));
      await Promise.all([harness.ended(second.Id), harness.ended(urgent.Id)]);
      const started = harness.events
        .map(({ detail }) => detail as { status: string; jobId: string })
        .filter(({ status }) => status === 'PROGRESSING')
        .map(({ jobId }) => jobId);
      expect(started).toEqual([running.Id, urgent.Id, second.Id]);
    }));

  it('lists jobs by status, newest first, a page at a time, and finds them by input', () =>
    withEngine({}, async (harness) => {
      const made: (string | undefined)[] = [];
      for (let count = 0; count < 5; count += 1) {
        const { Id: id } = await create(harness, { ...nothing, to: `${count}/` });
        made.unshift(id);
      }
      await Promise.all(made.map((id) => harness.ended(id)));
      const seen: (string | undefined)[] = [];
      let NextToken: string | undefined;
      do {
        const page = await harness.client.send(
          new ListJobsCommand({ Status: 'ERROR', MaxResults: 2, NextToken }),
        );
        expect(page.Jobs?.length).toBeLessThanOrEqual(2);
        seen.push(...(page.Jobs ?? []).map(({ Id: id }) => id));
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      expect(seen).toEqual(made);
      const none = await harness.client.send(new ListJobsCommand({ Status: 'COMPLETE' }));
      expect(none.Jobs).toEqual([]);
      const found = await harness.client.send(new SearchJobsCommand({ InputFile: 'nothing' }));
      expect(found.Jobs).toHaveLength(5);
    }));
});

describe('cancelling', () => {
  it('ends a running job at once, with one event', () =>
    withEngine({}, async (harness, _, long) => {
      const job = await create(harness, await long());
      await until(() => statuses(harness.events, job).includes('INPUT_INFORMATION'));
      await harness.client.send(new CancelJobCommand({ Id: job.Id }));
      expect(await harness.ended(job.Id)).toMatchObject({ Status: 'CANCELED' });
      // Waits for the end of the job's process.
      await harness.restart();
      expect(statuses(harness.events, job)).toEqual([
        'PROGRESSING',
        'INPUT_INFORMATION',
        'CANCELED',
      ]);
    }));

  it('of an ended job is a conflict, of an unknown one not found', () =>
    withEngine({}, async (harness) => {
      const job = await create(harness, nothing);
      await harness.ended(job.Id);
      await expect(harness.client.send(new CancelJobCommand({ Id: job.Id }))).rejects.toMatchObject(
        { name: 'ConflictException' },
      );
      await expect(harness.client.send(new GetJobCommand({ Id: 'x' }))).rejects.toMatchObject({
        name: 'NotFoundException',
        $metadata: { httpStatusCode: 404 },
      });
    }));
});

describe('tags', () => {
  it('come with the job, and can be added and removed', () =>
    withEngine({}, async (harness) => {
      const { Arn } = await create(harness, nothing, { Tags: { uploadId: 'u-1' } });
      await harness.client.send(new TagResourceCommand({ Arn, Tags: { owner: 'a', more: 'b' } }));
      await harness.client.send(new UntagResourceCommand({ Arn, TagKeys: ['more'] }));
      const { ResourceTags } = await harness.client.send(new ListTagsForResourceCommand({ Arn }));
      expect(ResourceTags).toEqual({ Arn, Tags: { owner: 'a', uploadId: 'u-1' } });
    }));
});

describe('the events of a job', () => {
  it('include its progress once in each interval', () =>
    withEngine({}, async (harness, _, long) => {
      const job = await create(harness, await long(), { StatusUpdateInterval: 'SECONDS_10' });
      await until(async () => {
        const { Job: now } = await harness.client.send(new GetJobCommand({ Id: job.Id }));
        return (now?.JobPercentComplete ?? 0) > 0;
      });
      harness.clock.advance(10_000);
      await until(() => statuses(harness.events, job).includes('STATUS_UPDATE'));
      const update = details(harness.events, job).find(({ status }) => status === 'STATUS_UPDATE');
      expect(update).toMatchObject({
        framesDecoded: expect.any(Number),
        jobProgress: {
          currentPhase: 'TRANSCODING',
          jobPercentComplete: expect.any(Number),
          phaseProgress: {
            PROBING: { status: 'COMPLETE', percentComplete: 100 },
            TRANSCODING: { status: 'PROGRESSING' },
            UPLOADING: { status: 'PENDING', percentComplete: 0 },
          },
        },
      });
      await harness.client.send(new CancelJobCommand({ Id: job.Id }));
    }));

  it('are sent again until the bus accepts them, in order and after a restart', async () => {
    const accepted: CloudEvent[] = [];
    let open = false;
    const emit = (event: CloudEvent) => {
      if (!open) throw new Error('The bus is closed.');
      accepted.push(event);
    };
    await withEngine({ emit }, async (harness) => {
      const job = await create(harness, nothing);
      await harness.ended(job.Id);
      expect(accepted).toEqual([]);
      await harness.restart();
      expect(accepted).toEqual([]);
      open = true;
      harness.clock.advance(1000);
      await until(() => accepted.length > 0);
      expect(statuses(accepted, job)).toEqual(['PROGRESSING', 'ERROR']);
    });
  });
});

describe('a restart', () => {
  it('restarts a running job and keeps the queue', () =>
    withEngine({ limits: { maxConcurrentJobs: 1 } }, async (harness, quick, long) => {
      const running = await create(harness, { ...(await long()), heights: [90] });
      const waiting = await create(harness, await quick());
      await until(() => statuses(harness.events, running).includes('INPUT_INFORMATION'));
      await harness.restart();
      expect(await harness.ended(running.Id)).toMatchObject({ Status: 'COMPLETE' });
      expect(await harness.ended(waiting.Id)).toMatchObject({ Status: 'COMPLETE' });
      const seen = statuses(harness.events, running);
      expect(seen.filter((status) => status === 'COMPLETE')).toHaveLength(1);
    }));
});

describe('limits', () => {
  it('end a job that takes too long with 1522', () =>
    withEngine({ limits: { maxJobMs: 60_000 } }, async (harness, _, long) => {
      const job = await create(harness, await long());
      await until(() => statuses(harness.events, job).includes('INPUT_INFORMATION'));
      harness.clock.advance(60_000);
      expect(await harness.ended(job.Id)).toMatchObject({ Status: 'ERROR', ErrorCode: 1522 });
    }));

  it('end a job that needs too much memory with 1999', () =>
    withEngine({ limits: { maxMemoryBytes: 50 * 1024 * 1024 } }, async (harness, _, long) => {
      const job = await create(harness, await long());
      expect(await harness.ended(job.Id)).toMatchObject({
        Status: 'ERROR',
        ErrorCode: 1999,
        ErrorMessage: 'The job needed more than 50 MiB of memory',
      });
    }));

  it('end a job whose role cannot be assumed with 1434', async () => {
    const credentialsFor = () => {
      throw new Error('The role does not trust mediaconvert.amazonaws.com.');
    };
    await withEngine({ credentialsFor }, async (harness, quick) => {
      const job = await create(harness, await quick());
      expect(await harness.ended(job.Id)).toMatchObject({ Status: 'ERROR', ErrorCode: 1434 });
    });
  });
});
