import { avGetCodecName, avGetPixFmtName, type Stream } from 'node-av/lib';
import type { Ratio } from './frame-size.ts';
import type { InputDetail } from './job-messages.ts';
import type { OpenInput } from './open-input.ts';

/** The names of FFmpeg's codecs in INPUT_INFORMATION. */
const CODECS: Readonly<Record<string, string>> = {
  h264: 'H_264',
  hevc: 'H_265',
  mpeg2video: 'MPEG2',
  vp8: 'VP8',
  vp9: 'VP9',
  av1: 'AV1',
  aac: 'AAC',
  mp3: 'MP3',
  opus: 'OPUS',
  vorbis: 'VORBIS',
  ac3: 'AC3',
  eac3: 'EAC3',
  flac: 'FLAC',
};

/**
 * The description of the input in INPUT_INFORMATION.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/ev_status_input_information.html
 */
export function inputDetail(
  uri: string,
  input: Pick<OpenInput, 'audios' | 'video'>,
  rate: Ratio | undefined,
): InputDetail {
  return {
    id: 1,
    uri,
    audio: input.audios.map((stream) => ({
      channels: stream.codecpar.channels,
      codec: codecOf(stream),
      language: (languageOf(stream) ?? 'und').toUpperCase(),
      sampleRate: stream.codecpar.sampleRate,
      streamId: stream.index + 1,
    })),
    video: input.video === undefined ? [] : [videoDetail(input.video, rate)],
  };
}

function videoDetail(stream: Stream, rate: Ratio | undefined): Record<string, unknown> {
  const { codecpar } = stream;
  const format = avGetPixFmtName(codecpar.format as never) ?? '';
  const { num, den } = stream.sampleAspectRatio;
  return {
    bitDepth: Number(/p(10|12|14|16)(?:le|be)?$/.exec(format)?.[1] ?? 8),
    codec: codecOf(stream),
    colorFormat: format.includes('444')
      ? 'YUV_444'
      : format.includes('422')
        ? 'YUV_422'
        : 'YUV_420',
    ...(codecpar.codecTagString === null ? {} : { fourCC: codecpar.codecTagString }),
    ...(rate === undefined ? {} : { frameRate: Number((rate.num / rate.den).toFixed(3)) }),
    height: codecpar.height,
    sar: num > 0 && den > 0 ? `${num}:${den}` : '1:1',
    standard: 'UNSPECIFIED',
    streamId: stream.index + 1,
    width: codecpar.width,
  };
}

function codecOf({ codecpar }: Stream): string {
  const name = avGetCodecName(codecpar.codecId) ?? 'unknown';
  return CODECS[name] ?? name.toUpperCase();
}

/** ISO 639-2 in lower case; undefined if the container has no language. */
export function languageOf(stream: Stream): string | undefined {
  const said = stream.metadata?.get('language')?.toLowerCase();
  return said !== undefined && /^[a-z]{3}$/.test(said) && said !== 'und' ? said : undefined;
}
