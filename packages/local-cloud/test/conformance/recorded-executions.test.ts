import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { differences } from '../../src/states/replay/compare.ts';
import { compareRecordings } from '../../src/states/replay/compare-recordings.ts';
import { readRecordings } from '../../src/states/replay/recording.ts';

const folder =
  process.env.REELGATE_CONFORMANCE ??
  join(import.meta.dirname, '../../../../../shared/conformance');
const file = join(folder, 'asl/recorded-cases.json');
const here = existsSync(file);

describe('recorded executions of the real service', () => {
  if (!here) it.todo(`did not run: there are no recordings at ${folder}/asl`);
  (here ? it : it.skip)('all agree', async () => {
    const results = await compareRecordings(readFileSync(file, 'utf8'));
    expect(results.filter(({ differences: found }) => found.length > 0)).toEqual([]);
    expect(results.length).toBeGreaterThan(0);
  });
});

describe('the comparison', () => {
  const started = { type: 'ExecutionStarted', input: { at: 'date', id: '<uuid:1>' } };
  const here2 = { type: 'ExecutionStarted', input: { at: '2025-01-01T00:00:00Z', id: 'any' } };
  const inside = (...events: object[]) =>
    [
      { type: 'MapStateEntered', name: 'M' },
      ...events,
      { type: 'MapStateExited', name: 'M' },
    ] as never[];
  const a = { type: 'PassStateEntered', name: 'A' };
  const b = { type: 'PassStateEntered', name: 'B' };

  it('accepts any value for a masked one, and ignores causes', () => {
    expect(differences([started], [here2])).toEqual([]);
    const failed = { type: 'ExecutionFailed', error: 'E' };
    expect(differences([{ ...failed, cause: 'x' }], [failed])).toEqual([]);
  });

  it('ignores the order within a Map or Parallel, and only there', () => {
    expect(differences(inside(a, b), inside(b, a))).toEqual([]);
    expect(differences([a, b], [b, a])).toHaveLength(2);
  });

  it.each([
    ['another type', [a], [{ ...a, type: 'X' }]],
    ['another payload', [{ ...a, input: '1' }], [{ ...a, input: '1.0' }]],
    ['another member', [{ ...a, input: { x: 1 } }], [{ ...a, input: { x: 1, y: 2 } }]],
    ['a missing error', [{ ...a, error: 'E' }], [a]],
    [
      'another variable',
      [{ ...a, assignedVariables: { v: '1' } }],
      [{ ...a, assignedVariables: { v: '2' } }],
    ],
    ['one event more', [a], [a, b]],
    ['an event twice inside', inside(a, b), inside(a, a)],
  ])('reports %s', (_, one, other) => {
    expect(differences(one as never[], other as never[]).length).toBeGreaterThan(0);
  });
});

describe('recordings', () => {
  it('of another form are refused with their place', () => {
    expect(() => readRecordings('{}')).toThrow('array');
    expect(() => readRecordings('[{"id": "x"}]')).toThrow('Case 0');
    expect(() => readRecordings('[{"id": "x", "definition": {}, "taskResults": [1]}]')).toThrow(
      'x: taskResults[0]',
    );
  });
});
