import fc from 'fast-check';
import type { Measured, Target } from '../../../../tools/bench/bench.ts';
import { numberText, withUnit } from '../../../../tools/bench/report/number-text.ts';
import { isMet, limitText, rowsOf } from '../../../../tools/bench/report/rows.ts';
import { terminalTable } from '../../../../tools/bench/report/table.ts';
import { median, quantile } from '../../../../tools/bench/statistics.ts';

const measured = (series: Measured['series'], targets: readonly Target[] = []): Measured => ({
  series,
  plotted: [],
  targets: [...targets],
  growth: [],
  remarks: [],
});

describe('median', () => {
  it('is the middle value, or the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  it('has at most half of the values below and at most half above it, in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const middle = median(values);
        const below = values.filter((value) => value < middle).length;
        const above = values.filter((value) => value > middle).length;
        expect(below).toBeLessThanOrEqual(values.length / 2);
        expect(above).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });

  it('throws without values and for a share out of range', () => {
    expect(() => median([])).toThrow('needs at least one value');
    expect(() => quantile([1], 1.5)).toThrow('share is 1.5; expected 0 to 1');
  });
});

describe('A row', () => {
  const fast = { measure: 'speed', unit: 'MB/s', better: 'more' as const };
  const slow = { measure: 'time', unit: 'ms', better: 'less' as const };

  it('shows how many times reelgate is better, for more and for less', () => {
    const rows = rowsOf(
      measured([
        { ...fast, candidate: 'reelgate', values: [200] },
        { ...fast, candidate: 'peer', values: [100] },
        { ...slow, candidate: 'reelgate', values: [10] },
        { ...slow, candidate: 'peer', values: [30] },
      ]),
    );
    expect(rows.map(({ ratio }) => ratio)).toEqual(['', '2×', '', '3×']);
  });

  it('shows a ratio below 1 for a peer that is better', () => {
    const rows = rowsOf(
      measured([
        { ...slow, candidate: 'reelgate', values: [20] },
        { ...slow, candidate: 'peer', values: [10] },
      ]),
    );
    expect(rows[1]?.ratio).toBe('0.5×');
  });

  it('has the spread from the smallest to the largest run', () => {
    const [row] = rowsOf(measured([{ ...slow, candidate: 'reelgate', values: [3, 1, 2] }]));
    expect(row).toMatchObject({ median: '2 ms', spread: '1–3' });
  });
});

describe('A target', () => {
  const target = (bound: Target['bound'], reached: number): Target => ({
    claim: 'it is fast',
    reached,
    unit: '×',
    bound,
    limit: 2,
  });

  it('is met at its limit and missed beyond it', () => {
    expect([1.9, 2, 2.1].map((value) => isMet(target('at least', value)))).toEqual([
      false,
      true,
      true,
    ]);
    expect([1.9, 2, 2.1].map((value) => isMet(target('at most', value)))).toEqual([
      true,
      true,
      false,
    ]);
    expect(limitText(target('at most', 1))).toBe('≤ 2×');
  });

  it('without a figure counts as missed, which the terminal shows in capitals', () => {
    const series = [
      { measure: 'time', candidate: 'reelgate', unit: 'ms', better: 'less' as const, values: [1] },
    ];
    const table = terminalTable('bench', measured(series, [target('at least', Number.NaN)]));
    expect(table).toContain('MISSED  it is fast');
  });

  it('is not shown after a small run', () => {
    const series = [
      { measure: 'time', candidate: 'reelgate', unit: 'ms', better: 'less' as const, values: [1] },
    ];
    const table = terminalTable('bench', measured(series, [target('at least', 1)]), true);
    expect(table).not.toContain('it is fast');
  });
});

describe('A number', () => {
  it.each([
    [0, '0'],
    [5, '5'],
    [1_234_567, '1,234,567'],
    [1234.5678, '1,235'],
    [12.345, '12.3'],
    [1.2345, '1.23'],
    [0.012345, '0.0123'],
  ])('%d is shown as %s', (value, text) => {
    expect(numberText(value)).toBe(text);
  });

  it('has its unit after it, and dollars before it', () => {
    expect([withUnit(2, 'ms'), withUnit(2, '×'), withUnit(2, '$'), withUnit(2, '')]).toEqual([
      '2 ms',
      '2×',
      '$2',
      '2',
    ]);
  });
});
