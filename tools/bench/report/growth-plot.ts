import { type Growth, OURS } from '../bench.ts';
import type { Plot } from './comparison-plot.ts';
import { numberText } from './number-text.ts';
import { OUR_COLOUR, PEER_COLOURS, plotSvg } from './plot.ts';

/** A line for each candidate, each with its own colour and shape. */
export async function growthPlot(growth: Growth): Promise<Plot> {
  const names = [...new Set(growth.points.map(({ candidate }) => candidate))];
  const colours = names.map((name, index) =>
    name === OURS ? OUR_COLOUR : (PEER_COLOURS[index % PEER_COLOURS.length] ?? OUR_COLOUR),
  );
  const scale = growth.logarithmic ? { type: 'log' } : { zero: true };
  const sizes = [...new Set(growth.points.map(({ x }) => x))].sort((a, b) => a - b);
  const words = `${growth.title}. ${names.map((name) => inWords(name, growth)).join(' ')}`;
  const svg = await plotSvg(
    {
      title: growth.title,
      width: 460,
      height: 220,
      data: { values: growth.points },
      mark: { type: 'line', point: { size: 60 }, strokeWidth: 2 },
      encoding: {
        x: {
          field: 'x',
          type: 'quantitative',
          title: growth.x,
          scale,
          axis: { values: sizes, format: '~s', grid: false },
        },
        y: { field: 'y', type: 'quantitative', title: growth.y, scale, axis: { tickCount: 5 } },
        color: {
          field: 'candidate',
          type: 'nominal',
          scale: { domain: names, range: colours },
          legend: { orient: 'bottom' },
        },
        shape: { field: 'candidate', type: 'nominal', scale: { domain: names } },
      },
    },
    words,
  );
  return { svg, words };
}

function inWords(name: string, { points, x, y }: Growth): string {
  const pairs = points
    .filter(({ candidate }) => candidate === name)
    .map((point) => `${numberText(point.y)} at ${numberText(point.x)}`);
  return `${name}, ${y} by ${x}: ${pairs.join(', ')}.`;
}
