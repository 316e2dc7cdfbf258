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

/** Decibels: -60 is silence. */
const gains = z.array(z.number().min(-60).max(6)).min(1).max(64);

const remixSettings = z
  .strictObject({
    channelsIn: z.int().min(1).max(64),
    /** The channels of the coding modes here. */
    channelsOut: z.literal([1, 2, 6]),
    channelMapping: z.strictObject({
      outputChannels: z.array(
        z
          .strictObject({
            inputChannels: gains.and(z.array(z.int())).optional(),
            inputChannelsFineTune: gains.optional(),
          })
          .refine((each) => (each.inputChannels ?? each.inputChannelsFineTune) !== undefined, {
            error: 'Should have inputChannels or inputChannelsFineTune',
          })
          .refine((each) => !(each.inputChannels && each.inputChannelsFineTune), {
            error: 'Should have either inputChannels or inputChannelsFineTune, not both',
          }),
      ),
    }),
  })
  .superRefine(({ channelsIn, channelsOut, channelMapping }, context) => {
    const { outputChannels } = channelMapping;
    const issue = (path: (string | number)[], message: string, input: unknown) =>
      context.addIssue({ code: 'custom', path: ['channelMapping', ...path], message, input });
    if (outputChannels.length !== channelsOut) {
      const message = `Should have ${channelsOut} entries, one for each of channelsOut`;
      issue(['outputChannels'], message, outputChannels);
    }
    for (const [index, { inputChannels, inputChannelsFineTune }] of outputChannels.entries()) {
      const name = inputChannels === undefined ? 'inputChannelsFineTune' : 'inputChannels';
      const values = inputChannels ?? inputChannelsFineTune ?? [];
      if (values.length === channelsIn) continue;
      const message = `Should have ${channelsIn} values, one for each of channelsIn`;
      issue(['outputChannels', index, name], message, values);
    }
  });

const CHANNELS = { CODING_MODE_1_0: 1, CODING_MODE_2_0: 2, CODING_MODE_5_1: 6 } as const;

/** `audioDescriptions/n`. The default of audioSourceName is the first selector. */
export const audioDescription = z
  .strictObject({
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
    remixSettings: remixSettings.optional(),
  })
  .superRefine(({ remixSettings: remix, codecSettings }, context) => {
    const channels = CHANNELS[codecSettings.aacSettings?.codingMode ?? 'CODING_MODE_2_0'];
    if (remix === undefined || remix.channelsOut === channels) return;
    context.addIssue({
      code: 'custom',
      path: ['remixSettings', 'channelsOut'],
      message: `Should be ${channels}, the number of channels of codingMode`,
      input: remix.channelsOut,
    });
  });

export type AacSettings = z.output<typeof aacSettings>;
export type AudioDescription = z.output<typeof audioDescription>;
