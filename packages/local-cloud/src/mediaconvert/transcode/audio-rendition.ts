import {
  AV_CHANNEL_LAYOUT_5POINT1,
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_SAMPLE_FMT_FLTP,
} from 'node-av/constants';
import {
  avChannelLayoutDescribe,
  avGetSampleFmtName,
  Codec,
  CodecContext,
  type Frame,
  Rational,
} from 'node-av/lib';
import { type FinishedTrack, openCmafTrack, type Segment } from '../packaging/cmaf-track.ts';
import { segmentCutter } from '../packaging/segment-cutter.ts';
import { expectDone, expectPresent } from './ffmpeg-result.ts';
import { type Graph, openGraph } from './filter-graph.ts';
import type { Ratio } from './frame-size.ts';
import { type Encoder, encoderOf } from './h264-encoder.ts';
import type { AacPlan } from './rendition-plan.ts';

const LAYOUTS = {
  mono: AV_CHANNEL_LAYOUT_MONO,
  stereo: AV_CHANNEL_LAYOUT_STEREO,
  '5.1': AV_CHANNEL_LAYOUT_5POINT1,
};
/** Samples per channel in an AAC packet. */
const FRAME_SAMPLES = 1024;

export interface AudioRendition {
  /** Adds a decoded frame; null means the end. Its pts is in `timeBase` from the job's time 0. */
  push(frame: Frame | null, timeBase: Ratio): Promise<void>;
  /** Call it after the end. The segments of the file; undefined if there was no sample. */
  finish(): FinishedTrack | undefined;
  close(): void;
}

export interface AudioRequest {
  readonly path: string;
  readonly plan: AacPlan;
  /**
   * Whether to stretch or compress the audio to follow the timestamps (audioDurationCorrection other than
   * DISABLED).
   */
  readonly follow: boolean;
  readonly segmentSeconds: number;
  readonly fragmentSeconds: number;
  segmentDone(segment: Segment): void;
}

/** Resamples, mixes and encodes one audio rendition and writes it as CMAF. */
export async function openAudioRendition(request: AudioRequest): Promise<AudioRendition> {
  const { plan } = request;
  const ticks = { num: 1, den: plan.sampleRate };
  const encoder = await openAac(plan);
  const track = await openCmafTrack(request.path, encoder.context, ticks, request.segmentDone);
  const cutter = segmentCutter(ticks, request.segmentSeconds, request.fragmentSeconds);
  let graph: Graph | undefined;
  let end = 0;
  const encode = (frame: Frame | null) =>
    encoder.encode(frame, async (packet) => {
      const at = Number(packet.pts);
      // The encoder's priming comes before time 0. Without an edit list it would delay everything else.
      if (at < 0) return;
      const cut = cutter(at);
      if (cut !== undefined) track.cut(cut, at);
      end = Math.max(end, at + Number(packet.duration || FRAME_SAMPLES));
      track.write(packet);
    });
  return {
    async push(frame, timeBase) {
      if (frame !== null) graph ??= await openGraph(audioGraph(frame, timeBase, request), 'audio');
      await graph?.push(frame);
      await graph?.drain(0, encode);
      if (frame === null && graph !== undefined) await encode(null);
    },
    finish: () => {
      const finished = track.finish(end);
      return finished.segments.length === 0 ? undefined : finished;
    },
    close() {
      graph?.close();
      encoder.close();
    },
  };
}

function audioGraph(first: Frame, timeBase: Ratio, { plan, follow }: AudioRequest): string {
  const source = [
    `time_base=${timeBase.num}/${timeBase.den}`,
    `sample_rate=${first.sampleRate}`,
    `sample_fmt=${expectPresent(avGetSampleFmtName(first.format as never), 'sample format name')}`,
    `channel_layout=${layoutName(first)}`,
  ];
  const correction = follow ? ':async=1000' : '';
  return [
    `abuffer@in=${source.join(':')}`,
    // first_pts=0 adds silence up to the first sample, or removes samples before time 0.
    `aresample=${plan.sampleRate}:first_pts=0${correction}`,
    `aformat=sample_fmts=fltp:channel_layouts=${plan.layout}`,
    `asetnsamples=n=${FRAME_SAMPLES}:p=0`,
    'abuffersink@out0',
  ].join(',');
}

/** Raw PCM streams have only a number of channels. The default layout of FFmpeg for it is used. */
function layoutName({ channelLayout, channels }: Frame): string {
  const name = avChannelLayoutDescribe(channelLayout);
  return name === null || name.includes(' ') ? `${channels}c` : name;
}

async function openAac(plan: AacPlan): Promise<Encoder> {
  const codec = expectPresent(Codec.findEncoderByName('aac' as never), 'encoder aac');
  const context = new CodecContext();
  context.allocContext3(codec);
  context.sampleRate = plan.sampleRate;
  context.sampleFormat = AV_SAMPLE_FMT_FLTP;
  context.channelLayout = LAYOUTS[plan.layout];
  context.bitRate = BigInt(plan.bitrate);
  context.timeBase = new Rational(1, plan.sampleRate);
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  expectDone(await context.open2(codec, null), 'Opening the AAC encoder');
  return encoderOf(context);
}
