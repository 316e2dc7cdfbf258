import { openAsBlob } from 'node:fs';
import { join } from 'node:path';
import { ListJobsCommand, MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { upload, watch } from '@reelgate/client';
import type { Upload } from '../../core/contract/upload.ts';
import { playbackOf } from '../../tools/cloud/playback-of.ts';
import { checkPlayback } from '../../tools/demo/check-playback.ts';
import { contentTypeOf } from '../../tools/demo/content-type.ts';
import { executionFacts } from '../../tools/demo/execution-facts.ts';
import { recordedExecution } from '../../tools/demo/recorded-execution.ts';
import { type HostedCloud, hostCloud } from '../kit/hosted-cloud.ts';

const MEDIA = join(import.meta.dirname, '..', 'fixtures', 'media');

let cloud: HostedCloud;
let states: SFNClient;
let transcoder: MediaConvertClient;

beforeAll(async () => {
  cloud = await hostCloud();
  const { services } = cloud.hosted.endpoints;
  const options = {
    region: 'us-east-1',
    endpoint: services,
    credentials: cloud.hosted.operator,
  };
  states = new SFNClient(options);
  transcoder = new MediaConvertClient(options);
});

afterAll(async () => {
  states?.destroy();
  transcoder?.destroy();
  await cloud?.close();
});

/** Uploads a file as `uploader-a` and waits until it has ended. */
async function through(file: Blob, fileName: string): Promise<Upload> {
  const token = await cloud.tokenOf('uploader-a');
  const api = { api: cloud.hosted.api, getToken: () => token };
  const accepted = await upload(file, { ...api, fileName, contentType: contentTypeOf(fileName) })
    .done;
  return watch(accepted.id, { ...api, everyMs: 200 });
}

const fixture = (name: string) => openAsBlob(join(MEDIA, name));

describe('A valid video', () => {
  it.each([
    ['sample.mp4', { width: 1080, height: 720 }],
    ['sample_portrait.mp4', { width: 720, height: 1080 }],
    ['sample_video_only.mp4', { width: 1080, height: 720 }],
    ['bear-vp9.webm', { width: 320, height: 240 }],
    ['sample_h264.m2ts', { width: 854, height: 480 }],
  ])('%s ends ready, and what came out decodes in the right shape', async (name, shape) => {
    const ended = await through(await fixture(name), name);
    expect({ status: ended.status, reason: ended.reason }).toEqual({ status: 'ready' });
    expect(ended.media?.video[0]).toMatchObject({
      displayWidth: shape.width,
      displayHeight: shape.height,
    });
    const token = await cloud.tokenOf('uploader-a');
    const playback = await playbackOf(cloud.hosted.api, token, ended.id);
    const { renditions } = await checkPlayback(playback, () => {});
    for (const { width, height } of renditions) {
      expect(Math.abs(width / height - shape.width / shape.height)).toBeLessThan(0.02);
      expect(height).toBeLessThanOrEqual(shape.height);
    }
  });

  it('takes seven transitions and two Lambda invocations', async () => {
    const ended = await through(await fixture('sample_video_only.mp4'), 'silent.mp4');
    expect(ended.status).toBe('ready');
    const execution = await recordedExecution(cloud.hosted, ended.id);
    const facts = await executionFacts(cloud.hosted, execution ?? '');
    expect(facts.transitions).toBe(7);
    expect(facts.lambdaInvocations).toBe(2);
    expect(facts.inspect?.reads).toBeLessThanOrEqual(32);
    expect(facts.inspect?.bytes).toBeLessThanOrEqual(8 * 1024 * 1024);
  });
});

describe('An invalid file', () => {
  const text = (body: string) => new Blob([body]);
  it.each([
    ['sound without a picture', () => fixture('sample_audio_only.mp4'), ['audio_only']],
    [
      'half of a video',
      async () => (await fixture('sample.mp4')).slice(0, 50_000),
      ['media_damaged'],
    ],
    ['a text file', () => text('Only words.\n'.repeat(100)), ['not_a_video']],
    ['a page', () => text('<!doctype html><title>No video</title>'), ['not_a_video']],
    [
      'a playlist',
      () => text('#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n'),
      ['playlist_not_video'],
    ],
  ])('%s, named .mp4, ends rejected with its reason', async (_what, file, codes) => {
    const ended = await through(await file(), 'film.mp4');
    expect(ended.status).toBe('rejected');
    expect(codes).toContain(ended.reason?.code);
    expect(ended.timeline.at(-1)).toMatchObject({ to: 'rejected', why: ended.reason?.code });
  });
});

describe('The same event, delivered five times', () => {
  it('is processed by one execution, whether the others arrive at once or later', async () => {
    const ended = await through(await fixture('sample_video_only.mp4'), 'once.mp4');
    const first = await recordedExecution(cloud.hosted, ended.id);
    const described = await states.send(new DescribeExecutionCommand({ executionArn: first }));
    const again = () =>
      states.send(
        new StartExecutionCommand({
          stateMachineArn: cloud.hosted.stateMachine,
          input: described.input,
        }),
      );
    const later = await Promise.all([again(), again(), again(), again()]);
    for (const { executionArn } of later) {
      expect(await statesOf(executionArn)).not.toContain('Inspect');
    }
    expect(await jobsOf(ended.id)).toBe(1);
    expect(await recordedExecution(cloud.hosted, ended.id)).toBe(first);
  });
});

/** The states that an execution entered; waits until it has succeeded. */
async function statesOf(executionArn: string | undefined): Promise<string[]> {
  for (;;) {
    const { status } = await states.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'SUCCEEDED') break;
    if (status !== 'RUNNING') throw new Error(`The execution ended ${status}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { events = [] } = await states.send(new GetExecutionHistoryCommand({ executionArn }));
  return events.flatMap((event) => event.stateEnteredEventDetails?.name ?? []);
}

async function jobsOf(uploadId: string): Promise<number> {
  const { Jobs = [] } = await transcoder.send(new ListJobsCommand({ MaxResults: 20 }));
  return Jobs.filter((job) => JSON.stringify(job.UserMetadata ?? {}).includes(uploadId)).length;
}
