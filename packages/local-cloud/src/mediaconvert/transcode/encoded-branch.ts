import type { Frame } from 'node-av/lib';
import { type CmafTrack, openCmafTrack } from '../packaging/cmaf-track.ts';
import { segmentCutter, startsGridCell } from '../packaging/segment-cutter.ts';
import { frameQueue } from './frame-queue.ts';
import type { OutputSize, Ratio } from './frame-size.ts';
import { type Encoder, openH264 } from './h264-encoder.ts';
import { h264Options } from './rendition-plan.ts';
import type { Branch, VideoRequest } from './video-branch.ts';

/** Pictures that may wait for one encoder. Each one is as large as the rendition. */
const QUEUED = 8;

/** A rendition in H.264, encoded beside decoding and the other renditions. */
export function encodedBranch(request: VideoRequest, size: OutputSize, rate: Ratio): Branch {
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
  const queue = frameQueue(QUEUED, encode);
  return {
    size,
    wants: () => true,
    take: (frame) => queue.put(frame),
    async end() {
      await queue.drained();
      await encode(null);
    },
    finish: () => opened?.track.finish(end),
    seconds: () => (end * ticks.num) / ticks.den,
    close() {
      queue.close();
      opened?.encoder.close();
    },
  };
}
