import { MAX_OBJECT_BYTES } from '../../../../core/grants/part-plan.ts';
import { mediaInfoCodec } from '../../../../core/media/codec-names.ts';
import { defaultUploadPolicy, uploadPolicySchema } from '../../../../core/uploads/upload-policy.ts';

describe('The upload policy', () => {
  it('is complete without any configuration', () => {
    expect(defaultUploadPolicy).toMatchObject({
      containers: ['mp4', 'mov', 'webm', 'mkv', 'mpegts'],
      size: { minimumBytes: 1, maximumBytes: 50_000_000_000 },
      grantLifetimeSeconds: 3_600,
      review: false,
    });
  });

  it('survives the way through an environment variable', () => {
    expect(uploadPolicySchema.parse(JSON.parse(JSON.stringify(defaultUploadPolicy)))).toEqual(
      defaultUploadPolicy,
    );
  });

  it('goes up to S3’s limit and not a byte beyond', () => {
    const parse = (maximumBytes: number) =>
      uploadPolicySchema.safeParse({ size: { maximumBytes } });
    expect(parse(MAX_OBJECT_BYTES).success).toBe(true);
    expect(parse(MAX_OBJECT_BYTES + 1).success).toBe(false);
  });

  it.each([
    [{ grantLifetimeSeconds: 3_601 }],
    [{ containers: [] }],
    [{ containers: ['avi'] }],
    [{ contentTypes: ['Video/MP4'] }],
    [{ size: { minimumBytes: 10, maximumBytes: 5 } }],
    [{ duration: { minimumSeconds: 10, maximumSeconds: 5 } }],
    [{ unknown: 1 }],
    [{ size: { maximum: 5 } }],
  ])('refuses %j', (policy) => {
    expect(uploadPolicySchema.safeParse(policy).success).toBe(false);
  });
});

describe('A codec’s name', () => {
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
  ])('%j is %j', (given, name) => {
    expect(mediaInfoCodec(given)).toBe(name);
  });
});
