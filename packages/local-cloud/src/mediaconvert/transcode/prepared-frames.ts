import { avRescaleQ, type Frame, Rational } from 'node-av/lib';
import type { VideoPreprocessors } from '../settings/video-settings.ts';
import { type Graph, openGraph } from './filter-graph.ts';
import type { Ratio } from './frame-size.ts';
import { type Orientation, orientationFilters } from './orientation.ts';
import { frameShape, sourceFilter } from './source-filter.ts';

type Deinterlacer = VideoPreprocessors['deinterlacer'];

/** Decoded pictures, deinterlaced and rotated, in the time base of the source. */
export interface PreparedFrames {
  /** Adds a decoded frame (null: the end) and yields what is ready. The frames belong to this object. */
  push(frame: Frame | null, take: (frame: Frame) => Promise<void>): Promise<void>;
  close(): void;
}

/** Without a deinterlacer, fields stay woven into frames, as in MediaConvert (`deinterlacer` absent). */
export function preparedFrames(
  timeBase: Ratio,
  deinterlacer: Deinterlacer,
  orientation: Orientation,
): PreparedFrames {
  const filters = [...deinterlaceFilters(deinterlacer), ...orientationFilters(orientation)];
  if (filters.length === 0) {
    return {
      async push(frame, take) {
        if (frame !== null) await take(frame);
      },
      close: () => undefined,
    };
  }
  let running: { readonly graph: Graph; readonly shape: string } | undefined;
  const base = new Rational(timeBase.num, timeBase.den);
  const drain = async (graph: Graph, take: (frame: Frame) => Promise<void>) => {
    const filtered = graph.sinks[0]?.buffersinkGetTimeBase() ?? base;
    await graph.drain(0, async (frame) => {
      frame.pts = avRescaleQ(frame.pts, filtered, base);
      frame.duration = avRescaleQ(frame.duration, filtered, base);
      await take(frame);
    });
  };
  const finish = async (take: (frame: Frame) => Promise<void>) => {
    if (running === undefined) return;
    const { graph } = running;
    running = undefined;
    await graph.push(null);
    await drain(graph, take);
    graph.close();
  };
  return {
    async push(frame, take) {
      if (frame === null) return finish(take);
      const shape = frameShape(frame);
      if (running?.shape !== shape) await finish(take);
      running ??= {
        shape,
        graph: await openGraph(
          [sourceFilter(frame, timeBase), ...filters, 'buffersink@out0'].join(','),
          'video',
        ),
      };
      await running.graph.push(frame);
      await drain(running.graph, take);
    },
    close() {
      running?.graph.close();
      running = undefined;
    },
  };
}

/**
 * NORMAL leaves frames alone that are marked as progressive; ADAPTIVE looks at the pictures instead of the marks.
 * `bwdif` interpolates, as algorithm INTERPOLATE.
 */
export function deinterlaceFilters(deinterlacer: Deinterlacer): string[] {
  if (deinterlacer === undefined) return [];
  const { control = 'NORMAL', mode = 'DEINTERLACE' } = deinterlacer;
  const which = control === 'FORCE_ALL_FRAMES' ? 'all' : 'interlaced';
  const filter = `bwdif=mode=send_frame:deint=${which}`;
  return mode === 'ADAPTIVE' ? ['idet', filter] : [filter];
}
