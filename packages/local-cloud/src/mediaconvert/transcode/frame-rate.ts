import type { Ratio } from './frame-size.ts';

/** Standard rates. A file whose clock is rounded has a rate near one of them. */
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
 * The constant rate for INITIALIZE_FROM_SOURCE. `average` is frames divided by duration, `nominal` the lowest
 * rate whose grid contains all timestamps. They are equal for a constant rate. A file with a variable rate
 * keeps its nominal rate if that is at most twice the average (a phone that drops frames). Otherwise (a 1 ms
 * clock, which looks like 1000 frames per second) it gets the average, rounded up to whole frames. An average
 * above 240 is also such a clock (FLV). Limits: 1 to 120.
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
