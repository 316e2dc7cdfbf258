import type { Job } from '@aws-sdk/client-mediaconvert';
import type { DecodedPicture, DecodedSound } from '../../src/testing/decode-check.ts';
import type { JobPlan } from './job.ts';
import { openStudio, type Studio } from './studio.ts';

let studio: Studio;

beforeAll(async () => {
  studio = await openStudio(
    ...['pq.mp4', 'hlg.mp4', 'untagged.mp4', 'full-range.mp4', 'interlaced.ts', 'fast.mp4'],
    ...['surround.mkv', 'eight-channels.mkv', 'two-mono-tracks.mov', 'small.ts', 'larger.ts'],
  );
});

afterAll(() => studio.close());

type Plan = Omit<JobPlan, 'input' | 'to'>;

let runs = 0;

/** Runs a job and decodes its first segment and first still. */
async function pictures(file: string, plan: Plan) {
  runs += 1;
  const to = `${file}.${runs}/`;
  const job = await studio.run(file, { ...plan, captures: { every: 1, most: 1 } }, to);
  expect(job).toMatchObject({ Status: 'COMPLETE' });
  const keys = [`${to}index_180pinit.cmfv`, `${to}index_180p_000000001.cmfv`];
  const decoded = await studio.decode<DecodedPicture>({
    video: { kind: 'picture', keys },
    still: { kind: 'still', keys: [`${to}poster.0000000.jpg`] },
  });
  const { video, still } = decoded;
  if (video === undefined || still === undefined) throw new Error('Nothing was decoded.');
  return { job, video, still };
}

async function sound(file: string, plan: Plan): Promise<readonly number[]> {
  runs += 1;
  const to = `${file}.${runs}/`;
  expect(await studio.run(file, { audio: true, ...plan }, to)).toMatchObject({
    Status: 'COMPLETE',
  });
  const keys = [`${to}index_audioinit.cmfa`, `${to}index_audio_000000001.cmfa`];
  const { made } = await studio.decode<DecodedSound>({ made: { kind: 'sound', keys } });
  return made?.channelLoudness ?? [];
}

const milliseconds = (job: Job) => job.OutputGroupDetails?.[0]?.OutputDetails?.[0]?.DurationInMs;
const REC_709 = { primaries: 1, transfer: 1, matrix: 1, fullRange: false };
const TO_709 = { ColorCorrector: { ColorSpaceConversion: 'FORCE_709' } } as const;

describe('colours', () => {
  it.each([
    ['pq.mp4', { primaries: 9, transfer: 16, matrix: 9, fullRange: false }],
    ['hlg.mp4', { primaries: 9, transfer: 18, matrix: 9, fullRange: false }],
  ])('of %s stay HDR in name and value without a colour corrector', async (file, color) => {
    const { video } = await pictures(file, {});
    expect(video.color).toEqual(color);
    expect(Math.abs(video.brightness - 572 / 4)).toBeLessThan(2);
  });

  it.each([
    ['pq.mp4', 'PRESERVE_DETAILS', 214],
    ['pq.mp4', 'VIBRANT', 225],
    ['hlg.mp4', 'PRESERVE_DETAILS', 162],
    ['hlg.mp4', 'VIBRANT', 162],
  ] as const)(
    'of %s with %s become SDR in Rec. 709, stills included',
    async (file, mapper, luma) => {
      const { video, still } = await pictures(file, {
        preprocessors: { ColorCorrector: { ...TO_709.ColorCorrector, HdrToSdrToneMapper: mapper } },
      });
      expect(video.color).toEqual(REC_709);
      expect(Math.abs(video.brightness - luma)).toBeLessThan(3);
      expect(still.color.fullRange).toBe(true);
      expect(Math.abs(still.brightness - ((luma - 16) * 255) / 219)).toBeLessThan(4);
    },
  );

  it('without a description are what the input settings say', async () => {
    const plain = await pictures('untagged.mp4', { preprocessors: TO_709 });
    expect(Math.abs(plain.video.brightness - 572 / 4)).toBeLessThan(2);
    for (const ColorSpaceUsage of ['FORCE', 'FALLBACK'] as const) {
      const { video } = await pictures('untagged.mp4', {
        preprocessors: TO_709,
        selector: { ColorSpace: 'HDR10', ColorSpaceUsage },
      });
      expect(video.color).toEqual(REC_709);
      expect(Math.abs(video.brightness - 214)).toBeLessThan(3);
    }
  });

  it('of the file win over a FALLBACK, not over a FORCE', async () => {
    const as = async (ColorSpaceUsage: 'FORCE' | 'FALLBACK') =>
      (
        await pictures('hlg.mp4', {
          preprocessors: TO_709,
          selector: { ColorSpace: 'HDR10', ColorSpaceUsage },
        })
      ).video.brightness;
    expect(Math.abs((await as('FALLBACK')) - 162)).toBeLessThan(3);
    expect(Math.abs((await as('FORCE')) - 214)).toBeLessThan(3);
  });

  it('with full range stay so, or are squeezed into limited range', async () => {
    const kept = await pictures('full-range.mp4', {});
    expect(kept.video.color.fullRange).toBe(true);
    expect(Math.abs(kept.video.brightness - 255)).toBeLessThan(2);
    const { video, still } = await pictures('full-range.mp4', {
      preprocessors: { ColorCorrector: { SampleRangeConversion: 'LIMITED_RANGE_SQUEEZE' } },
    });
    expect(video.color.fullRange).toBe(false);
    expect(Math.abs(video.brightness - 235)).toBeLessThan(2);
    expect(Math.abs(still.brightness - 255)).toBeLessThan(2);
  });
});

describe('interlaced pictures', () => {
  it('stay woven without a deinterlacer, and are separated by one', async () => {
    const woven = await pictures('interlaced.ts', {});
    expect(woven.video.combing).toBeGreaterThan(1.5);
    for (const Deinterlacer of [
      {},
      { Control: 'FORCE_ALL_FRAMES', Mode: 'DEINTERLACE' },
      { Mode: 'ADAPTIVE' },
    ] as const) {
      const { video, job } = await pictures('interlaced.ts', { preprocessors: { Deinterlacer } });
      expect(video.combing).toBeLessThan(1.1);
      expect([milliseconds(job), video.frames]).toEqual([2000, 50]);
    }
  });

  it('that are progressive are left alone', async () => {
    const [plain, with_] = [
      await pictures('small.ts', {}),
      await pictures('small.ts', { preprocessors: { Deinterlacer: { Control: 'NORMAL' } } }),
    ];
    expect(with_.video).toEqual(plain.video);
  });
});

describe('frame rates', () => {
  it('become those of the settings by dropping', async () => {
    const { video, job } = await pictures('fast.mp4', {
      h264: {
        FramerateControl: 'SPECIFIED',
        FramerateNumerator: 60,
        FramerateDenominator: 1,
        FramerateConversionAlgorithm: 'DUPLICATE_DROP',
      },
    });
    expect([milliseconds(job), video.frames]).toEqual([1000, 60]);
    const source = await pictures('fast.mp4', {});
    expect(source.video.frames).toBe(120);
  });
});

describe('pictures that change their size', () => {
  it('keep their aspect ratio in outputs of one size', async () => {
    const { job } = await pictures('sizes.ts', { segment: 1 });
    expect(milliseconds(job)).toBe(2000);
    const to = `sizes.ts.${runs}/`;
    const { later } = await studio.decode<DecodedPicture>({
      later: {
        kind: 'picture',
        keys: [`${to}index_180pinit.cmfv`, `${to}index_180p_000000002.cmfv`],
      },
    });
    // 4:3 in 16:9, between black bars of 40 pixels.
    expect(later).toMatchObject({ frames: 25, width: 320, height: 180 });
    expect(later?.variance).toBeGreaterThan(500);
  });
});

describe('joined recordings', () => {
  it('whose second half is lost are reported with the length that was made', async () => {
    const { job } = await pictures('joined.ts', {});
    expect(milliseconds(job)).toBeLessThan(1200);
  });
});

describe('sound', () => {
  const gains = (...rows: number[][]) => ({
    ChannelsIn: rows[0]?.length ?? 0,
    ChannelsOut: 2,
    ChannelMapping: { OutputChannels: rows.map((InputChannels) => ({ InputChannels })) },
  });
  const LOUD = 0.5 / Math.SQRT2;
  const near = (measured: number | undefined, expected: number) =>
    expect(Math.abs((measured ?? 0) - expected)).toBeLessThan(0.03);

  it('of surround without remix settings is that of its first channels', async () => {
    const [left, right] = await sound('surround.mkv', {});
    near(left, 0);
    near(right, 0);
  });

  it('of surround is mixed as the settings say', async () => {
    const [left, right] = await sound('surround.mkv', {
      remix: gains([0, -60, -3, -60, -3, -60], [-60, 0, -60, -60, -60, -3]),
    });
    near(left, LOUD * 10 ** (-3 / 20));
    near(right, 0);
  });

  it('of eight channels is mixed as the settings say', async () => {
    const [left, right] = await sound('eight-channels.mkv', {
      remix: gains([0, -60, -3, -60, -3, -60, -6, -60], [-60, 0, -3, -60, -60, -3, -60, -3]),
    });
    near(left, LOUD / 2);
    near(right, 0);
  });

  it('of several tracks in one selector has their channels one after the other', async () => {
    const [left, right] = await sound('two-mono-tracks.mov', {
      audio: { SelectorType: 'TRACK', Tracks: [1, 2] },
    });
    near(left, LOUD * 0.2);
    near(right, LOUD);
    const second = await sound('two-mono-tracks.mov', {
      audio: { SelectorType: 'TRACK', Tracks: [2] },
    });
    near(second[0], LOUD);
    near(second[1], LOUD);
  });

  it('with another number of channels than the settings expect ends with 1040', async () => {
    const job = await studio.run('surround.mkv', { audio: true, remix: gains([0, 0], [0, 0]) });
    expect(job).toMatchObject({ Status: 'ERROR', ErrorCode: 1040 });
    expect(job.ErrorMessage).toContain('has [6] channels; remixSettings expect [2]');
  });
});
