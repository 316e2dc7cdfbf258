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
import { type ChannelGains, panFilter } from './channel-gains.ts';
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

/** One track of the input. */
export interface AudioTrackInput {
  readonly channels: number;
  readonly timeBase: Ratio;
}

export interface AudioRendition {
  /** Adds a decoded frame of a track; null means its end. Its pts is from the job's time 0. */
  push(track: number, frame: Frame | null): Promise<void>;
  /** Call it after the end. The segments of the file; undefined if there was no sample. */
  finish(): FinishedTrack | undefined;
  close(): void;
}

export interface AudioRequest {
  readonly path: string;
  readonly plan: AacPlan;
  /** The tracks of the selector; their channels follow each other in `gains`. */
  readonly tracks: readonly AudioTrackInput[];
  readonly gains: ChannelGains;
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
  const { plan, tracks } = request;
  const ticks = { num: 1, den: plan.sampleRate };
  const encoder = await openAac(plan);
  const output = await openCmafTrack(request.path, encoder.context, ticks, request.segmentDone);
  const cutter = segmentCutter(ticks, request.segmentSeconds, request.fragmentSeconds);
  const inputs = tracks.map((track, index) =>
    trackFilter(request, track, channelsBefore(tracks, index)),
  );
  const mix = await openGraph(mixGraph(plan, tracks.length), 'audio');
  let left = tracks.length;
  let end = 0;
  const encode = (frame: Frame | null) =>
    encoder.encode(frame, async (packet) => {
      const at = Number(packet.pts);
      // The encoder's priming comes before time 0. Without an edit list it would delay everything else.
      if (at < 0) return;
      const cut = cutter(at);
      if (cut !== undefined) output.cut(cut, at);
      end = Math.max(end, at + Number(packet.duration || FRAME_SAMPLES));
      output.write(packet);
    });
  return {
    async push(track, frame) {
      await inputs[track]?.push(frame, async (each) => {
        await mix.push(each, track);
        await mix.drain(0, encode);
      });
      if (frame !== null) return;
      await mix.push(null, track);
      await mix.drain(0, encode);
      left -= 1;
      if (left === 0) await encode(null);
    },
    finish: () => {
      const finished = output.finish(end);
      return finished.segments.length === 0 ? undefined : finished;
    },
    close() {
      for (const input of inputs) input.close();
      mix.close();
      encoder.close();
    },
  };
}

function channelsBefore(tracks: readonly AudioTrackInput[], index: number): number {
  return tracks.slice(0, index).reduce((sum, { channels }) => sum + channels, 0);
}

/** Adds the tracks up, each of which already has the channels of the output. */
function mixGraph({ sampleRate, layout }: AacPlan, tracks: number): string {
  const format = `time_base=1/${sampleRate}:sample_rate=${sampleRate}:sample_fmt=fltp:channel_layout=${layout}`;
  const sources = Array.from(
    { length: tracks },
    (_, index) => `abuffer@in${index || ''}=${format}[i${index}]`,
  );
  const all = sources.map((_, index) => `[i${index}]`).join('');
  const sum = tracks === 1 ? 'anull' : `amix=inputs=${tracks}:duration=longest:normalize=0`;
  // `async` fills gaps between pieces of a track whose format changes.
  const rest = [
    sum,
    'aresample=async=1',
    `asetnsamples=n=${FRAME_SAMPLES}:p=0`,
    'abuffersink@out0',
  ];
  return [...sources, `${all}${rest.join(',')}`].join(';');
}

/** Resamples a track and brings it to the channels of the output. */
function trackFilter({ plan, gains, follow }: AudioRequest, track: AudioTrackInput, first: number) {
  let running: { readonly graph: Graph; readonly shape: string } | undefined;
  let begun = false;
  const finish = async (take: (frame: Frame) => Promise<void>) => {
    if (running === undefined) return;
    const { graph } = running;
    running = undefined;
    await graph.push(null);
    await graph.drain(0, take);
    graph.close();
  };
  const open = (frame: Frame) => {
    // first_pts=0 adds silence up to the first sample, or removes samples before time 0.
    const start = begun ? '' : ':first_pts=0';
    begun = true;
    return openGraph(
      [
        audioSource(frame, track.timeBase),
        `aresample=${plan.sampleRate}${start}${follow ? ':async=1000' : ''}`,
        panFilter(gains, plan.layout, first, Math.min(track.channels, frame.channels)),
        `aformat=sample_fmts=fltp:channel_layouts=${plan.layout}`,
        'abuffersink@out0',
      ].join(','),
      'audio',
    );
  };
  return {
    async push(frame: Frame | null, take: (frame: Frame) => Promise<void>) {
      if (frame === null) return finish(take);
      const shape = [frame.sampleRate, frame.format, layoutName(frame)].join();
      if (running?.shape !== shape) await finish(take);
      running ??= { graph: await open(frame), shape };
      await running.graph.push(frame);
      await running.graph.drain(0, take);
    },
    close() {
      running?.graph.close();
      running = undefined;
    },
  };
}

function audioSource(frame: Frame, timeBase: Ratio): string {
  const source = [
    `time_base=${timeBase.num}/${timeBase.den}`,
    `sample_rate=${frame.sampleRate}`,
    `sample_fmt=${expectPresent(avGetSampleFmtName(frame.format as never), 'sample format name')}`,
    `channel_layout=${layoutName(frame)}`,
  ];
  return `abuffer@in=${source.join(':')}`;
}

/** Raw PCM streams have only a number of channels, and some layouts have no name: then the number. */
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
