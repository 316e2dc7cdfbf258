import { relative } from 'node:path';
import type { Stryker } from '@stryker-mutator/core';

export type MutantResult = Awaited<ReturnType<Stryker['runMutationTest']>>[number];

export interface Summary {
  /** Detected mutants in percent of all valid ones, or null if there is none. */
  score: number | null;
  detected: number;
  valid: number;
  ignored: number;
  /** One line for each mutant that no test noticed. */
  undetected: string[];
}

const DETECTED = new Set(['Killed', 'Timeout']);
const UNDETECTED = new Set(['Survived', 'NoCoverage']);

/** Mutants that do not load, or that are excluded, count neither way: as in Stryker's own score. */
export function summarize(
  mutants: readonly MutantResult[],
  sourceOf: (fileName: string) => string,
  root: string,
): Summary {
  const detected = mutants.filter(({ status }) => DETECTED.has(status)).length;
  const undetected = mutants.filter(({ status }) => UNDETECTED.has(status));
  const valid = detected + undetected.length;
  return {
    score: valid === 0 ? null : (100 * detected) / valid,
    detected,
    valid,
    ignored: mutants.filter(({ status }) => status === 'Ignored').length,
    undetected: undetected.map((mutant) => line(mutant, sourceOf(mutant.fileName), root)),
  };
}

/** Lines and columns are 1-based, as in Stryker's report. */
function line(mutant: MutantResult, source: string, root: string): string {
  const { start, end } = mutant.location;
  const lines = source.split('\n');
  const offset = ({ line, column }: typeof start) =>
    lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
  const original = source.slice(offset(start), offset(end));
  const place = `${relative(root, mutant.fileName)}:${start.line}:${start.column}`;
  const untested = mutant.status === 'NoCoverage' ? ' (no test runs this)' : '';
  return `${place}: ${short(original)} → ${short(mutant.replacement ?? '')}${untested}`;
}

function short(code: string): string {
  const oneLine = code.replaceAll(/\s+/g, ' ').trim();
  return oneLine.length > 80 ? `${oneLine.slice(0, 79)}…` : oneLine;
}
