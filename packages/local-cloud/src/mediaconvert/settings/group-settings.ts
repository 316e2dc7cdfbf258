import * as z from 'zod';
import { audioDescription } from './audio-settings.ts';
import { frameCaptureDescription, h264Description } from './video-settings.ts';

const destination = z.string().regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[^$]*$/s, {
  error: 'Should be an S3 address of the form s3://bucket/path, without format identifiers ($)',
});
const nameModifier = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^$&/]*$/, { error: 'Should not contain format identifiers ($), & or /' });
const switched = z.enum(['ENABLED', 'DISABLED']);

const cmafGroupSettings = z
  .strictObject({
    destination,
    segmentLength: z.int().min(1).max(3600).optional(),
    segmentLengthControl: z.enum(['EXACT', 'GOP_MULTIPLE']).optional(),
    fragmentLength: z.int().min(1).max(3600).optional(),
    segmentControl: z.enum(['SEGMENTED_FILES', 'SINGLE_FILE']).optional(),
    writeHlsManifest: switched.optional(),
    writeDashManifest: switched.optional(),
    writeSegmentTimelineInRepresentation: switched.optional(),
    manifestCompression: z.enum(['NONE', 'GZIP']).optional(),
    manifestDurationFormat: z.enum(['FLOATING_POINT', 'INTEGER']).optional(),
    targetDurationCompatibilityMode: z.enum(['LEGACY', 'SPEC_COMPLIANT']).optional(),
    codecSpecification: z.literal('RFC_6381').optional(),
    streamInfResolution: z.enum(['INCLUDE', 'EXCLUDE']).optional(),
    clientCache: switched.optional(),
    minBufferTime: z.int().min(0).max(2_147_483_647).optional(),
    minFinalSegmentLength: z.literal(0).optional(),
    mpdManifestBandwidthType: z.enum(['AVERAGE', 'MAX']).optional(),
    mpdProfile: z.literal('MAIN_PROFILE').optional(),
    dashManifestStyle: z.literal('BASIC').optional(),
    ptsOffsetHandlingForBFrames: z.enum(['ZERO_BASED', 'MATCH_INITIAL_PTS']).optional(),
    videoCompositionOffsets: z.literal('SIGNED').optional(),
    imageBasedTrickPlay: z.literal('NONE').optional(),
  })
  .superRefine((settings, context) => {
    const { segmentLength = 10, fragmentLength = 2 } = settings;
    if (segmentLength % fragmentLength !== 0) {
      context.addIssue({
        code: 'custom',
        path: ['segmentLength'],
        message: `Should be a multiple of fragmentLength (${fragmentLength})`,
        input: segmentLength,
      });
    }
  });

const cmfcSettings = z.strictObject({
  audioDuration: z.literal('DEFAULT_CODEC_DURATION').optional(),
  audioGroupId: z.string().min(1).max(256).optional(),
  audioRenditionSets: z.string().min(1).max(256).optional(),
  audioTrackType: z
    .enum([
      'ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT',
      'ALTERNATE_AUDIO_AUTO_SELECT',
      'ALTERNATE_AUDIO_NOT_AUTO_SELECT',
    ])
    .optional(),
  descriptiveVideoServiceFlag: z.literal('DONT_FLAG').optional(),
  iFrameOnlyManifest: z.literal('EXCLUDE').optional(),
  klvMetadata: z.literal('NONE').optional(),
  scte35Esam: z.literal('NONE').optional(),
  scte35Source: z.literal('NONE').optional(),
  timedMetadata: z.literal('NONE').optional(),
});

const cmafOutput = z
  .strictObject({
    containerSettings: z.strictObject({
      container: z.literal('CMFC'),
      cmfcSettings: cmfcSettings.optional(),
    }),
    nameModifier: nameModifier.optional(),
    videoDescription: h264Description.optional(),
    audioDescriptions: z.array(audioDescription).min(1).max(1).optional(),
  })
  .refine(
    (output) =>
      (output.videoDescription === undefined) !== (output.audioDescriptions === undefined),
    { error: 'Should have either a videoDescription or one of audioDescriptions in a CMAF group' },
  );

const captureOutput = z.strictObject({
  containerSettings: z.strictObject({ container: z.literal('RAW') }),
  nameModifier: nameModifier.optional(),
  extension: z.literal('jpg').optional(),
  videoDescription: frameCaptureDescription,
});

const mp4Output = z.strictObject({
  containerSettings: z.strictObject({
    container: z.literal('MP4'),
    mp4Settings: z
      .strictObject({
        moovPlacement: z.enum(['PROGRESSIVE_DOWNLOAD', 'NORMAL']).optional(),
        cslgAtom: z.literal('EXCLUDE').optional(),
        freeSpaceBox: z.literal('EXCLUDE').optional(),
      })
      .optional(),
  }),
  nameModifier: nameModifier.optional(),
  extension: z.literal('mp4').optional(),
  videoDescription: h264Description,
  audioDescriptions: z.array(audioDescription).min(1).max(1).optional(),
});

const customName = z
  .string()
  .regex(/^[\w ]{0,12}$/)
  .optional();

const cmafGroup = z.strictObject({
  name: z.string().optional(),
  customName,
  outputGroupSettings: z.strictObject({
    type: z.literal('CMAF_GROUP_SETTINGS'),
    cmafGroupSettings,
  }),
  outputs: z.array(cmafOutput).min(1),
});

const fileGroup = z.strictObject({
  name: z.string().optional(),
  customName,
  outputGroupSettings: z.strictObject({
    type: z.literal('FILE_GROUP_SETTINGS'),
    fileGroupSettings: z.strictObject({ destination }),
  }),
  outputs: z.array(z.union([captureOutput, mp4Output])).min(1),
});

/** `/outputGroups/n`. */
export const outputGroup = z.union([cmafGroup, fileGroup]);

export type CmafGroup = z.output<typeof cmafGroup>;
export type FileGroup = z.output<typeof fileGroup>;
export type CmafOutput = z.output<typeof cmafOutput>;
export type CaptureOutput = z.output<typeof captureOutput>;
export type Mp4Output = z.output<typeof mp4Output>;
export type CmafGroupSettings = z.output<typeof cmafGroupSettings>;
