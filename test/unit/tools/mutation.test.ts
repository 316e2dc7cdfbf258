import { mutationArguments } from '../../../tools/mutation/arguments.ts';
import { type MutantResult, summarize } from '../../../tools/mutation/summary.ts';

const SOURCE = 'const a = 1;\nif (a >\n  2) stop();\n';

const mutant = (status: MutantResult['status'], more: Partial<MutantResult> = {}) =>
  ({
    status,
    fileName: '/repository/core/a.ts',
    location: { start: { line: 2, column: 5 }, end: { line: 3, column: 4 } },
    replacement: 'true',
    ...more,
  }) as MutantResult;

const summaryOf = (...mutants: MutantResult[]) => summarize(mutants, () => SOURCE, '/repository');

describe('the mutation summary', () => {
  it('scores detected mutants against valid ones', () => {
    const summary = summaryOf(
      mutant('Killed'),
      mutant('Timeout'),
      mutant('Survived'),
      mutant('NoCoverage'),
      mutant('RuntimeError'),
      mutant('Ignored'),
    );
    expect(summary).toMatchObject({ score: 50, detected: 2, valid: 4, ignored: 1 });
  });

  it('has no score without mutants', () => {
    expect(summaryOf(mutant('Ignored')).score).toBeNull();
  });

  it('shows place, original and replacement of each undetected mutant', () => {
    expect(
      summaryOf(mutant('Killed'), mutant('Survived'), mutant('NoCoverage')).undetected,
    ).toEqual(['core/a.ts:2:5: a > 2 → true', 'core/a.ts:2:5: a > 2 → true (no test runs this)']);
  });

  it('shortens long code', () => {
    const [line] = summaryOf(mutant('Survived', { replacement: 'x'.repeat(200) })).undetected;
    expect(line).toBe(`core/a.ts:2:5: a > 2 → ${'x'.repeat(79)}…`);
  });

  it('locates a mutant on the first line', () => {
    const location = { start: { line: 1, column: 11 }, end: { line: 1, column: 12 } };
    expect(summaryOf(mutant('Survived', { location, replacement: '2' })).undetected).toEqual([
      'core/a.ts:1:11: 1 → 2',
    ]);
  });
});

describe('the arguments of test:mutation', () => {
  it('name the targets; without a name all of them run', () => {
    expect(mutationArguments(['core', 'http']).names).toEqual(['core', 'http']);
    expect(mutationArguments([]).names).toEqual(['core', 'use-cases', 'http', 'client']);
  });

  it('narrow one target to some files', () => {
    expect(
      mutationArguments(['core', '--files', 'core/quota/*.ts', '--static', '--concurrency', '1']),
    ).toEqual({ names: ['core'], files: ['core/quota/*.ts'], withStatic: true, concurrency: 1 });
  });

  it.each([
    [['everything'], /unknown target everything/],
    [['core', '--fast'], /--fast/],
    [['core', 'http', '--files', 'core/*.ts'], /exactly one target/],
    [['core', '--concurrency', '0'], /--concurrency is 0; expected a whole number above 0/],
    [['core', '--concurrency', '1.5'], /--concurrency is 1.5/],
  ])('%j is refused', (args, message) => {
    expect(() => mutationArguments(args)).toThrow(message);
  });
});
