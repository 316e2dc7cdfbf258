import { TITLES } from './part.ts';
import { failed, type Score } from './score.ts';

/** One line about a part that has ended. */
export function scoreLine(score: Score): string {
  return `${TITLES[score.part]}: ${[scoreText(score), resultText(score)].filter(Boolean).join(', ')} (${seconds(score.ms)})`;
}

/** All cases that differ or did not run, then a table, then a summary. */
export function reportLines(scores: readonly Score[]): string[] {
  return [...scores.flatMap(detailLines), '', ...table(scores), '', summary(scores)];
}

function detailLines(score: Score): string[] {
  const title = TITLES[score.part];
  const lines: string[] = [];
  const list = (heading: string, items: readonly string[]) => {
    if (items.length > 0)
      lines.push('', `${title}: ${heading}`, ...items.map((item) => `  ${item}`));
  };
  const { differing, notRun, stale, notes, state } = score;
  list(
    'differs',
    differing.flatMap(({ name, why, known }) =>
      known === undefined ? [name, ...indented(why)] : [],
    ),
  );
  list(
    'differs, as documented',
    differing.flatMap(({ name, why, known }) =>
      known === undefined ? [] : [name, ...indented(why), `  known: ${known}`],
    ),
  );
  list(
    'did not run',
    notRun.map(({ name, why }) => `${name}: ${why}`),
  );
  list('agrees now; remove it from tools/conformance/known-differences.ts', stale);
  list(
    state === 'missing' ? 'did not run' : 'failed',
    notes.flatMap((note) => note.split('\n')),
  );
  return lines;
}

function indented(why: string): string[] {
  return why === '' ? [] : [`  ${why}`];
}

function table(scores: readonly Score[]): string[] {
  const rows = scores.map((score) => [
    TITLES[score.part],
    scoreText(score) || '-',
    resultText(score) || 'agrees',
    seconds(score.ms),
  ]);
  const all = [['Part', 'Score', 'Result', 'Time'], ...rows];
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...all.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [...all.slice(0, 1), widths.map((width) => '-'.repeat(width)), ...all.slice(1)].map(line);
}

function scoreText({ state, passed, total }: Score): string {
  return state === 'ran' ? `${passed} of ${total}` : '';
}

function resultText({ state, differing, notRun, stale }: Score): string {
  if (state !== 'ran') return state === 'missing' ? 'did not run' : 'failed';
  const unknown = differing.filter(({ known }) => known === undefined).length;
  const counts: [number, string][] = [
    [unknown, unknown === 1 ? 'differs' : 'differ'],
    [differing.length - unknown, 'documented'],
    [notRun.length, 'not run'],
    [stale.length, 'stale'],
  ];
  return counts.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : [])).join(', ');
}

function summary(scores: readonly Score[]): string {
  if (scores.some(failed)) return 'There are unexpected differences.';
  if (scores.every(({ state }) => state === 'missing')) return 'Nothing ran.';
  return scores.some(({ state, notRun }) => state === 'missing' || notRun.length > 0)
    ? 'Everything that ran agrees; not everything ran.'
    : 'Everything agrees.';
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
