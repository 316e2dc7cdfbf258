import { MAX_OBJECT_BYTES } from '../../../../core/grants/part-plan.ts';
import { codecName } from '../../../../core/media/codec-names.ts';
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
    ['avc', 'h264'],
    ['AVC1', 'h264'],
    ['hvc1', 'hevc'],
    ['pcm-s16be', 'pcm'],
    ['ulaw', 'pcm'],
    ['apch', 'prores'],
    ['vp9', 'vp9'],
    ['toString', 'tostring'],
    ['constructor', 'constructor'],
    [null, 'unknown'],
    [undefined, 'unknown'],
    [' ', 'unknown'],
  ])('%j is %j', (given, name) => {
    expect(codecName(given)).toBe(name);
  });
});
