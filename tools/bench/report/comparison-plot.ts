import { type Measured, OURS, type Series } from '../bench.ts';
import { median } from '../statistics.ts';
import { withUnit } from './number-text.ts';
import { inkColour, OUR_COLOUR, PEER_COLOURS, plotSvg } from './plot.ts';

const WIDTH = 460;
const BAR = 24;

/** A plot and its text alternative. */
export interface Plot {
  readonly svg: string;
  readonly words: string;
}

/** Bars of the medians with a line from the smallest to the largest run; undefined if nothing is plotted. */
export async function comparisonPlot(
  title: string,
  { series, plotted }: Pick<Measured, 'series' | 'plotted'>,
): Promise<Plot | undefined> {
  const compared = plotted.map((measure) => series.filter((each) => each.measure === measure));
  if (compared.length === 0) return undefined;
  const words = `${title}. ${compared.map(inWords).join(' ')}`;
  const svg = await plotSvg({ vconcat: compared.map(bars), spacing: 24 }, words);
  return { svg, words };
}

function inWords(group: readonly Series[]): string {
  const measured = group.map(
    ({ candidate, unit, values }) => `${candidate} ${withUnit(median(values), unit)}`,
  );
  return `${group[0]?.measure}: ${measured.join(', ')}.`;
}

function bars(group: readonly Series[]): object {
  const [{ measure, unit, better } = { measure: '', unit: '', better: 'more' }] = group;
  const values = group.map((each) => ({
    candidate: each.candidate,
    middle: median(each.values),
    smallest: Math.min(...each.values),
    highest: Math.max(...each.values),
    text: withUnit(median(each.values), unit),
    colour: each.candidate === OURS ? OUR_COLOUR : PEER_COLOURS[4],
  }));
  const largest = Math.max(...values.map(({ highest }) => highest));
  const y = {
    field: 'candidate',
    type: 'nominal',
    sort: null,
    title: null,
    axis: { ticks: false, domain: false, labelPadding: 6 },
  };
  const x = {
    type: 'quantitative',
    title: null,
    // Space for the number beside the longest bar.
    scale: { domain: [0, largest * 1.25 || 1], nice: false },
    axis: { tickCount: 5 },
  };
  return {
    title: `${measure} (${unit ? `${unit}, ` : ''}${better} is better)`,
    width: WIDTH,
    height: BAR * group.length,
    data: { values },
    layer: [
      {
        mark: { type: 'bar', height: 14 },
        encoding: {
          y,
          x: { ...x, field: 'middle' },
          color: { field: 'colour', type: 'nominal', scale: null },
        },
      },
      {
        mark: { type: 'rule', color: inkColour, strokeWidth: 2 },
        encoding: { y, x: { ...x, field: 'smallest' }, x2: { field: 'highest' } },
      },
      {
        mark: { type: 'text', align: 'left', dx: 6 },
        encoding: { y, x: { ...x, field: 'highest' }, text: { field: 'text' } },
      },
    ],
  };
}
