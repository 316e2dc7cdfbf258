import * as z from 'zod';

const audioSelector = z.strictObject({
  defaultSelection: z.enum(['DEFAULT', 'NOT_DEFAULT']).optional(),
  selectorType: z.literal('TRACK').optional(),
  /** Numbered from 1 among the audio tracks. */
  tracks: z.array(z.int().min(1)).min(1).max(1).optional(),
  audioDurationCorrection: z.enum(['DISABLED', 'AUTO', 'TRACK', 'FRAME', 'FORCE']).optional(),
  /** Milliseconds by which the audio is delayed. */
  offset: z.literal(0).optional(),
  programSelection: z.literal([0, 1]).optional(),
});

const videoSelector = z.strictObject({
  rotate: z.enum(['AUTO', 'DEGREE_0', 'DEGREES_90', 'DEGREES_180', 'DEGREES_270']).optional(),
  colorSpace: z.literal('FOLLOW').optional(),
  colorSpaceUsage: z.literal('FALLBACK').optional(),
  alphaBehavior: z.literal('DISCARD').optional(),
  sampleRange: z.literal('FOLLOW').optional(),
  padVideo: z.literal('DISABLED').optional(),
  embeddedTimecodeOverride: z.literal('NONE').optional(),
});

/** `/inputs/n`: one file in S3. */
export const inputSettings = z.strictObject({
  fileInput: z.string().regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/.+$/s, {
    error: 'Should be an S3 address of the form s3://bucket/key',
  }),
  audioSelectors: z.record(z.string().min(1).max(2048), audioSelector).optional(),
  videoSelector: videoSelector.optional(),
  timecodeSource: z.enum(['ZEROBASED', 'EMBEDDED']).optional(),
  filterEnable: z.enum(['AUTO', 'DISABLE']).optional(),
  filterStrength: z.literal(0).optional(),
  deblockFilter: z.literal('DISABLED').optional(),
  denoiseFilter: z.literal('DISABLED').optional(),
  inputScanType: z.literal('AUTO').optional(),
  psiControl: z.enum(['USE_PSI', 'IGNORE_PSI']).optional(),
});
