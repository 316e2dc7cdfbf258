import * as z from 'zod';

const evenPixels = z
  .int()
  .min(32)
  .max(4096)
  .multipleOf(2, { error: 'Only even values are supported' });
const bitrate = z.int().min(1000).max(1_152_000_000);
const switched = z.enum(['ENABLED', 'DISABLED']);

/** `h264Settings`. Settings for interlaced, field-coded or pro-tier outputs are refused by name. */
export const h264Settings = z
  .strictObject({
    rateControlMode: z.enum(['QVBR', 'VBR', 'CBR']).optional(),
    qvbrSettings: z
      .strictObject({
        qvbrQualityLevel: z.int().min(1).max(10).optional(),
        qvbrQualityLevelFineTune: z.number().min(0).max(1).optional(),
      })
      .optional(),
    maxBitrate: bitrate.optional(),
    bitrate: bitrate.optional(),
    hrdBufferSize: z.int().min(0).max(1_152_000_000).optional(),
    hrdBufferInitialFillPercentage: z.int().min(0).max(100).optional(),
    qualityTuningLevel: z.enum(['SINGLE_PASS', 'SINGLE_PASS_HQ', 'MULTI_PASS_HQ']).optional(),
    framerateControl: z.enum(['INITIALIZE_FROM_SOURCE', 'SPECIFIED']).optional(),
    framerateConversionAlgorithm: z.literal('DUPLICATE_DROP').optional(),
    framerateNumerator: z.int().min(1).max(2_147_483_647).optional(),
    framerateDenominator: z.int().min(1).max(2_147_483_647).optional(),
    gopSizeUnits: z.enum(['AUTO', 'SECONDS', 'FRAMES']).optional(),
    gopSize: z.number().gt(0).max(600).optional(),
    gopClosedCadence: z.literal(1).optional(),
    gopBReference: switched.optional(),
    minIInterval: z.int().min(0).max(30).optional(),
    numberBFramesBetweenReferenceFrames: z.int().min(0).max(7).optional(),
    dynamicSubGop: z.enum(['ADAPTIVE', 'STATIC']).optional(),
    numberReferenceFrames: z.int().min(1).max(6).optional(),
    sceneChangeDetect: z.enum(['ENABLED', 'DISABLED', 'TRANSITION_DETECTION']).optional(),
    adaptiveQuantization: z
      .enum(['AUTO', 'OFF', 'LOW', 'MEDIUM', 'HIGH', 'HIGHER', 'MAX'])
      .optional(),
    spatialAdaptiveQuantization: switched.optional(),
    temporalAdaptiveQuantization: switched.optional(),
    flickerAdaptiveQuantization: switched.optional(),
    codecProfile: z.enum(['BASELINE', 'MAIN', 'HIGH']).optional(),
    codecLevel: z
      .enum([
        'AUTO',
        ...(['LEVEL_1', 'LEVEL_1_1', 'LEVEL_1_2', 'LEVEL_1_3', 'LEVEL_2', 'LEVEL_2_1'] as const),
        ...(['LEVEL_2_2', 'LEVEL_3', 'LEVEL_3_1', 'LEVEL_3_2', 'LEVEL_4', 'LEVEL_4_1'] as const),
        ...(['LEVEL_4_2', 'LEVEL_5', 'LEVEL_5_1', 'LEVEL_5_2'] as const),
      ])
      .optional(),
    entropyEncoding: z.enum(['CABAC', 'CAVLC']).optional(),
    parControl: z.enum(['INITIALIZE_FROM_SOURCE', 'SPECIFIED']).optional(),
    parNumerator: z.int().min(1).max(2_147_483_647).optional(),
    parDenominator: z.int().min(1).max(2_147_483_647).optional(),
    slices: z.int().min(1).max(32).optional(),
    softness: z.literal(0).optional(),
    syntax: z.literal('DEFAULT').optional(),
    interlaceMode: z.literal('PROGRESSIVE').optional(),
    fieldEncoding: z.literal('PAFF').optional(),
    scanTypeConversionMode: z.literal('INTERLACED').optional(),
    slowPal: z.literal('DISABLED').optional(),
    telecine: z.literal('NONE').optional(),
    repeatPps: z.literal('DISABLED').optional(),
    unregisteredSeiTimecode: z.literal('DISABLED').optional(),
    endOfStreamMarkers: z.literal('INCLUDE').optional(),
    writeMp4PackagingType: z.literal('AVC1').optional(),
  })
  .superRefine((settings, context) => {
    const need = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message, input: undefined });
    const mode = settings.rateControlMode ?? 'VBR';
    if (mode === 'QVBR' && settings.maxBitrate === undefined) {
      need('maxBitrate', 'Is required when rateControlMode is QVBR');
    }
    if (mode === 'QVBR' && settings.bitrate !== undefined) {
      need('bitrate', 'Is not allowed when rateControlMode is QVBR; use maxBitrate');
    }
    if (mode !== 'QVBR' && settings.bitrate === undefined) {
      need('bitrate', `Is required when rateControlMode is ${mode}`);
    }
    if (mode !== 'QVBR' && settings.qvbrSettings !== undefined) {
      need('qvbrSettings', `Is not allowed when rateControlMode is ${mode}`);
    }
    for (const [control, numerator, denominator] of [
      ['framerateControl', 'framerateNumerator', 'framerateDenominator'],
      ['parControl', 'parNumerator', 'parDenominator'],
    ] as const) {
      if (settings[control] !== 'SPECIFIED') continue;
      for (const key of [numerator, denominator]) {
        if (settings[key] === undefined) need(key, `Is required when ${control} is SPECIFIED`);
      }
    }
    const sized = settings.gopSizeUnits === 'SECONDS' || settings.gopSizeUnits === 'FRAMES';
    if (sized !== (settings.gopSize !== undefined)) {
      need(
        'gopSize',
        'Is required when gopSizeUnits is SECONDS or FRAMES, and not allowed otherwise',
      );
    }
  });

/** `frameCaptureSettings`: the first frame, then one every denominator/numerator seconds. */
export const frameCaptureSettings = z.strictObject({
  framerateNumerator: z.int().min(1).max(2_147_483_647).optional(),
  framerateDenominator: z.int().min(1).max(2_147_483_647).optional(),
  maxCaptures: z.int().min(1).max(10_000_000).optional(),
  quality: z.int().min(1).max(100).optional(),
});

/** `videoPreprocessors`. Inverse telecine, blending and every conversion but that to Rec. 709 are refused. */
const videoPreprocessors = z.strictObject({
  deinterlacer: z
    .strictObject({
      algorithm: z.literal('INTERPOLATE').optional(),
      control: z.enum(['NORMAL', 'FORCE_ALL_FRAMES']).optional(),
      mode: z.enum(['DEINTERLACE', 'ADAPTIVE']).optional(),
    })
    .optional(),
  colorCorrector: z
    .strictObject({
      colorSpaceConversion: z.enum(['NONE', 'FORCE_709']).optional(),
      hdrToSdrToneMapper: z.enum(['PRESERVE_DETAILS', 'VIBRANT']).optional(),
      sampleRangeConversion: z.enum(['NONE', 'LIMITED_RANGE_SQUEEZE']).optional(),
    })
    .optional(),
});

const picture = {
  width: evenPixels.optional(),
  height: evenPixels.optional(),
  scalingBehavior: z.enum(['DEFAULT', 'STRETCH_TO_OUTPUT']).optional(),
  sharpness: z.int().min(0).max(100).optional(),
  antiAlias: z.literal('ENABLED').optional(),
  respondToAfd: z.literal('NONE').optional(),
  afdSignaling: z.literal('NONE').optional(),
  timecodeInsertion: z.literal('DISABLED').optional(),
  dropFrameTimecode: switched.optional(),
  colorMetadata: z.enum(['INSERT', 'IGNORE']).optional(),
  videoPreprocessors: videoPreprocessors.optional(),
};

/** `videoDescription` with H.264. */
export const h264Description = z.strictObject({
  ...picture,
  codecSettings: z.strictObject({ codec: z.literal('H_264'), h264Settings }),
});

/** `videoDescription` with frame capture. */
export const frameCaptureDescription = z.strictObject({
  ...picture,
  codecSettings: z.strictObject({
    codec: z.literal('FRAME_CAPTURE'),
    frameCaptureSettings: frameCaptureSettings.optional(),
  }),
});

export type VideoPreprocessors = z.output<typeof videoPreprocessors>;
export type H264Settings = z.output<typeof h264Settings>;
export type H264Description = z.output<typeof h264Description>;
export type FrameCaptureDescription = z.output<typeof frameCaptureDescription>;
