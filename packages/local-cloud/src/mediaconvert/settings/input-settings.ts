import * as z from 'zod';

/** Tracks that one selector joins. */
const MAX_TRACKS = 8;

const chromaticity = z.int().min(0).max(50_000);
const luminance = z.int().min(0).max(2_147_483_647);
const lightLevel = z.int().min(0).max(65_535);

/** Only `maxLuminance` has an effect here: the peak that the tone mapper expects. */
const hdr10Metadata = z.strictObject({
  redPrimaryX: chromaticity.optional(),
  redPrimaryY: chromaticity.optional(),
  greenPrimaryX: chromaticity.optional(),
  greenPrimaryY: chromaticity.optional(),
  bluePrimaryX: chromaticity.optional(),
  bluePrimaryY: chromaticity.optional(),
  whitePointX: chromaticity.optional(),
  whitePointY: chromaticity.optional(),
  /** In 0.0001 cd/m². */
  maxLuminance: luminance.optional(),
  minLuminance: luminance.optional(),
  /** In cd/m². */
  maxContentLightLevel: lightLevel.optional(),
  maxFrameAverageLightLevel: lightLevel.optional(),
});

/** 13 bits in a transport stream. */
const pid = z.int().min(1).max(8191);

const audioSelector = z
  .strictObject({
    defaultSelection: z.enum(['DEFAULT', 'NOT_DEFAULT']).optional(),
    selectorType: z.enum(['TRACK', 'PID']).optional(),
    /** Numbered from 1 among the audio tracks. The channels of several tracks follow each other. */
    tracks: z.array(z.int().min(1)).min(1).max(MAX_TRACKS).optional(),
    /** Packet identifiers of a transport stream. */
    pids: z.array(pid).min(1).max(MAX_TRACKS).optional(),
    audioDurationCorrection: z.enum(['DISABLED', 'AUTO', 'TRACK', 'FRAME', 'FORCE']).optional(),
    /** Milliseconds by which the audio is delayed. */
    offset: z.literal(0).optional(),
    programSelection: z.literal([0, 1]).optional(),
  })
  .superRefine(({ selectorType = 'TRACK', tracks, pids }, context) => {
    const issue = (path: string, message: string, input: unknown) =>
      context.addIssue({ code: 'custom', path: [path], message, input });
    if (selectorType === 'PID' && pids === undefined) {
      issue('pids', 'Is required when selectorType is PID', undefined);
    }
    if (selectorType === 'PID' && tracks !== undefined) {
      issue('tracks', 'Is not allowed when selectorType is PID', tracks);
    }
    if (selectorType === 'TRACK' && pids !== undefined) {
      issue('pids', 'Is not allowed when selectorType is TRACK', pids);
    }
  });

const videoSelector = z
  .strictObject({
    pid: pid.optional(),
    rotate: z.enum(['AUTO', 'DEGREE_0', 'DEGREES_90', 'DEGREES_180', 'DEGREES_270']).optional(),
    colorSpace: z
      .enum(['FOLLOW', 'REC_601', 'REC_709', 'HDR10', 'HLG_2020', 'P3D65_SDR', 'P3D65_HDR'])
      .optional(),
    colorSpaceUsage: z.enum(['FORCE', 'FALLBACK']).optional(),
    hdr10Metadata: hdr10Metadata.optional(),
    alphaBehavior: z.literal('DISCARD').optional(),
    sampleRange: z.enum(['FOLLOW', 'FULL_RANGE', 'LIMITED_RANGE']).optional(),
    padVideo: z.literal('DISABLED').optional(),
    embeddedTimecodeOverride: z.literal('NONE').optional(),
  })
  .superRefine((selector, context) => {
    const { colorSpace = 'FOLLOW' } = selector;
    if (colorSpace !== 'FOLLOW' && selector.colorSpaceUsage === undefined) {
      // AWS does not document the default.
      context.addIssue({
        code: 'custom',
        path: ['colorSpaceUsage'],
        message: 'Should be FORCE or FALLBACK if colorSpace is set',
        input: undefined,
      });
    }
    if (selector.hdr10Metadata !== undefined && !['HDR10', 'P3D65_HDR'].includes(colorSpace)) {
      context.addIssue({
        code: 'custom',
        path: ['hdr10Metadata'],
        message: 'Is allowed only if colorSpace is HDR10 or P3D65_HDR',
        input: selector.hdr10Metadata,
      });
    }
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

export type VideoSelector = z.output<typeof videoSelector>;
