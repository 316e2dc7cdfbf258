import { type Measured, OURS, type Target } from '../bench.ts';
import { advantage, median } from '../statistics.ts';
import { numberText, withUnit } from './number-text.ts';

/** One row of a table: one measure of one candidate. */
export interface Row {
  readonly measure: string;
  readonly candidate: string;
  readonly median: string;
  /** Smallest to largest. */
  readonly spread: string;
  /** How many times reelgate is better; empty for reelgate itself and for measures without reelgate. */
  readonly ratio: string;
}

export function rowsOf({ series }: Measured): Row[] {
  return series.map(({ measure, candidate, unit, better, values }) => {
    const ours = series.find((each) => each.measure === measure && each.candidate === OURS);
    const middle = median(values);
    const compared = ours !== undefined && candidate !== OURS;
    return {
      measure,
      candidate,
      median: withUnit(middle, unit),
      spread:
        values.length === 1
          ? 'one run'
          : `${numberText(Math.min(...values))}–${numberText(Math.max(...values))}`,
      ratio: compared ? withUnit(advantage(median(ours.values), middle, better), '×') : '',
    };
  });
}

export function isMet({ reached, bound, limit }: Target): boolean {
  return bound === 'at least' ? reached >= limit : reached <= limit;
}

/** `≥ 30×` */
export function limitText({ bound, limit, unit }: Target): string {
  return `${bound === 'at least' ? '≥' : '≤'} ${withUnit(limit, unit)}`;
}
