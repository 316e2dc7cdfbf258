import type { AudioTrack, VideoTrack } from '../../core/contract/media.ts';
import { mediaInfoCodec } from '../../core/media/codec-names.ts';
import { colorOf } from './mediainfo-color.ts';
import type { MediaInfoTrack } from './mediainfo-track.ts';

/** Players assume it where a file does not say how many channels there are. */
const USUAL_CHANNELS = 2;
const USUAL_SAMPLE_RATE = 48_000;

/** A picture that MediaInfo describes. Sizes that it does not know are 0, which no policy accepts. */
export function videoFacts(track: MediaInfoTrack): VideoTrack {
  const codedWidth = numberOf(track.Width) ?? 0;
  const codedHeight = numberOf(track.Height) ?? 0;
  const pixelAspectRatio = simplestRatio(numberOf(track.PixelAspectRatio) ?? 1);
  const rotation = rotationOf(track);
  const across = Math.round(codedWidth * pixelAspectRatio);
  const upright = rotation === 0 || rotation === 180;
  const frameRate = numberOf(track.FrameRate);
  return {
    codec: mediaInfoCodec(track),
    codedWidth,
    codedHeight,
    displayWidth: upright ? across : codedHeight,
    displayHeight: upright ? codedHeight : across,
    rotation,
    pixelAspectRatio,
    ...(frameRate && { frameRate }),
    // `MBAFF` and `PAFF` are interlaced H.264.
    ...(track.ScanType && { interlaced: track.ScanType !== 'Progressive' }),
    color: colorOf(track),
  };
}

export function audioFacts(track: MediaInfoTrack): AudioTrack {
  return {
    codec: mediaInfoCodec(track),
    channels: numberOf(track.Channels) || USUAL_CHANNELS,
    sampleRate: numberOf(track.SamplingRate) || USUAL_SAMPLE_RATE,
    ...(track.Language && { language: track.Language.split(' / ')[0] }),
    ...(track.Default && { default: track.Default.startsWith('Yes') }),
  };
}

/** The first number of a value such as `48000 / 24000`. */
export function numberOf(text: string | undefined): number | undefined {
  const number = Number.parseFloat(text ?? '');
  return Number.isFinite(number) ? number : undefined;
}

function rotationOf({ Rotation }: MediaInfoTrack): VideoTrack['rotation'] {
  const quarter = Math.round((numberOf(Rotation) ?? 0) / 90);
  return ([0, 90, 180, 270] as const)[((quarter % 4) + 4) % 4] ?? 0;
}

/** MediaInfo rounds to three digits: 16/11 is 1.455. Standards and cameras use ratios of small numbers. */
const ROUNDING = 0.0005;
const MAX_DENOMINATOR = 200;

function simplestRatio(value: number): number {
  if (!(value > 0)) return 1;
  for (let denominator = 1; denominator <= MAX_DENOMINATOR; denominator += 1) {
    const ratio = Math.round(value * denominator) / denominator;
    if (Math.abs(ratio - value) <= ROUNDING) return ratio;
  }
  return value;
}
