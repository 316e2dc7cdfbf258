import type { LanguageCode } from '@aws-sdk/client-mediaconvert';
import * as z from 'zod';

const aacSettings = z
  .strictObject({
    bitrate: z.int().min(6000).max(1_024_000).optional(),
    sampleRate: z
      .literal([8000, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000])
      .optional(),
    codingMode: z.enum(['CODING_MODE_1_0', 'CODING_MODE_2_0', 'CODING_MODE_5_1']).optional(),
    codecProfile: z.literal('LC').optional(),
    rateControlMode: z.enum(['CBR', 'VBR']).optional(),
    vbrQuality: z.enum(['LOW', 'MEDIUM_LOW', 'MEDIUM_HIGH', 'HIGH']).optional(),
    audioDescriptionBroadcasterMix: z.literal('NORMAL').optional(),
    rawFormat: z.literal('NONE').optional(),
    specification: z.literal('MPEG4').optional(),
  })
  .superRefine((settings, context) => {
    if (settings.rateControlMode === 'VBR' && settings.bitrate !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['bitrate'],
        message: 'Is not allowed when rateControlMode is VBR; use vbrQuality',
        input: settings.bitrate,
      });
    }
  });

/** `audioDescriptions/n`. The default of audioSourceName is the first selector. */
export const audioDescription = z.strictObject({
  audioSourceName: z.string().min(1).max(2048).optional(),
  codecSettings: z.strictObject({ codec: z.literal('AAC'), aacSettings: aacSettings.optional() }),
  audioType: z.literal(0).optional(),
  audioTypeControl: z.literal('FOLLOW_INPUT').optional(),
  languageCodeControl: z.enum(['FOLLOW_INPUT', 'USE_CONFIGURED']).optional(),
  /** ISO 639-2, three letters, upper case. */
  languageCode: z
    .custom<LanguageCode>((value) => typeof value === 'string' && /^[A-Z]{3}$/.test(value), {
      error: 'Should be three upper-case letters of ISO 639-2',
    })
    .optional(),
  streamName: z
    .string()
    .regex(/^[\w\s]*$/)
    .optional(),
});

export type AacSettings = z.output<typeof aacSettings>;
export type AudioDescription = z.output<typeof audioDescription>;
