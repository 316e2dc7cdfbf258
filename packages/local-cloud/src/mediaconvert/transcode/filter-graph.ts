import { AV_BUFFERSRC_FLAG_KEEP_REF, AV_BUFFERSRC_FLAG_NONE, AVERROR_EOF } from 'node-av/constants';
import { type FilterContext, FilterGraph, Frame } from 'node-av/lib';
import { expectDone, expectPresent, isDry } from './ffmpeg-result.ts';

/** A running FFmpeg filter graph with its sources and sinks. */
export interface Graph {
  readonly sinks: readonly FilterContext[];
  /** Adds a frame (null: the end) to a source. The results wait in the sinks until `drain`. */
  push(frame: Frame | null, source?: number): Promise<void>;
  /** Yields the frames that wait in a sink. The graph owns the frame and clears it afterwards. */
  drain(sink: number, take: (frame: Frame) => Promise<void>): Promise<void>;
  /** As `drain`, but `take` owns each frame and frees it. */
  drainTo(sink: number, take: (frame: Frame) => Promise<void>): Promise<void>;
  close(): void;
}

/**
 * Builds a graph from an FFmpeg description with the sources `in`, `in1`, … (`buffer@in=…`) and the sinks
 * `out0`, `out1`, … (`buffersink@out0`).
 */
export async function openGraph(description: string, kind: 'video' | 'audio'): Promise<Graph> {
  const prefix = kind === 'audio' ? 'a' : '';
  const graph = new FilterGraph();
  graph.alloc();
  graph.nbThreads = 2;
  expectDone(graph.parse2(description), `Filter graph ${description}`);
  expectDone(await graph.config(), `Filter graph ${description}`);
  const named = (name: (index: number) => string) => {
    const found: FilterContext[] = [];
    for (;;) {
      const next = graph.getFilter(`${prefix}${name(found.length)}`);
      if (next === null) return found;
      found.push(next);
    }
  };
  const sources = named((index) => `buffer@in${index || ''}`);
  const sinks = named((index) => `buffersink@out${index}`);
  const frames = sinks.map(() => {
    const frame = new Frame();
    frame.alloc();
    return frame;
  });
  return {
    sinks,
    async push(frame, index = 0) {
      const source = expectPresent(sources[index], `source ${index} in its filter graph`);
      const flags = frame === null ? AV_BUFFERSRC_FLAG_NONE : AV_BUFFERSRC_FLAG_KEEP_REF;
      const code = await source.buffersrcAddFrame(frame, flags);
      if (code !== AVERROR_EOF) expectDone(code, 'Filtering');
    },
    async drain(index, take) {
      const sink = expectPresent(sinks[index], `sink ${index} in its filter graph`);
      const frame = expectPresent(frames[index], `frame for sink ${index}`);
      for (;;) {
        const code = await sink.buffersinkGetFrame(frame);
        if (isDry(code)) return;
        expectDone(code, 'Filtering');
        await take(frame);
        frame.unref();
      }
    },
    async drainTo(index, take) {
      const sink = expectPresent(sinks[index], `sink ${index} in its filter graph`);
      for (;;) {
        const frame = new Frame();
        frame.alloc();
        const code = await sink.buffersinkGetFrame(frame);
        if (code < 0) frame.free();
        if (isDry(code)) return;
        expectDone(code, 'Filtering');
        await take(frame);
      }
    },
    close() {
      for (const frame of frames) frame.free();
      graph.free();
    },
  };
}
