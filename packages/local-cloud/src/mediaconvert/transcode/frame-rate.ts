import type { Ratio } from './frame-size.ts';

/** Rates that files mean when they are off by a rounding of their clock. */
const USUAL: readonly Ratio[] = [
  { num: 12, den: 1 },
  { num: 15, den: 1 },
  { num: 24000, den: 1001 },
  { num: 24, den: 1 },
  { num: 25, den: 1 },
  { num: 30000, den: 1001 },
  { num: 30, den: 1 },
  { num: 48, den: 1 },
  { num: 50, den: 1 },
  { num: 60000, den: 1001 },
  { num: 60, den: 1 },
  { num: 120, den: 1 },
];
const NEAR = 0.0005;
const SLOWEST = 1;
const FASTEST = 120;

/**
 * The constant rate for INITIALIZE_FROM_SOURCE. `average` is frames over duration, `nominal` the lowest rate
 * on whose grid all timestamps fall. A file of constant rate has both alike. One of variable rate keeps its
 * nominal rate while that is at most twice the average (a phone that drops frames); otherwise (a clock of
 * 1 ms that passes for 1000 frames a second) the average, rounded up to whole frames. An average above 240
 * is such a clock too (FLV). Limits: 1 to 120.
 */
export function constantRate(average: Ratio, nominal: Ratio): Ratio {
  const mean = value(average);
  const grid = value(nominal);
  if (!(mean > 0 && mean <= 2 * FASTEST)) {
    return grid >= SLOWEST && grid <= FASTEST ? usual(nominal) : { num: 30, den: 1 };
  }
  if (Math.abs(grid - mean) / mean < NEAR) return bounded(usual(average));
  if (grid > mean && grid <= 2 * mean) return bounded(usual(nominal));
  const near = USUAL.find((rate) => Math.abs(value(rate) - mean) / mean < NEAR);
  return near ?? bounded({ num: Math.ceil(mean), den: 1 });
}

function usual(rate: Ratio): Ratio {
  const wanted = value(rate);
  return USUAL.find((each) => Math.abs(value(each) - wanted) / wanted < NEAR) ?? rate;
}

function bounded(rate: Ratio): Ratio {
  if (value(rate) > FASTEST) return { num: FASTEST, den: 1 };
  if (value(rate) < SLOWEST) return { num: SLOWEST, den: 1 };
  return rate;
}

function value({ num, den }: Ratio): number {
  return den > 0 && num > 0 ? num / den : 0;
}
