import type { Frame } from 'node-av/lib';
import type { VideoPreprocessors } from '../settings/video-settings.ts';
import { type Colour, colourOf, mappingTo709 } from './colour.ts';
import type { ColourTables } from './colour-tables.ts';
import { type Graph, openGraph } from './filter-graph.ts';
import { type OutputSize, outputSize, type Picture, type Ratio } from './frame-size.ts';
import { frameShape } from './source-filter.ts';
import type { Branch, VideoSource } from './video-branch.ts';
import { type VideoSink, videoGraph } from './video-graph.ts';

/** Pictures at the ticks of a rate, scaled for some branches. */
export interface ScaledFrames {
  push(frame: Frame, tick: number): Promise<void>;
  end(): Promise<void>;
  close(): void;
}

interface Sink extends Pick<VideoSink, 'scaler' | 'still'> {
  readonly branch: Branch;
  readonly corrector: VideoPreprocessors['colorCorrector'];
  /** Whether pictures of another shape are stretched instead of getting black bars. */
  readonly stretch: boolean;
}

export interface ScaledFramesOptions {
  readonly source: VideoSource;
  /** The first picture, for which the branches have their sizes. */
  readonly picture: Picture;
  readonly rate: Ratio;
  readonly sinks: readonly Sink[];
  readonly tables: ColourTables;
}

/**
 * Frames go to the branches that want their tick. The sizes of the branches do not change; a picture that differs from
 * the one before in size, format or colours gets a new filter graph, with black bars if its aspect ratio differs.
 */
export function scaledFrames(options: ScaledFramesOptions): ScaledFrames {
  const { source, rate, sinks } = options;
  const ticks = { num: rate.den, den: rate.num };
  let running: { readonly graph: Graph; readonly shape: string } | undefined;
  const drain = async (graph: Graph) => {
    for (const [index, { branch }] of sinks.entries()) {
      await graph.drainTo(index, (frame) => branch.take(frame));
    }
  };
  const finish = async () => {
    if (running === undefined) return;
    const { graph } = running;
    running = undefined;
    await graph.push(null);
    await drain(graph);
    graph.close();
  };
  const open = async (frame: Frame) => {
    const from = colourOf(frame, source.stream, source.selector);
    const tables = new Map<Sink['corrector'], string>();
    for (const { corrector } of sinks) {
      const mapping = mappingTo709(from, corrector, source.selector);
      if (mapping !== undefined) tables.set(corrector, await options.tables.pathOf(mapping));
    }
    const colours: { from: Colour; tableFor: (each: Sink['corrector']) => string | undefined } = {
      from,
      tableFor: (corrector) => tables.get(corrector),
    };
    const shown = sinks.map((sink) => ({ ...sink, size: fitted(frame, sink, options) }));
    return openGraph(videoGraph(frame, ticks, colours, shown), 'video');
  };
  return {
    async push(frame, tick) {
      if (!sinks.some(({ branch }) => branch.wants(tick))) return;
      const shape = frameShape(frame);
      if (running?.shape !== shape) await finish();
      running ??= { graph: await open(frame), shape };
      frame.pts = BigInt(tick);
      frame.duration = 1n;
      await running.graph.push(frame);
      await drain(running.graph);
    },
    end: finish,
    close() {
      running?.graph.close();
      running = undefined;
    },
  };
}

/** The area of an output that this picture fills. */
function fitted(frame: Frame, { branch, stretch }: Sink, options: ScaledFramesOptions): OutputSize {
  const { picture } = options;
  const { size } = branch;
  if (frame.width === picture.width && frame.height === picture.height) return size;
  const { num, den } = frame.sampleAspectRatio;
  const own = num > 0 && den > 0 ? { num, den } : picture.par;
  const scaling = stretch ? 'STRETCH_TO_OUTPUT' : 'DEFAULT';
  return outputSize(
    { width: frame.width, height: frame.height, par: own },
    { width: size.width, height: size.height, par: size.par, scaling },
  );
}
