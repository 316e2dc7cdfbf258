import type { Measured } from '../bench.ts';
import { withUnit } from './number-text.ts';
import { isMet, limitText, rowsOf } from './rows.ts';

/** The table of one bench for the terminal; without claims for a small run, whose figures mean nothing. */
export function terminalTable(name: string, measured: Measured, small = false): string {
  const rows = rowsOf(measured).map(({ measure, candidate, median, spread, ratio }) => [
    measure,
    candidate,
    median,
    spread,
    ratio,
  ]);
  const targets = (small ? [] : measured.targets).map((target) => [
    isMet(target) ? 'met   ' : 'MISSED',
    target.claim,
    withUnit(target.reached, target.unit),
    limitText(target),
  ]);
  return [
    `\n${name}`,
    ...aligned([['measure', 'candidate', 'median', 'spread', 'reelgate is better'], ...rows]),
    ...(targets.length > 0 ? ['', ...aligned(targets)] : []),
    ...measured.remarks.map((remark) => `\n${remark}`),
  ].join('\n');
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
}
