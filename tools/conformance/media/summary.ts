import { INSPECTION_BUDGET, INSPECTION_MEMORY_MIB } from '../../../core/media/inspection-budget.ts';
import type { Inspection } from './inspect-mutant.ts';

/** The counts of a run so far. */
export interface Summary {
  readonly results: Map<string, number>;
  readonly maximum: { reads: number; bytes: number; ms: number; growth: number };
}

export function newSummary(): Summary {
  return { results: new Map(), maximum: { reads: 0, bytes: 0, ms: 0, growth: 0 } };
}

export function add({ results, maximum }: Summary, inspection: Inspection): void {
  const result = inspection.result ?? 'NO RESULT';
  results.set(result, (results.get(result) ?? 0) + 1);
  for (const name of ['reads', 'bytes', 'ms', 'growth'] as const) {
    maximum[name] = Math.max(maximum[name], inspection[name]);
  }
}

/** The results with the most frequent first, then the largest costs. */
export function summaryLines({ results, maximum }: Summary, peak: number): string[] {
  const counts = [...results].sort(([, a], [, b]) => b - a);
  const width = Math.max(...counts.map(([, count]) => `${count}`.length), 0);
  const { reads, bytes, ms } = INSPECTION_BUDGET;
  return [
    ...counts.map(([result, count]) => `  ${`${count}`.padStart(width)}  ${result}`),
    'Media: largest cost of a file, and the limit',
    `  reads   ${maximum.reads} of ${reads}`,
    `  bytes   ${maximum.bytes} of ${bytes}`,
    `  time    ${maximum.ms.toFixed(1)} ms of ${ms} ms`,
    `  memory  ${mib(maximum.growth)} MiB of growth; the process ${mib(peak)} MiB of ${INSPECTION_MEMORY_MIB} MiB`,
  ];
}

export function mib(bytes: number): string {
  return (bytes / 1_048_576).toFixed(1);
}
