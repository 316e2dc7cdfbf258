import type { AudioDescription } from '../settings/audio-settings.ts';

/** For each output channel, the factor of each input channel. */
export type ChannelGains = readonly (readonly number[])[];

/** Decibels of remixSettings that mean silence. */
const MUTE = -60;

/**
 * The mix that the settings describe. Without `remixSettings` the first channels are taken: AWS does not document
 * that MediaConvert mixes the others in. One channel goes to both sides of a stereo output.
 */
export function channelGains(
  { remixSettings }: AudioDescription,
  channelsIn: number,
  channelsOut: number,
): ChannelGains {
  const mapping = remixSettings?.channelMapping.outputChannels;
  if (mapping !== undefined) {
    return mapping.map(({ inputChannels, inputChannelsFineTune }) =>
      (inputChannels ?? inputChannelsFineTune ?? []).map(factor),
    );
  }
  const source = (output: number) => (channelsIn === 1 && output < 2 ? 0 : output);
  return Array.from({ length: channelsOut }, (_, output) =>
    Array.from({ length: channelsIn }, (__, input) => (source(output) === input ? 1 : 0)),
  );
}

/** FFmpeg's `pan` for the channels from `first`, `count` of them, which are the only ones in this stream. */
export function panFilter(
  gains: ChannelGains,
  layout: string,
  first: number,
  count: number,
): string {
  const outputs = gains.map((row, output) => {
    const terms = row
      .slice(first, first + count)
      .flatMap((gain, input) => (gain === 0 ? [] : [`${gain.toFixed(6)}*c${input}`]));
    return `c${output}=${terms.length === 0 ? '0*c0' : terms.join('+')}`;
  });
  return `pan=${[layout, ...outputs].join('|')}`;
}

function factor(decibels: number): number {
  return decibels <= MUTE ? 0 : 10 ** (decibels / 20);
}
