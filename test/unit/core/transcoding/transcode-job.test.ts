import * as MediaConvert from '@aws-sdk/client-mediaconvert';
import fc from 'fast-check';
import { ladderOf } from '../../../../core/transcoding/ladder.ts';
import {
  STORYBOARD_IMAGES,
  storyboardInterval,
  TranscodeJobError,
  transcodeJob,
} from '../../../../core/transcoding/transcode-job.ts';
import { facts, storedTrack, track } from '../media/media-facts.ts';

const UPLOAD = '019b7c2e-5a3e-7000-8000-0123456789ab';

const jobOf = (of = facts(), clientRequestToken = UPLOAD) =>
  transcodeJob({
    uploadId: UPLOAD,
    facts: of,
    sourceBucket: 'source',
    sourceKey: `uploads/YQ/${UPLOAD}/source`,
    outputBucket: 'output',
    clientRequestToken,
  });

const streamsOf = (of = facts()): MediaConvert.Output[] =>
  jobOf(of).Settings.OutputGroups[0]?.Outputs ?? [];

/** Every string of the job with the path to it. */
function* strings(value: unknown, path = ''): Generator<[string, string]> {
  if (typeof value === 'string') yield [path, value];
  else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) yield* strings(member, `${path}/${name}`);
  }
}

describe('A transcode job', () => {
  it('is a CreateJob request of the SDK, once the workflow has added the role', () => {
    const request = { ...jobOf(), Role: 'arn:aws:iam::000000000000:role/MediaConvert' };
    expect(request satisfies MediaConvert.CreateJobRequest).toHaveProperty('Settings.Inputs');
  });

  it('has no value in capitals that the SDK does not know', () => {
    const known = new Set(
      Object.values(MediaConvert).flatMap((member) =>
        typeof member === 'object' && member !== null ? Object.values<unknown>(member) : [],
      ),
    );
    const used = [...strings(jobOf())].filter(([, text]) => /^[A-Z][A-Z0-9_]+$/.test(text));
    expect(used.length).toBeGreaterThan(25);
    expect(used.filter(([, text]) => !known.has(text))).toEqual([]);
  });

  it('writes HLS and DASH from one CMAF group below the upload’s prefix', () => {
    expect(jobOf().Settings.OutputGroups[0]?.OutputGroupSettings).toMatchObject({
      Type: 'CMAF_GROUP_SETTINGS',
      CmafGroupSettings: {
        Destination: `s3://output/videos/${UPLOAD}/index`,
        WriteHlsManifest: 'ENABLED',
        WriteDashManifest: 'ENABLED',
        SegmentControl: 'SEGMENTED_FILES',
      },
    });
  });

  it('has one named video output for each rendition, and a separate output for sound', () => {
    const outputs = streamsOf();
    const rungs = ladderOf(track());
    expect(outputs.map((output) => output.NameModifier)).toEqual([
      ...rungs.map((rung) => `_${rung.name}`),
      '_audio',
    ]);
    for (const output of outputs) {
      expect(Boolean(output.VideoDescription)).not.toBe(Boolean(output.AudioDescriptions));
      expect(output.ContainerSettings?.Container).toBe('CMFC');
    }
    const settings = outputs.map((output) => output.VideoDescription?.CodecSettings?.H264Settings);
    expect(settings.slice(0, -1).map((each) => each?.MaxBitrate)).toEqual(
      rungs.map((rung) => rung.maxBitrate),
    );
    for (const each of settings.slice(0, -1)) {
      expect(each).toMatchObject({
        RateControlMode: 'QVBR',
        FramerateControl: 'INITIALIZE_FROM_SOURCE',
        GopSizeUnits: 'AUTO',
      });
    }
  });

  it('has no audio settings for a video without sound', () => {
    const silent = jobOf(facts({ audio: [] }));
    expect(streamsOf(facts({ audio: [] }))).toHaveLength(5);
    expect(JSON.stringify(silent)).not.toMatch(/audio/i);
  });

  it('deinterlaces and corrects colors in every output with a picture, poster and storyboard included', () => {
    const hlg = track({
      color: { hdr: 'hlg', transfer: 'arib-std-b67', masteringMetadata: false },
    });
    const groups = jobOf(facts({ video: [hlg] })).Settings.OutputGroups;
    const pictures = groups.flatMap((group): MediaConvert.VideoDescription[] =>
      (group.Outputs as MediaConvert.Output[]).flatMap((output) => output.VideoDescription ?? []),
    );
    expect(pictures).toHaveLength(ladderOf(hlg).length + 2);
    for (const { VideoPreprocessors } of pictures) {
      expect(VideoPreprocessors).toEqual({
        Deinterlacer: { Mode: 'DEINTERLACE', Control: 'NORMAL', Algorithm: 'INTERPOLATE' },
        ColorCorrector: {
          ColorSpaceConversion: 'FORCE_709',
          HdrToSdrToneMapper: 'PRESERVE_DETAILS',
          SampleRangeConversion: 'LIMITED_RANGE_SQUEEZE',
        },
      });
    }
  });

  it('tells MediaConvert the color space that the file does not', () => {
    const pq = track({ color: { hdr: 'pq', transfer: 'smpte2084', masteringMetadata: false } });
    expect(jobOf(facts({ video: [pq] })).Settings.Inputs[0]?.VideoSelector).toMatchObject({
      ColorSpace: 'HDR10',
      ColorSpaceUsage: 'FORCE',
    });
    expect(jobOf().Settings.Inputs[0]?.VideoSelector).toEqual({ Rotate: 'AUTO' });
  });

  it('drops frames above 60 a second, without a paid add-on', () => {
    const settings = streamsOf(facts({ video: [track({ frameRate: 240 })] })).flatMap(
      (output) => output.VideoDescription?.CodecSettings?.H264Settings ?? [],
    );
    expect(settings.length).toBeGreaterThan(1);
    for (const each of settings) {
      expect(each).toMatchObject({
        FramerateControl: 'SPECIFIED',
        FramerateNumerator: 60,
        FramerateDenominator: 1,
        FramerateConversionAlgorithm: 'DUPLICATE_DROP',
      });
    }
  });

  it('selects the picture of a program by its packet identifier', () => {
    const selector = (more: object) =>
      jobOf(facts({ container: 'mpegts', video: [track(more)] })).Settings.Inputs[0]?.VideoSelector;
    expect(selector({ program: 2, pid: 0x200 })).toMatchObject({ Pid: 0x200 });
    expect(selector({ pid: 0x200 })).not.toHaveProperty('Pid');
    expect(selector({ program: 2 })).not.toHaveProperty('Pid');
  });

  it('has one selector for its sound, which the output names', () => {
    const surround = facts({ audio: [{ codec: 'ac3', channels: 6, sampleRate: 48_000 }] });
    expect(jobOf(surround).Settings.Inputs[0]?.AudioSelectors).toEqual({
      'Audio Selector 1': { DefaultSelection: 'DEFAULT' },
    });
    expect(streamsOf(surround).at(-1)?.AudioDescriptions).toMatchObject([
      { AudioSourceName: 'Audio Selector 1', RemixSettings: { ChannelsIn: 6, ChannelsOut: 2 } },
    ]);
  });

  it('gives only the height where pixels are square, so that the aspect is kept', () => {
    const [first] = streamsOf(facts({ video: [storedTrack(1280, 720, 90)] }));
    expect(first?.VideoDescription).toMatchObject({ Height: 1280 });
    expect(first?.VideoDescription).not.toHaveProperty('Width');
    expect(first?.VideoDescription?.CodecSettings?.H264Settings).not.toHaveProperty('ParControl');
  });

  it('stretches other pixels to square ones', () => {
    const [first] = streamsOf(facts({ video: [storedTrack(720, 576, 0, 64 / 45)] }));
    expect(first?.VideoDescription).toMatchObject({
      Width: 1024,
      Height: 576,
      ScalingBehavior: 'STRETCH_TO_OUTPUT',
      CodecSettings: {
        H264Settings: { ParControl: 'SPECIFIED', ParNumerator: 1, ParDenominator: 1 },
      },
    });
  });

  it('leaves a picture below MediaConvert’s smallest output as it is', () => {
    const [first] = streamsOf(facts({ video: [storedTrack(16, 16)] }));
    expect(first?.VideoDescription).not.toHaveProperty('Height');
  });

  it.each([
    ['mp4', 90, 'AUTO'],
    ['mov', 0, 'AUTO'],
    ['mkv', 0, 'DEGREE_0'],
    ['webm', 270, 'DEGREES_270'],
  ] as const)('turns a picture in %s of %d degrees by %s', (container, rotation, rotate) => {
    const of = facts({ container, video: [storedTrack(640, 360, rotation)] });
    expect(jobOf(of).Settings.Inputs[0]?.VideoSelector.Rotate).toBe(rotate);
  });

  it('takes its poster after a tenth of the video, and a storyboard of 100 images at most', () => {
    const [, poster, storyboard] = jobOf(facts({ durationSeconds: 3_601 })).Settings.OutputGroups;
    expect(poster?.OutputGroupSettings).toMatchObject({
      FileGroupSettings: { Destination: `s3://output/videos/${UPLOAD}/poster` },
    });
    expect(poster?.Outputs[0]).toMatchObject({
      ContainerSettings: { Container: 'RAW' },
      VideoDescription: {
        CodecSettings: { FrameCaptureSettings: { FramerateDenominator: 360, MaxCaptures: 2 } },
      },
    });
    expect(storyboard?.Outputs[0]).toMatchObject({
      VideoDescription: {
        Height: 180,
        CodecSettings: {
          FrameCaptureSettings: {
            FramerateNumerator: 1,
            FramerateDenominator: 37,
            MaxCaptures: 100,
          },
        },
      },
    });
  });

  it('spreads the storyboard over the whole video', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 50_000, noNaN: true }), (duration) => {
        const interval = storyboardInterval(duration);
        expect(Number.isInteger(interval)).toBe(true);
        expect(interval).toBeGreaterThanOrEqual(1);
        expect(interval * STORYBOARD_IMAGES).toBeGreaterThanOrEqual(duration);
      }),
    );
  });

  it('gives MediaConvert only ids of the upload, and stays in the Basic tier', () => {
    expect(jobOf()).toMatchObject({
      ClientRequestToken: UPLOAD,
      UserMetadata: { uploadId: UPLOAD },
      Tags: { uploadId: UPLOAD },
      AccelerationSettings: { Mode: 'DISABLED' },
    });
  });

  it('refuses a request token of more than 64 characters, and a file without a picture', () => {
    expect(() => jobOf(facts(), 'x'.repeat(65))).toThrow('1 to 64 characters; got 65');
    expect(() => jobOf(facts({ video: [] }))).toThrow('must have a video track');
    expect(() => jobOf(facts({ video: [] }))).toThrow(TranscodeJobError);
  });

  it('fits into an execution’s payload many times over', () => {
    const job = jobOf(facts({ video: [storedTrack(7680, 4320, 0, 2)] }));
    expect(JSON.stringify(job).length).toBeLessThan(16_384);
  });
});
