import { CreateJobCommand } from '@aws-sdk/client-mediaconvert';
import type { DecodedPicture } from '../../src/testing/decode-check.ts';
import { details, type Harness } from './harness.ts';
import { type JobPlan, request } from './job.ts';
import { openStudio, type Studio } from './studio.ts';

let studio: Studio;
let harness: Harness;

beforeAll(async () => {
  studio = await openStudio();
  harness = studio.harness;
});

afterAll(() => studio.close());

describe('orientation and aspect', () => {
  /** The mean luma of each quarter of the still, which shows the position of the white corner. */
  const still = async (file: string, plan: Partial<JobPlan> = {}) => {
    const job = await studio.run(file, {
      heights: [180],
      captures: { every: 1, most: 1 },
      ...plan,
    });
    const { still: picture } = await studio.decode<DecodedPicture>({
      still: { kind: 'still', keys: [`${file}/poster.0000000.jpg`] },
    });
    return { job, picture };
  };
  const bright = (value: number) => (value > 200 ? 'white' : value < 50 ? 'black' : 'grey');

  it.each([
    ['turned.mp4', 'AUTO', { width: 50, height: 90 }, ['black', 'white', 'black', 'black']],
    ['turned.mp4', 'DEGREE_0', { width: 160, height: 90 }, ['white', 'black', 'black', 'black']],
    ['turned.mp4', 'DEGREES_180', { width: 160, height: 90 }, ['black', 'black', 'black', 'white']],
    ['mirrored.mp4', 'AUTO', { width: 160, height: 90 }, ['black', 'white', 'black', 'black']],
  ] as const)('of %s with Rotate %s is right', async (file, rotate, size, quarters) => {
    const { picture } = await still(file, { rotate });
    expect(picture).toMatchObject(size);
    expect(picture?.quarters.map(bright)).toEqual(quarters);
  });

  it('of an anamorphic file becomes that of square pixels if the output has square pixels', async () => {
    const { job } = await still('anamorphic.mp4');
    expect(details(harness.events, job).at(-1)).toMatchObject({
      outputGroupDetails: [
        { outputDetails: [{ videoDetails: { widthInPx: 640, heightInPx: 180 } }] },
        { type: 'FILE_GROUP' },
      ],
    });
  });
});

describe('inputs of other kinds', () => {
  it.each([
    ['odd.mp4', false, { widthInPx: 320, heightInPx: 180 }],
    ['ten-bit.mkv', true, { widthInPx: 320, heightInPx: 180 }],
    ['vp9.webm', false, { widthInPx: 320, heightInPx: 180 }],
    ['broadcast.ts', true, { widthInPx: 320, heightInPx: 180 }],
  ] as const)('%s is transcoded', async (file, audio, size) => {
    const job = await studio.run(file, { audio });
    expect(job).toMatchObject({ Status: 'COMPLETE' });
    expect(job.OutputGroupDetails?.[0]?.OutputDetails?.[0]?.VideoDetails).toEqual({
      WidthInPx: size.widthInPx,
      HeightInPx: size.heightInPx,
    });
  });

  it('a variable frame rate becomes a constant one with the same duration', async () => {
    const job = await studio.run('variable.mkv', { audio: true });
    const [video, audio] = job.OutputGroupDetails?.[0]?.OutputDetails ?? [];
    expect(Math.abs((video?.DurationInMs ?? 0) - (audio?.DurationInMs ?? 0))).toBeLessThan(120);
  });
});

describe('inputs that cannot be transcoded', () => {
  it.each([
    ['sound.mp4', false, 1020, /doesn't have video/],
    ['cut-off.mp4', true, 1076, /truncated/],
    ['empty.mp4', false, 1010, /empty/],
    ['playlist.mp4', false, 1010, /Failed probe\/open/],
    ['vp9.webm', true, 1040, /Audio track \[1\] not found/],
  ] as const)('%s (sound wanted: %s) ends with %i', async (file, audio, code, message) => {
    const job = await studio.run(file, { audio });
    expect(job).toMatchObject({ Status: 'ERROR', ErrorCode: code });
    expect(job.ErrorMessage).toMatch(message);
    const error = details(harness.events, job).at(-1);
    expect(error).toMatchObject({
      status: 'ERROR',
      errorCode: code,
      errorMessage: job.ErrorMessage,
    });
  });

  it('an absent object ends with 1404', async () => {
    const plan = { input: 's3://the-inbox/nothing.mp4', to: 'nothing/' };
    const { Job: job } = await harness.client.send(new CreateJobCommand(request(plan)));
    expect(await harness.ended(job?.Id)).toMatchObject({ Status: 'ERROR', ErrorCode: 1404 });
  });

  it.each(['s3:GetObject', 's3:PutObject'])('a role without %s ends with 1401', async (action) => {
    const input = await studio.upload('vp9.webm');
    harness.denied.add(action);
    const { Job: job } = await harness.client.send(
      new CreateJobCommand(request({ input, to: 'no/' })),
    );
    const ended = await harness.ended(job?.Id);
    harness.denied.delete(action);
    expect(ended).toMatchObject({ Status: 'ERROR', ErrorCode: 1401 });
  });
});
