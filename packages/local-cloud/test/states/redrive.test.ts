import {
  DescribeExecutionCommand,
  RedriveExecutionCommand,
  SendTaskHeartbeatCommand,
} from '@aws-sdk/client-sfn';
import { AwsError } from '../../src/shared/aws-error.ts';
import { FUNCTION } from './execute.ts';
import { type Started, startStates, taskDefinition } from './start-states.ts';

let started: Started;
beforeEach(async () => {
  started = await startStates();
});
afterEach(() => started.close());

const PASS = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };

describe('heartbeats', () => {
  it('extend the timeout of a callback', async () => {
    let taskToken = '';
    started.fakes.on('lambda:worker', (body) => {
      taskToken = String(body.token);
      return 'handed over';
    });
    const arn = await started.run(
      taskDefinition(
        'arn:aws:states:::lambda:invoke.waitForTaskToken',
        { FunctionName: FUNCTION, Payload: { token: '{% $states.context.Task.Token %}' } },
        { HeartbeatSeconds: 60, TimeoutSeconds: 600 },
      ),
    );
    await started.fakes.called('lambda:worker');
    for (let beat = 0; beat < 3; beat += 1) {
      started.clock.advance(40_000);
      await started.client.send(new SendTaskHeartbeatCommand({ taskToken }));
    }
    expect(
      (await started.client.send(new DescribeExecutionCommand({ executionArn: arn }))).status,
    ).toBe('RUNNING');
    started.clock.advance(61_000);
    expect(await started.ended(arn)).toMatchObject({
      status: 'FAILED',
      error: 'States.HeartbeatTimeout',
    });
    await expect(
      started.client.send(new SendTaskHeartbeatCommand({ taskToken })),
    ).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });
});

describe('RedriveExecution', () => {
  const redrive = (executionArn: string) =>
    started.client.send(new RedriveExecutionCommand({ executionArn }));

  it('runs only the failed states again', async () => {
    let broken = true;
    started.fakes.on('lambda:worker', () => {
      if (broken) throw new AwsError('ServiceException', 'down', 500);
      return 'fine';
    });
    const task = { Type: 'Task', Resource: FUNCTION, End: true };
    const arn = await started.run({
      StartAt: 'Once',
      States: {
        Once: { Type: 'Pass', Assign: { kept: 'yes' }, Next: 'All' },
        All: {
          Type: 'Parallel',
          Branches: [PASS, { StartAt: 'Work', States: { Work: task } }],
          Next: 'Read',
        },
        Read: {
          Type: 'Pass',
          Parameters: { 'all.$': '$', 'kept.$': '$kept', 'n.$': '$$.Execution.RedriveCount' },
          End: true,
        },
      },
    });
    expect((await started.ended(arn)).error).toBe('Lambda.ServiceException');
    const failed = await started.history(arn);
    broken = false;
    await redrive(arn);
    const { output, redriveCount } = await started.ended(arn);
    expect({ output: JSON.parse(output ?? ''), redriveCount }).toEqual({
      output: { all: [{}, 'fine'], kept: 'yes', n: 1 },
      redriveCount: 1,
    });
    const after = await started.history(arn);
    expect(after.slice(0, failed.length)).toEqual(failed);
    expect(after.slice(failed.length).map(({ type }) => type)).toEqual([
      'ExecutionRedriven',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionSucceeded',
      'TaskStateExited',
      'ParallelStateSucceeded',
      'ParallelStateExited',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
    expect(started.emitted.map(({ detail }) => (detail as { status: string }).status)).toEqual([
      'RUNNING',
      'FAILED',
      'RUNNING',
      'SUCCEEDED',
    ]);
  });

  it('runs the failed iterations of a Map again and keeps the results of the others', async () => {
    let broken = true;
    started.fakes.on('lambda:worker', (n) => {
      if (broken && Number(n) === 2) throw new AwsError('ServiceException', 'down', 500);
      return n;
    });
    const arn = await started.run(
      {
        QueryLanguage: 'JSONata',
        StartAt: 'Each',
        States: {
          Each: {
            Type: 'Map',
            MaxConcurrency: 1,
            ItemProcessor: {
              StartAt: 'W',
              States: { W: { Type: 'Task', Resource: FUNCTION, End: true } },
            },
            End: true,
          },
        },
      },
      [1, 2, 3],
    );
    await started.ended(arn);
    broken = false;
    await redrive(arn);
    expect((await started.ended(arn)).output).toBe('[1,2,3]');
    expect(started.fakes.heard.map(({ body }) => body)).toEqual([1, 2, 2, 3]);
  });

  it('is for executions that did not succeed, for 14 days', async () => {
    const done = await started.run(PASS);
    await started.ended(done);
    await expect(redrive(done)).rejects.toMatchObject({ name: 'ExecutionNotRedrivable' });
    const failed = await started.run({ StartAt: 'F', States: { F: { Type: 'Fail' } } });
    await started.ended(failed);
    started.clock.advance(15 * 86_400_000);
    await expect(redrive(failed)).rejects.toThrow('14 days');
  });
});
