import { INSPECTION_BUDGET, INSPECTION_MEMORY_MIB } from '../../../core/media/inspection-budget.ts';
import type { Inspection } from './inspect-mutant.ts';

/** What a run over mutants has shown so far. */
export interface Summary {
  readonly verdicts: Map<string, number>;
  readonly most: { reads: number; bytes: number; ms: number; growth: number };
}

export function newSummary(): Summary {
  return { verdicts: new Map(), most: { reads: 0, bytes: 0, ms: 0, growth: 0 } };
}

export function add({ verdicts, most }: Summary, inspection: Inspection): void {
  const verdict = inspection.verdict ?? 'NO VERDICT';
  verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
  for (const name of ['reads', 'bytes', 'ms', 'growth'] as const) {
    most[name] = Math.max(most[name], inspection[name]);
  }
}

/** The verdicts, the most frequent first, then what the most expensive file has cost. */
export function summaryLines({ verdicts, most }: Summary, peak: number): string[] {
  const counts = [...verdicts].sort(([, a], [, b]) => b - a);
  const width = Math.max(...counts.map(([, count]) => `${count}`.length), 0);
  const { reads, bytes, ms } = INSPECTION_BUDGET;
  return [
    ...counts.map(([verdict, count]) => `  ${`${count}`.padStart(width)}  ${verdict}`),
    'Media: the most that any file took, and what is allowed',
    `  reads   ${most.reads} of ${reads}`,
    `  bytes   ${most.bytes} of ${bytes}`,
    `  time    ${most.ms.toFixed(1)} ms of ${ms} ms`,
    `  memory  ${mib(most.growth)} MiB more; the whole process ${mib(peak)} MiB of ${INSPECTION_MEMORY_MIB} MiB`,
  ];
}

export function mib(bytes: number): string {
  return (bytes / 1_048_576).toFixed(1);
}
