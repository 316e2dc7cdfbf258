import type { Frame } from 'node-av/lib';
import {
  type CmafTrack,
  type FinishedTrack,
  openCmafTrack,
  type Segment,
} from '../packaging/cmaf-track.ts';
import { segmentCutter, startsGridCell } from '../packaging/segment-cutter.ts';
import type { FrameCaptureDescription, H264Description } from '../settings/video-settings.ts';
import { type Graph, openGraph } from './filter-graph.ts';
import { type OutputSize, outputSize, type Picture, type Ratio } from './frame-size.ts';
import { type Encoder, openH264 } from './h264-encoder.ts';
import { FAILURE_CODES, JobFailure } from './job-failure.ts';
import type { Orientation } from './orientation.ts';
import { h264Options, scalerOf, sizeRequest } from './rendition-plan.ts';
import { type StillWriter, stillWriter } from './still-writer.ts';
import { type VideoSink, videoGraph } from './video-graph.ts';

/** A rendition to encode into a fragmented MP4 file. */
export interface VideoRequest {
  readonly kind: 'video';
  readonly path: string;
  readonly description: H264Description;
  readonly segmentSeconds: number;
  readonly fragmentSeconds: number;
  segmentDone(segment: Segment): void;
}

/** Stills to write as JPEG files. */
export interface StillRequest {
  readonly kind: 'stills';
  readonly description: FrameCaptureDescription;
  pathOf(capture: number): string;
  written(capture: number, path: string, bytes: number): void;
}

export interface FinishedVideo {
  readonly size: OutputSize;
  readonly rate: Ratio;
  /** Length of the source's video. */
  readonly seconds: number;
  /** Absent for stills. */
  readonly track?: FinishedTrack;
}

export interface VideoRenditions {
  /** Adds a decoded frame; null means the end. Its pts is in the source's time base from the job's time 0. */
  push(frame: Frame | null): Promise<void>;
  /** Call it after the end. In the order of the requests. */
  finish(): FinishedVideo[];
  close(): void;
}

/** The orientation and the rate of the source's frames. */
export interface VideoSource {
  readonly timeBase: Ratio;
  readonly orientation: Orientation;
  /** The pixel aspect ratio of the coded frames. */
  readonly par: Ratio;
  readonly rate: Ratio;
}

interface Branch {
  readonly size: OutputSize;
  take(frame: Frame): Promise<void>;
  end(): Promise<void>;
  finish(): FinishedTrack | undefined;
  close(): void;
}

/** Scales and encodes the decoded frames for every request. The sizes depend on the first frame. */
export function videoRenditions(
  source: VideoSource,
  requests: readonly (VideoRequest | StillRequest)[],
): VideoRenditions {
  let graph: Graph | undefined;
  let branches: Branch[] = [];
  let seconds = 0;
  const start = async (first: Frame) => {
    const picture = shownPicture(first, source);
    branches = requests.map((request, index) =>
      request.kind === 'video'
        ? encodedBranch(request, sizeFor(picture, request, index), rateFor(request, source))
        : stillBranch(request, sizeFor(picture, request, index)),
    );
    const sinks = requests.map((request, index) =>
      sinkFor(request, branches[index]?.size, rateFor(request, source)),
    );
    const { timeBase, orientation } = source;
    return openGraph(videoGraph(first, timeBase, orientation, sinks), 'video');
  };
  return {
    async push(frame) {
      if (frame !== null) {
        graph ??= await start(frame);
        const { num, den } = source.timeBase;
        seconds = Math.max(seconds, (Number(frame.pts + frame.duration) * num) / den);
      }
      const running = graph;
      if (running === undefined) return;
      await running.push(frame);
      // Only one thread may use a graph at a time. The encoders of all renditions run in parallel.
      for (const [index, branch] of branches.entries()) await running.drain(index, branch.take);
      if (frame === null) await Promise.all(branches.map((branch) => branch.end()));
    },
    finish: () =>
      branches.map((branch, index) => {
        const track = branch.finish();
        const request = requests[index];
        const rate = request === undefined ? source.rate : rateFor(request, source);
        return { size: branch.size, rate, seconds, ...(track === undefined ? {} : { track }) };
      }),
    close() {
      for (const branch of branches) branch.close();
      graph?.close();
    },
  };
}

function shownPicture(first: Frame, { orientation, par }: VideoSource): Picture {
  const upright = orientation.turn % 2 === 0;
  return upright
    ? { width: first.width, height: first.height, par }
    : { width: first.height, height: first.width, par: { num: par.den, den: par.num } };
}

function sizeFor(picture: Picture, { description }: VideoRequest | StillRequest, index: number) {
  const size = outputSize(picture, sizeRequest(description));
  if (size.width % 2 !== 0 || size.height % 2 !== 0) {
    throw new JobFailure(
      FAILURE_CODES.incompatibleSettings,
      `Invalid resolution [${size.width} x ${size.height}], only even values are supported. video_description [${index + 1}].`,
    );
  }
  return size;
}

/** The rate of the description, or that of the source. */
function rateFor(request: VideoRequest | StillRequest, source: VideoSource): Ratio {
  if (request.kind === 'stills') return source.rate;
  const settings = request.description.codecSettings.h264Settings;
  const { framerateControl, framerateNumerator: num, framerateDenominator: den } = settings;
  return framerateControl === 'SPECIFIED' && num !== undefined && den !== undefined
    ? { num, den }
    : source.rate;
}

function sinkFor(
  request: VideoRequest | StillRequest,
  size: OutputSize | undefined,
  rate: Ratio,
): VideoSink {
  if (size === undefined) throw new Error('Each request has a branch with a size.');
  const sink = { size, rate, scaler: scalerOf(request.description) };
  if (request.kind === 'video') return sink;
  const capture = request.description.codecSettings.frameCaptureSettings ?? {};
  const { framerateNumerator = 1, framerateDenominator = 1, maxCaptures = 10_000_000 } = capture;
  return {
    ...sink,
    stills: { seconds: framerateDenominator / framerateNumerator, most: maxCaptures },
  };
}

function encodedBranch(request: VideoRequest, size: OutputSize, rate: Ratio): Branch {
  const { h264Settings } = request.description.codecSettings;
  const ticks = { num: rate.den, den: rate.num };
  const { segmentSeconds, fragmentSeconds } = request;
  const cutter = segmentCutter(ticks, segmentSeconds, fragmentSeconds);
  let opened: { encoder: Encoder; track: CmafTrack } | undefined;
  let end = 0;
  const open = async (like: Frame) => {
    const encoder = await openH264(like, size, rate, {
      options: h264Options(h264Settings, rate),
      keyframe: (frame) => startsGridCell(frame, ticks, fragmentSeconds),
    });
    const track = await openCmafTrack(request.path, encoder.context, ticks, request.segmentDone);
    return { encoder, track };
  };
  const encode = async (frame: Frame | null) => {
    if (frame !== null) opened ??= await open(frame);
    const running = opened;
    await running?.encoder.encode(frame, async (packet) => {
      const at = Number(packet.pts);
      const cut = packet.isKeyframe ? cutter(at) : undefined;
      if (cut !== undefined) running.track.cut(cut, at);
      end = Math.max(end, at + 1);
      running.track.write(packet);
    });
  };
  return {
    size,
    take: encode,
    end: () => encode(null),
    finish: () => opened?.track.finish(end),
    close: () => opened?.encoder.close(),
  };
}

function stillBranch(request: StillRequest, size: OutputSize): Branch {
  const { quality = 80 } = request.description.codecSettings.frameCaptureSettings ?? {};
  const writer: StillWriter = stillWriter(request.pathOf, quality, request.written);
  return {
    size,
    take: (frame) => writer.write(frame),
    end: async () => undefined,
    finish: () => undefined,
    close: () => writer.close(),
  };
}
