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

/** How the server is reached: at once, or with a delay before every request. */
export type Road = 'direct' | 'slow';

/** One look at one video, with what the server counted of it. */
export interface Looked extends ProbeResponse {
  readonly requests: number;
  readonly bytes: number;
}

/** Every look of one contender at one video; by the slow road only at the largest. */
export type LooksOf = (
  by: ProbedBy,
  layout: Layout,
  bytes: number,
  road: Road,
) => readonly Looked[];

interface Measurement {
  /** Bytes, ascending. */
  readonly sizes: readonly number[];
  /** ffprobe among them where there is one. */
  readonly probers: readonly ProbedBy[];
  /** What the slow road adds to a request. */
  readonly delayMs: number;
}

/**
 * The table, the targets and the plots out of all looks. Time is held against the program; where there is none,
 * against FFmpeg's libraries.
 *
 * @throws Error where the contenders did not find the same facts
 */
export function inspectFigures(
  { sizes, probers, delayMs }: Measurement,
  looks: LooksOf,
): Omit<Measured, 'remarks'> {
  const largest = sizes.at(-1) ?? 0;
  const size = `${largest / 1e6} MB`;
  const peer = probers.includes('ffprobe') ? 'ffprobe' : 'ffmpeg';
  for (const layout of LAYOUT_NAMES) {
    for (const by of probers) requireSameFacts(by, layout, looks, largest);
  }
  const seriesOf = (
    layout: Layout,
    road: Road,
    what: string,
    unit: string,
    value: (each: Looked) => number,
  ) =>
    probers.map((by) => ({
      measure: `${size}, ${layout}: ${what}`,
      contender: NAMES[by],
      unit,
      better: 'less' as const,
      values: looks(by, layout, largest, road).map(value),
    }));
  const slowTime = `time with ${delayMs} ms a request`;
  const series = LAYOUT_NAMES.flatMap((layout) => [
    ...seriesOf(layout, 'direct', 'time', 'ms', ({ ms }) => ms),
    ...seriesOf(layout, 'slow', slowTime, 'ms', ({ ms }) => ms),
    ...seriesOf(layout, 'direct', 'reads', 'requests', ({ requests }) => requests),
    ...seriesOf(layout, 'direct', 'bytes', 'KB', ({ bytes }) => bytes / 1e3),
  ]);
  const ours = LAYOUT_NAMES.flatMap((layout) => looks('reelgate', layout, largest, 'direct'));
  const time = (by: ProbedBy, layout: Layout) =>
    median(looks(by, layout, largest, 'direct').map(({ ms }) => ms));
  const growth = (id: string, y: string, value: (each: Looked) => number): Growth => ({
    id,
    title: `Index last: ${y} by size of the file`,
    x: 'MB',
    y,
    logarithmic: true,
    points: sizes.flatMap((bytes) =>
      probers.map((by) => ({
        contender: NAMES[by],
        x: bytes / 1e6,
        y: median(looks(by, 'index last', bytes, 'direct').map(value)),
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
        claim: `most reads, ${size} in any layout`,
        reached: Math.max(...ours.map(({ requests }) => requests)),
        unit: '',
        bound: 'at most',
        limit: 12,
      },
      {
        claim: `most bytes, ${size} in any layout`,
        reached: Math.max(...ours.map(({ bytes }) => bytes)),
        unit: 'bytes',
        bound: 'at most',
        limit: 1024 ** 2,
      },
      ...LAYOUT_NAMES.map((layout) => ({
        claim: `time beside ${peer === 'ffprobe' ? 'ffprobe' : 'FFmpeg’s libraries'}, ${layout}`,
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

function requireSameFacts(by: ProbedBy, layout: Layout, looks: LooksOf, bytes: number): void {
  const [ours] = looks('reelgate', layout, bytes, 'direct');
  const [theirs] = looks(by, layout, bytes, 'direct');
  const same =
    ours !== undefined &&
    theirs !== undefined &&
    ours.width === theirs.width &&
    ours.height === theirs.height &&
    ours.codecs.join() === theirs.codecs.join() &&
    Math.abs(ours.durationSeconds - theirs.durationSeconds) < 0.1;
  if (same) return;
  throw new Error(
    `They do not agree on ${layout}: ${JSON.stringify(ours)} and ${JSON.stringify(theirs)}.`,
  );
}
