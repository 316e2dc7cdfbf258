import { type Comparison, isDifference, type Kind } from './comparison.ts';

export interface ComparedFile extends Comparison {
  readonly file: string;
}

/** The share of agreeing files among those that FFmpeg decodes and the policy allows. */
export const GOAL = 0.98;

export function shareOf(files: readonly ComparedFile[]): number {
  const agreeing = files.filter(({ kind }) => kind === 'agrees').length;
  const differing = files.filter(isDifference).length;
  return agreeing + differing === 0 ? 1 : agreeing / (agreeing + differing);
}

/** Every file that differs, then the number of files of each kind, then the share. */
export function reportLines(files: readonly ComparedFile[]): string[] {
  const counts = new Map<Kind, number>();
  for (const { kind } of files) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const refusals = new Map<string, number>();
  for (const { kind, what } of files) {
    const [code = ''] = what.split(':');
    if (kind === 'refused by policy') refusals.set(code, (refusals.get(code) ?? 0) + 1);
  }
  const differing = files.filter(isDifference).sort((a, b) => a.kind.localeCompare(b.kind));
  const percent = Math.round(shareOf(files) * 1_000) / 10;
  return [
    ...differing.map(({ kind, file, what }) => `${kind}\t${file}\t${what}`),
    ...(differing.length > 0 ? [''] : []),
    ...countLines(counts),
    ...(refusals.size > 0 ? ['', 'Refused by policy:', ...countLines(refusals)] : []),
    '',
    `${percent} % of the files that FFmpeg decodes and the policy allows agree.`,
  ];
}

/** The most frequent first. */
function countLines(counts: ReadonlyMap<string, number>): string[] {
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  const width = Math.max(...sorted.map(([, count]) => `${count}`.length), 0);
  return sorted.map(([name, count]) => `  ${`${count}`.padStart(width)}  ${name}`);
}
