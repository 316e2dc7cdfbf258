import { type Growth, type Measured, OURS } from '../bench.ts';
import { median } from '../statistics.ts';
import type { Layout } from './long-video.ts';
import type { ProbedBy } from './probe.ts';
import type { ProbeResponse } from './probe-response.ts';
import { LAYOUT_NAMES } from './stored-videos.ts';

export const NAMES: Readonly<Record<ProbedBy, string>> = {
  reelgate: OURS,
  ffmpeg: 'FFmpeg’s libraries over HTTP',
  ffprobe: 'ffprobe over HTTP',
};

/** `slow` delays every request to the server. */
export type Network = 'direct' | 'slow';

/** One inspection of one video, with the server's counts. */
export interface Inspection extends ProbeResponse {
  readonly requests: number;
  readonly bytes: number;
}

/** Every inspection of one video by one candidate; on the slow network only of the largest video. */
export type InspectionsOf = (
  by: ProbedBy,
  layout: Layout,
  bytes: number,
  network: Network,
) => readonly Inspection[];

interface Measurement {
  /** Bytes, ascending. */
  readonly sizes: readonly number[];
  /** With ffprobe where the machine has one. */
  readonly probers: readonly ProbedBy[];
  /** Delay of a request on the slow network. */
  readonly delayMs: number;
}

/**
 * The table, the targets and the plots of all inspections. Time is compared with ffprobe or, on a machine without it,
 * with FFmpeg's libraries.
 *
 * @throws Error if the candidates did not find the same properties
 */
export function inspectFigures(
  { sizes, probers, delayMs }: Measurement,
  inspections: InspectionsOf,
): Omit<Measured, 'remarks'> {
  const largest = sizes.at(-1) ?? 0;
  const size = `${largest / 1e6} MB`;
  const peer = probers.includes('ffprobe') ? 'ffprobe' : 'ffmpeg';
  for (const layout of LAYOUT_NAMES) {
    for (const by of probers) requireEqualResults(by, layout, inspections, largest);
  }
  const seriesOf = (
    layout: Layout,
    network: Network,
    what: string,
    unit: string,
    value: (each: Inspection) => number,
  ) =>
    probers.map((by) => ({
      measure: `${size}, ${layout}: ${what}`,
      candidate: NAMES[by],
      unit,
      better: 'less' as const,
      values: inspections(by, layout, largest, network).map(value),
    }));
  const slowTime = `time with ${delayMs} ms a request`;
  const series = LAYOUT_NAMES.flatMap((layout) => [
    ...seriesOf(layout, 'direct', 'time', 'ms', ({ ms }) => ms),
    ...seriesOf(layout, 'slow', slowTime, 'ms', ({ ms }) => ms),
    ...seriesOf(layout, 'direct', 'reads', 'requests', ({ requests }) => requests),
    ...seriesOf(layout, 'direct', 'bytes', 'KB', ({ bytes }) => bytes / 1e3),
  ]);
  const ours = LAYOUT_NAMES.flatMap((layout) => inspections('reelgate', layout, largest, 'direct'));
  const time = (by: ProbedBy, layout: Layout) =>
    median(inspections(by, layout, largest, 'direct').map(({ ms }) => ms));
  const growth = (id: string, y: string, value: (each: Inspection) => number): Growth => ({
    id,
    title: `Index last: ${y} by file size`,
    x: 'MB',
    y,
    logarithmic: true,
    points: sizes.flatMap((bytes) =>
      probers.map((by) => ({
        candidate: NAMES[by],
        x: bytes / 1e6,
        y: median(inspections(by, 'index last', bytes, 'direct').map(value)),
      })),
    ),
  });
  return {
    series,
    plotted: LAYOUT_NAMES.flatMap((layout) =>
      ['time', slowTime].map((what) => `${size}, ${layout}: ${what}`),
    ),
    targets: [
      {
        claim: `reads, ${size}, maximum of all layouts`,
        reached: Math.max(...ours.map(({ requests }) => requests)),
        unit: '',
        bound: 'at most',
        limit: 12,
      },
      {
        claim: `bytes, ${size}, maximum of all layouts`,
        reached: Math.max(...ours.map(({ bytes }) => bytes)),
        unit: 'bytes',
        bound: 'at most',
        limit: 1024 ** 2,
      },
      ...LAYOUT_NAMES.map((layout) => ({
        claim: `time compared with ${peer === 'ffprobe' ? 'ffprobe' : 'FFmpeg’s libraries'}, ${layout}`,
        reached: time(peer, layout) / time('reelgate', layout),
        unit: '×',
        bound: 'at least' as const,
        limit: 3,
      })),
    ],
    growth: [
      growth('time', 'ms', ({ ms }) => ms),
      growth('bytes', 'KB read', ({ bytes }) => bytes / 1e3),
    ],
  };
}

function requireEqualResults(
  by: ProbedBy,
  layout: Layout,
  inspections: InspectionsOf,
  bytes: number,
): void {
  const [ours] = inspections('reelgate', layout, bytes, 'direct');
  const [theirs] = inspections(by, layout, bytes, 'direct');
  const same =
    ours !== undefined &&
    theirs !== undefined &&
    ours.width === theirs.width &&
    ours.height === theirs.height &&
    ours.codecs.join() === theirs.codecs.join() &&
    Math.abs(ours.durationSeconds - theirs.durationSeconds) < 0.1;
  if (same) return;
  throw new Error(
    `The results for ${layout} differ: ${JSON.stringify(ours)} (reelgate) and ${JSON.stringify(theirs)} (${NAMES[by]}).`,
  );
}
