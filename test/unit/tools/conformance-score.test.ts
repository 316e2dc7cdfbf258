import type { Outcome } from '@reelgate/local-cloud/conformance';
import { reportLines, scoreLine } from '../../../tools/conformance/report.ts';
import { runParts } from '../../../tools/conformance/run-parts.ts';
import { failed, scoreOf } from '../../../tools/conformance/score.ts';

const agrees: Outcome = { name: 'test_a', state: 'agrees' };
const differs: Outcome = { name: 'test_b', state: 'differs', why: 'assert 403 == 200' };
const notRun: Outcome = { name: 'test_c', state: 'did not run', why: 'no such parameter' };
const known = { part: 's3', name: 'test_b', reason: 'AWS does it so' } as const;

const score = (outcomes: readonly Outcome[], list: Parameters<typeof scoreOf>[3] = []) =>
  scoreOf('s3', { outcomes }, 1_500, list);
const text = (...scores: Parameters<typeof reportLines>[0]) => reportLines(scores).join('\n');

describe('A score', () => {
  it('counts the cases that agree out of all requested ones', () => {
    const found = score([agrees, differs, notRun]);
    expect([found.passed, found.total]).toEqual([1, 3]);
    expect(scoreLine(found)).toBe('S3: 1 of 3, 1 differs, 1 not run (1.5 s)');
  });

  it('fails for a case that differs, and names it with the reason', () => {
    const found = score([agrees, differs]);
    expect(failed(found)).toBe(true);
    expect(text(found)).toContain('S3: differs\n  test_b\n    assert 403 == 200\n');
    expect(text(found)).toContain('There are unexpected differences.');
  });

  it('does not fail for a documented difference, and prints its reason', () => {
    const found = score([agrees, differs], [known]);
    expect(failed(found)).toBe(false);
    expect(found.passed).toBe(1);
    expect(text(found)).toContain('known: AWS does it so');
    expect(text(found)).toContain('1 documented');
  });

  it('ignores documented differences of other parts', () => {
    expect(failed(score([differs], [{ ...known, part: 'asl' }]))).toBe(true);
  });

  it('a documented folder covers the cases below it only', () => {
    const folder = { ...known, name: 'legacy/' };
    const below = { ...differs, name: 'legacy/a.test.ts: is refused' };
    expect(failed(score([below], [folder]))).toBe(false);
    expect(failed(score([{ ...below, name: 'legacy.test.ts: x' }], [folder]))).toBe(true);
  });

  it('reports a documented difference that agrees now', () => {
    const found = score([{ ...agrees, name: 'test_b' }], [known]);
    expect(found.stale).toEqual(['test_b']);
    expect(failed(found)).toBe(false);
    expect(text(found)).toContain(
      'remove it from tools/conformance/known-differences.ts\n  test_b',
    );
  });

  it('does not report entries as stale that were not requested or apply to some clients only', () => {
    expect(score([agrees], [known]).stale).toEqual([]);
    const sometimes = { ...known, sometimes: true } as const;
    expect(score([{ ...agrees, name: 'test_b' }], [sometimes]).stale).toEqual([]);
  });

  it('reports cases that could not run, and does not count them as agreeing', () => {
    const found = score([agrees, notRun]);
    expect(failed(found)).toBe(false);
    expect(text(found)).toContain('S3: did not run\n  test_c: no such parameter');
    expect(text(found)).toContain('not everything ran');
  });

  it('keeps every line that differs for parts without named cases', () => {
    const ran = { passed: 4, total: 5, differing: ['never used: s3:GetObject'] };
    const found = scoreOf('permissions', ran, 0, []);
    expect([found.passed, found.total, failed(found)]).toEqual([4, 5, true]);
    expect(text(found)).toContain('  never used: s3:GetObject\n');
  });
});

describe('A run of the parts', () => {
  const runners = {
    asl: async () => ({ missing: ['There are no recorded executions at /nowhere.'] }),
    s3: () => Promise.reject(new Error('pytest ended with exit code 2')),
    dynamodb: async () => ({ outcomes: [agrees] }),
    permissions: async () => ({ outcomes: [agrees] }),
    media: async () => ({ outcomes: [agrees] }),
  };

  it('reports missing test data, which is not a failure', async () => {
    const scores = await runParts(['asl'], runners, () => undefined);
    expect(scores.some(failed)).toBe(false);
    expect(text(...scores)).toContain('There are no recorded executions at /nowhere.');
    expect(text(...scores)).toContain('Nothing ran.');
  });

  it('continues after a part that failed, and fails', async () => {
    const ended: string[] = [];
    const scores = await runParts(['asl', 's3', 'permissions'], runners, ({ part }) =>
      ended.push(part),
    );
    expect(ended).toEqual(['asl', 's3', 'permissions']);
    expect(scores.map(({ state }) => state)).toEqual(['missing', 'broken', 'ran']);
    expect(scores.map(failed)).toEqual([false, true, false]);
    expect(text(...scores)).toContain('S3: failed\n  pytest ended with exit code 2');
  });

  it('ends with a table with a row for each part', async () => {
    const lines = reportLines(await runParts(['asl', 'permissions'], runners, () => undefined));
    expect(lines.slice(-6).map((line) => line.replace(/\d+\.\d s$/, 'T'))).toEqual([
      'Part         Score   Result       Time',
      '-----------  ------  -----------  -----',
      'ASL          -       did not run  T',
      'Permissions  1 of 1  agrees       T',
      '',
      'Everything that ran agrees; not everything ran.',
    ]);
  });
});
