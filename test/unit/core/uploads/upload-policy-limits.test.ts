import { MAX_OBJECT_BYTES } from '../../../../core/grants/part-plan.ts';
import { MAX_GRANT_SECONDS, uploadPolicySchema } from '../../../../core/uploads/upload-policy.ts';

/** The smallest and largest valid value of each field, and the nearest invalid ones. */
const LIMITS: [field: string, valid: unknown[], invalid: unknown[]][] = [
  ['containers', [['mp4']], [[], ['ogg']]],
  [
    'contentTypes',
    [['video/mp4'], ['application/x-y.z+w-9']],
    [[], ['video'], ['Video/mp4'], ['video/mp4 '], ['video/'], ['/mp4'], ['video/a/b']],
  ],
  ['videoCodecs', [['h264']], [[]]],
  ['audioCodecs', [[], ['aac']], ['aac']],
  ['size.minimumBytes', [1, 50_000_000_000], [0, 1.5, 50_000_000_001]],
  ['size.maximumBytes', [1, MAX_OBJECT_BYTES], [0, 1.5, MAX_OBJECT_BYTES + 1]],
  ['duration.minimumSeconds', [0, 43_200], [-0.001, 43_200.001]],
  ['duration.maximumSeconds', [0.1], [0, 0.099]],
  ['picture.minimumSide', [1], [0, 1.5]],
  ['picture.maximumSide', [1, 16_384], [0, 16_385, 1.5]],
  ['picture.maximumPixels', [1], [0, 1.5]],
  ['picture.maximumAspectRatio', [1], [0.99]],
  ['picture.maximumFrameRate', [0.001], [0]],
  ['tracks.maximumVideo', [1], [0, 1.5]],
  ['tracks.maximumAudio', [0], [-1, 0.5]],
  ['tracks.maximumTotal', [1], [0]],
  ['quota.maximumBytes', [1], [0, 1.5]],
  ['quota.maximumActiveUploads', [1], [0, 1.5]],
  ['grantLifetimeSeconds', [60, MAX_GRANT_SECONDS], [59, MAX_GRANT_SECONDS + 1, 60.5]],
  ['unfinishedHours', [1, 720], [0, 721, 1.5]],
  ['review', [true, false], ['yes', 1]],
];

const policyWith = (field: string, value: unknown) => {
  const [outer = '', inner] = field.split('.');
  return { [outer]: inner === undefined ? value : { [inner]: value } };
};

const isValid = (field: string, value: unknown) =>
  uploadPolicySchema.safeParse(policyWith(field, value)).success;

describe('The upload policy', () => {
  it.each(LIMITS)(
    'accepts the boundaries of %s and refuses the next values',
    (field, valid, invalid) => {
      expect(valid.filter((value) => !isValid(field, value))).toEqual([]);
      expect(invalid.filter((value) => isValid(field, value))).toEqual([]);
    },
  );

  it.each([
    [{ size: { minimumBytes: 2, maximumBytes: 1 } }, 'minimumBytes is greater than maximumBytes'],
    [
      { duration: { minimumSeconds: 2, maximumSeconds: 1 } },
      'minimumSeconds is greater than maximumSeconds',
    ],
  ])('says which limits of %j contradict each other', (policy, message) => {
    const issues = uploadPolicySchema.safeParse(policy).error?.issues;
    expect(issues).toMatchObject([{ path: [Object.keys(policy)[0]], message }]);
  });

  it.each([
    ['size', { minimumBytes: 5, maximumBytes: 5 }, { minimumBytes: 6, maximumBytes: 5 }],
    [
      'duration',
      { minimumSeconds: 5, maximumSeconds: 5 },
      { minimumSeconds: 6, maximumSeconds: 5 },
    ],
  ])('refuses a minimum above the maximum of %s', (field, valid, invalid) => {
    expect(isValid(field, valid)).toBe(true);
    expect(isValid(field, invalid)).toBe(false);
  });
});
