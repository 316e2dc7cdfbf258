import { Codec } from '@aws-sdk/client-mediaconvert';
import { MAX_OBJECT_BYTES } from '../../../../core/grants/part-plan.ts';
import { mediaInfoCodec } from '../../../../core/media/codec-names.ts';
import { defaultUploadPolicy, uploadPolicySchema } from '../../../../core/uploads/upload-policy.ts';

describe('The upload policy', () => {
  it('is complete without any configuration', () => {
    // As documented for the field `upload` in docs/reference/configuration.md.
    expect(uploadPolicySchema.parse({})).toMatchObject({
      containers: expect.arrayContaining(['mp4', 'mov', 'webm', 'mkv', 'mpegts', 'avi']),
      size: { minimumBytes: 1, maximumBytes: 50_000_000_000 },
      duration: { minimumSeconds: 0.1, maximumSeconds: 43_200 },
      picture: {
        minimumSide: 32,
        maximumSide: 8_192,
        maximumPixels: 8_192 * 4_320,
        maximumAspectRatio: 8,
        maximumFrameRate: 300,
      },
      tracks: { maximumVideo: 2, maximumAudio: 16, maximumTotal: 32 },
      quota: { maximumBytes: 500_000_000_000, maximumActiveUploads: 20 },
      grantLifetimeSeconds: 3_600,
      unfinishedHours: 48,
      review: false,
    });
  });

  it.each([
    'video/mp4',
    'video/x-m4v',
    'video/quicktime',
    'video/webm',
    'video/x-matroska',
    'video/matroska',
    'video/mp2t',
  ])('accepts by default the type %s, which browsers and tools declare for a video', (type) => {
    expect(uploadPolicySchema.parse({}).contentTypes).toContain(type);
  });

  it('accepts by default the codecs of phones, browsers and cameras', () => {
    const { videoCodecs, audioCodecs } = uploadPolicySchema.parse({});
    expect(videoCodecs).toEqual(expect.arrayContaining(['h264', 'hevc', 'vp9', 'av1', 'prores']));
    expect(audioCodecs).toEqual(expect.arrayContaining(['aac', 'mp3', 'opus', 'flac', 'pcm']));
  });

  it('accepts by default only codecs that MediaConvert names', () => {
    // The result of its Probe call; H.261 is in the table of input formats alone.
    const names: Readonly<Record<string, string>> = {
      h264: 'AVC',
      mpeg4: 'MP4V',
      dnxhd: 'VC3',
      rawvideo: 'UNCOMPRESSED',
    };
    const known = new Set<string>([...Object.values(Codec), 'H261']);
    const { videoCodecs, audioCodecs } = uploadPolicySchema.parse({});
    const unknown = [...videoCodecs, ...audioCodecs].filter(
      (codec) => !known.has(names[codec] ?? codec.toUpperCase()),
    );
    expect(unknown).toEqual([]);
  });

  it('is unchanged after a round trip through an environment variable', () => {
    expect(uploadPolicySchema.parse(JSON.parse(JSON.stringify(defaultUploadPolicy)))).toEqual(
      defaultUploadPolicy,
    );
  });

  it('allows files up to the limit of S3', () => {
    const parse = (maximumBytes: number) =>
      uploadPolicySchema.safeParse({ size: { maximumBytes } });
    expect(parse(MAX_OBJECT_BYTES).success).toBe(true);
    expect(parse(MAX_OBJECT_BYTES + 1).success).toBe(false);
  });

  it.each([
    [{ grantLifetimeSeconds: 3_601 }],
    [{ containers: [] }],
    [{ containers: ['ogg'] }],
    [{ contentTypes: ['Video/MP4'] }],
    [{ size: { minimumBytes: 10, maximumBytes: 5 } }],
    [{ duration: { minimumSeconds: 10, maximumSeconds: 5 } }],
    [{ unknown: 1 }],
    [{ size: { maximum: 5 } }],
  ])('refuses %j', (policy) => {
    expect(uploadPolicySchema.safeParse(policy).success).toBe(false);
  });
});

describe('The name of a codec', () => {
  it.each([
    [{ Format: 'AVC' }, 'h264'],
    [{ Format: 'HEVC', CodecID: 'hvc1' }, 'hevc'],
    [{ Format: 'PCM', CodecID: 'sowt' }, 'pcm'],
    [{ Format: 'ProRes', CodecID: 'apch' }, 'prores'],
    [{ Format: 'MPEG Video', Format_Version: 'Version 1' }, 'mpeg1'],
    [{ Format: 'MPEG Video', Format_Version: 'Version 2' }, 'mpeg2'],
    [{ Format: 'MPEG Video' }, 'mpeg2'],
    [{ Format: 'MPEG Audio', Format_Profile: 'Layer 1' }, 'mp1'],
    [{ Format: 'MPEG Audio', Format_Profile: 'Layer 2' }, 'mp2'],
    [{ Format: 'MPEG Audio', CodecID: 'A_MPEG/L2' }, 'mp2'],
    [{ Format: 'MPEG Audio', Format_Profile: 'Layer 3' }, 'mp3'],
    [{ Format: 'MPEG Audio', CodecID: 'mp4a-6B' }, 'mp3'],
    [{ Format: 'toString' }, 'tostring'],
    [{ Format: 'constructor' }, 'constructor'],
    [{ CodecID: 'XY\u0001Z é' }, 'xyz'],
    [{}, 'unknown'],
    [{ Format: ' ' }, 'unknown'],
  ])('is, for %j, %j', (given, name) => {
    expect(mediaInfoCodec(given)).toBe(name);
  });
});
