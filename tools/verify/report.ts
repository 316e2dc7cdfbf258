import type { Findings } from './findings.ts';
import type { Observation, Row } from './row.ts';

/** A row of the result: what was assumed, what was seen, and what follows if it differs. */
export interface ReportedRow extends Observation {
  readonly id: string;
  readonly assumption: string;
  /** Present if the row differs. */
  readonly follows?: string;
}

export function judge(rows: readonly Row[], findings: Findings): ReportedRow[] {
  return rows.map(({ id, assumption, observe, followsIfDiffers }) => {
    const observation = observe(findings);
    return {
      id,
      assumption,
      ...observation,
      ...(observation.verdict === 'differs' && { follows: followsIfDiffers }),
    };
  });
}

const MARKS = { as_assumed: '✓', differs: '✗', unknown: '?' } as const;

/** The table for a terminal: one block for each row, since its sentences are longer than a line. */
export function reportText(rows: readonly ReportedRow[]): string {
  const blocks = rows.map(({ id, assumption, seen, verdict, follows }) =>
    [
      `${MARKS[verdict]} ${id}`,
      `    assumed  ${assumption}`,
      `    seen     ${seen}`,
      ...(follows === undefined ? [] : [`    follows  ${follows}`]),
    ].join('\n'),
  );
  const count = (verdict: ReportedRow['verdict']) =>
    rows.filter((row) => row.verdict === verdict).length;
  const sum = `${count('as_assumed')} as assumed, ${count('differs')} different, ${count('unknown')} unknown.`;
  return [...blocks, sum].join('\n');
}

/** 0 if everything is as assumed, 3 if something differs, 4 if something could not be seen. */
export function exitCodeOf(rows: readonly ReportedRow[]): number {
  if (rows.some(({ verdict }) => verdict === 'differs')) return 3;
  return rows.some(({ verdict }) => verdict === 'unknown') ? 4 : 0;
}
