import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FUNCTION } from './execute.ts';

const SCRIPT = join(import.meta.dirname, '../../src/states/replay.ts');
const run = promisify(execFile);

function fileOf(cases: object[]): string {
  const file = join(mkdtempSync(join(tmpdir(), 'replay-')), 'cases.json');
  writeFileSync(file, JSON.stringify(cases));
  return file;
}

const definition = {
  QueryLanguage: 'JSONata',
  StartAt: 'Work',
  States: {
    Work: {
      Type: 'Task',
      Resource: FUNCTION,
      Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 3600 }],
      Assign: { v: '{% $states.result %}' },
      Next: 'Wait',
    },
    Wait: { Type: 'Wait', Seconds: 86_400, Output: '{% $v %}', End: true },
  },
};

describe('the replay command', () => {
  it('prints the histories as JSON without waiting: objects parsed, everything else as JSON text', async () => {
    const taskResults = [
      { error: 'Busy', cause: { errorMessage: 'later' } },
      { output: '[1,2.0]' },
    ];
    const { stdout } = await run(process.execPath, [
      SCRIPT,
      fileOf([{ id: 'one', definition, input: { a: 1 }, taskResults }]),
    ]);
    expect(JSON.parse(stdout)).toEqual([
      {
        id: 'one',
        events: [
          { type: 'ExecutionStarted', input: { a: 1 } },
          { type: 'TaskStateEntered', name: 'Work', input: { a: 1 } },
          { type: 'LambdaFunctionScheduled', input: { a: 1 }, resource: FUNCTION },
          { type: 'LambdaFunctionStarted' },
          { type: 'LambdaFunctionFailed', error: 'Busy' },
          { type: 'LambdaFunctionScheduled', input: { a: 1 }, resource: FUNCTION },
          { type: 'LambdaFunctionStarted' },
          { type: 'LambdaFunctionSucceeded', output: '[1,2.0]' },
          {
            type: 'TaskStateExited',
            name: 'Work',
            output: '[1,2.0]',
            assignedVariables: { v: '[1,2]' },
          },
          { type: 'WaitStateEntered', name: 'Wait', input: '[1,2.0]' },
          { type: 'WaitStateExited', name: 'Wait', output: '[1,2]' },
          { type: 'ExecutionSucceeded', output: '[1,2]' },
        ],
      },
    ]);
  });

  it('reports a case with too few task results, and runs the others', async () => {
    const failed = await run(process.execPath, [
      SCRIPT,
      fileOf([
        { id: 'short', definition, input: {}, taskResults: [] },
        { id: 'full', definition, input: {}, taskResults: [{ output: {} }] },
      ]),
    ]).catch((error: unknown) => error as { code: number; stdout: string; stderr: string });
    expect(failed).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('short: A task waits'),
    });
    const [short, full] = JSON.parse(failed.stdout) as { events: unknown[] }[];
    expect([short?.events.length, full?.events.length]).toEqual([0, 9]);
  });
});
