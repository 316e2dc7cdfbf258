import { type Measured, OURS, type Target } from '../bench.ts';
import { advantage, median } from '../statistics.ts';
import { numberText, withUnit } from './number-text.ts';

/** One line of a table: a contender at one measure. */
export interface Row {
  readonly measure: string;
  readonly contender: string;
  readonly median: string;
  /** Smallest to largest. */
  readonly spread: string;
  /** How often reelgate is better than this one; empty for reelgate itself and where it does not take part. */
  readonly ratio: string;
}

export function rowsOf({ series }: Measured): Row[] {
  return series.map(({ measure, contender, unit, better, values }) => {
    const ours = series.find((each) => each.measure === measure && each.contender === OURS);
    const middle = median(values);
    const compared = ours !== undefined && contender !== OURS;
    return {
      measure,
      contender,
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
