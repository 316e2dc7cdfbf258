import { readFileSync } from 'node:fs';
import {
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  PublishStateMachineVersionCommand,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateStateMachineCommand,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn';
import { AwsError } from '../../src/shared/aws-error.ts';
import { FUNCTION } from './execute.ts';
import { ROLE, type Started, startStates, taskDefinition } from './start-states.ts';

let started: Started;
beforeEach(async () => {
  started = await startStates();
});
afterEach(() => started.close());

const PASS = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
const LONG = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 3600, End: true } } };

const start = (stateMachineArn: string, name?: string, input = '{}') =>
  started.client.send(new StartExecutionCommand({ stateMachineArn, name, input }));

describe('state machines', () => {
  it('are described as they were created, and updated', async () => {
    const arn = await started.create(PASS, {
      name: 'shop',
      loggingConfiguration: { level: 'ALL', includeExecutionData: true },
    });
    expect(arn).toBe('arn:aws:states:us-east-1:000000000000:stateMachine:shop');
    const definition = JSON.stringify(LONG);
    await started.client.send(new UpdateStateMachineCommand({ stateMachineArn: arn, definition }));
    expect(
      await started.client.send(new DescribeStateMachineCommand({ stateMachineArn: arn })),
    ).toMatchObject({
      name: 'shop',
      status: 'ACTIVE',
      type: 'STANDARD',
      roleArn: ROLE,
      definition,
      loggingConfiguration: { level: 'ALL', includeExecutionData: true },
    });
    const { stateMachines } = await started.client.send(new ListStateMachinesCommand({}));
    expect(stateMachines).toMatchObject([{ name: 'shop' }]);
  });

  it('can be created twice with equal properties only', async () => {
    const arn = await started.create(PASS, { name: 'same' });
    expect(await started.create(PASS, { name: 'same' })).toBe(arn);
    await expect(started.create(LONG, { name: 'same' })).rejects.toMatchObject({
      name: 'StateMachineAlreadyExists',
    });
  });

  it('need a valid name and definition, and are STANDARD', async () => {
    await expect(started.create(PASS, { name: 'a b' })).rejects.toMatchObject({
      name: 'InvalidName',
    });
    await expect(
      started.create({ StartAt: 'P', States: { P: { Type: 'Pass', Next: 'Q' } } }),
    ).rejects.toMatchObject({
      name: 'InvalidDefinition',
      message: expect.stringContaining(
        "MISSING_TRANSITION_TARGET: The next state 'Q' does not exist at /States/P/Next",
      ),
    });
    await expect(started.create(PASS, { type: 'EXPRESS' })).rejects.toThrow(
      "'EXPRESS' are not supported",
    );
    await expect(started.create(PASS, { publish: true })).rejects.toThrow('publish');
    await expect(
      started.create(taskDefinition('arn:aws:states:::aws-sdk:sqs:fly', {})),
    ).rejects.toThrow('sqs has no action fly at /States/Work/Resource');
  });

  it('stop their executions when they are deleted', async () => {
    const stateMachineArn = await started.create(LONG);
    const { executionArn = '' } = await start(stateMachineArn);
    await started.client.send(new DeleteStateMachineCommand({ stateMachineArn }));
    expect((await started.ended(executionArn)).status).toBe('ABORTED');
    await expect(start(stateMachineArn)).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
    });
  });

  it('can be validated without being created', async () => {
    const validate = async (definition: object) =>
      started.client.send(
        new ValidateStateMachineDefinitionCommand({ definition: JSON.stringify(definition) }),
      );
    expect(await validate(PASS)).toMatchObject({ result: 'OK', diagnostics: [] });
    expect(await validate({ StartAt: 'X', States: {} })).toMatchObject({
      result: 'FAIL',
      diagnostics: [{ severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', location: '/States' }],
    });
  });

  it('have no versions, which is reported', async () => {
    const stateMachineArn = await started.create(PASS);
    await expect(
      started.client.send(new PublishStateMachineVersionCommand({ stateMachineArn })),
    ).rejects.toThrow("'PublishStateMachineVersion' is not supported");
  });
});

describe('StartExecution', () => {
  it('is idempotent by name while the execution runs with the same input', async () => {
    const arn = await started.create(LONG);
    const first = await start(arn, 'one', '{"a": 1}');
    expect(first.executionArn).toMatch(/:execution:machine-[\da-f-]+:one$/);
    expect(await start(arn, 'one', '{ "a":1 }')).toMatchObject({
      executionArn: first.executionArn,
    });
    await expect(start(arn, 'one', '{"a":2}')).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
    });
    await started.client.send(new StopExecutionCommand({ executionArn: first.executionArn }));
    await expect(start(arn, 'one', '{"a":1}')).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
    });
  });

  it('accepts names of 80 characters and JSON input of 262,144 bytes', async () => {
    const arn = await started.create(PASS);
    await expect(start(arn, 'n'.repeat(81))).rejects.toMatchObject({ name: 'InvalidName' });
    await expect(start(arn, 'n'.repeat(80))).resolves.toBeDefined();
    await expect(start(arn, undefined, '{')).rejects.toMatchObject({
      name: 'InvalidExecutionInput',
    });
    await expect(start(arn, undefined, `"${'x'.repeat(262_143)}"`)).rejects.toThrow('262144 bytes');
  });

  it('needs a permission for the state machine', async () => {
    const arn = await started.create(PASS);
    await start(arn);
    expect(started.authorized.map(({ action, resource }) => [action, resource])).toEqual([
      ['states:CreateStateMachine', arn],
      ['iam:PassRole', ROLE],
      ['states:StartExecution', arn],
    ]);
    await started.close();
    started = await startStates({
      authorize: ({ action }) => {
        if (action === 'states:StartExecution') throw new AwsError('AccessDenied', 'no', 403);
      },
    });
    await expect(start(await started.create(PASS))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});

describe('executions', () => {
  it('are described with times, status, output and whether they can be redriven', async () => {
    const arn = await started.run(PASS, { a: 1 });
    expect(await started.ended(arn)).toMatchObject({
      status: 'SUCCEEDED',
      input: '{"a":1}',
      output: '{"a":1}',
      startDate: expect.any(Date),
      stopDate: expect.any(Date),
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
    });
    await expect(
      started.client.send(new DescribeExecutionCommand({ executionArn: `${arn}x` })),
    ).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
  });

  it('are listed newest first, by status, a page at a time', async () => {
    const stateMachineArn = await started.create(LONG);
    for (const name of ['a', 'b', 'c']) {
      await start(stateMachineArn, name);
      started.clock.advance(10);
    }
    const page = (nextToken?: string) =>
      started.client.send(
        new ListExecutionsCommand({
          stateMachineArn,
          statusFilter: 'RUNNING',
          maxResults: 2,
          nextToken,
        }),
      );
    const { executions, nextToken } = await page();
    expect(executions?.map(({ name }) => name)).toEqual(['c', 'b']);
    expect((await page(nextToken)).executions?.map(({ name }) => name)).toEqual(['a']);
    const failed = new ListExecutionsCommand({ stateMachineArn, statusFilter: 'FAILED' });
    expect((await started.client.send(failed)).executions).toEqual([]);
  });

  it('stop with the given error and cause', async () => {
    const executionArn = await started.run(LONG);
    await started.client.send(new StopExecutionCommand({ executionArn, error: 'E', cause: 'C' }));
    expect(await started.ended(executionArn)).toMatchObject({
      status: 'ABORTED',
      error: 'E',
      cause: 'C',
    });
    expect((await started.history(executionArn)).at(-1)).toMatchObject({
      type: 'ExecutionAborted',
      executionAbortedEventDetails: { error: 'E', cause: 'C' },
    });
  });

  it('send an event for every change of status, in the form of EventBridge', async () => {
    const arn = await started.run(PASS);
    await started.ended(arn);
    expect(started.emitted).toMatchObject([
      {
        source: 'aws.states',
        'detail-type': 'Step Functions Execution Status Change',
        resources: [arn],
        detail: { status: 'RUNNING', stopDate: null },
      },
      { detail: { status: 'SUCCEEDED', output: '{}', stopDate: expect.any(Number) } },
    ]);
    expect(new Set(started.emitted.map(({ id }) => id)).size).toBe(2);
  });

  it('write their events to the log, with or without data as configured', async () => {
    const logged = async (loggingConfiguration: object) => {
      const { executionArn = '' } = await start(
        await started.create(PASS, { loggingConfiguration }),
      );
      await started.ended(executionArn);
      const lines = readFileSync(started.logFile, 'utf8').trim().split('\n');
      return lines
        .map((line) => JSON.parse(line))
        .filter((line) => line.execution_arn === executionArn);
    };
    const all = await logged({ level: 'ALL', includeExecutionData: true });
    expect(all).toMatchObject([
      { id: '1', type: 'ExecutionStarted', details: { input: '{}' } },
      {},
      {},
      {},
    ]);
    const bare = await logged({ level: 'ALL' });
    expect(bare[0].details.input).toBeUndefined();
    expect(await logged({ level: 'ERROR' })).toEqual([]);
  });
});

describe('GetExecutionHistory', () => {
  it('returns details under their own names, linked by previousEventId', async () => {
    started.fakes.on('lambda:worker', () => 'done');
    const arn = await started.run(
      taskDefinition(FUNCTION, { a: 1 }, { TimeoutSeconds: 9, Assign: { v: 1 } }),
    );
    await started.ended(arn);
    expect(await started.history(arn)).toMatchObject([
      {
        id: 1,
        previousEventId: 0,
        type: 'ExecutionStarted',
        executionStartedEventDetails: { input: '{}', roleArn: ROLE },
      },
      { id: 2, previousEventId: 1, stateEnteredEventDetails: { name: 'Work', input: '{}' } },
      {
        id: 3,
        lambdaFunctionScheduledEventDetails: {
          resource: FUNCTION,
          input: '{"a":1}',
          timeoutInSeconds: 9,
        },
      },
      { id: 4, previousEventId: 3, type: 'LambdaFunctionStarted' },
      { id: 5, lambdaFunctionSucceededEventDetails: { output: '"done"' } },
      {
        id: 6,
        stateExitedEventDetails: { name: 'Work', output: '"done"', assignedVariables: { v: '1' } },
      },
      { id: 7, previousEventId: 6, executionSucceededEventDetails: { output: '"done"' } },
    ]);
  });

  it('has pages forwards and backwards, and can omit the data', async () => {
    const executionArn = await started.run(PASS, { secret: 1 });
    await started.ended(executionArn);
    const page = (options: object) =>
      started.client.send(new GetExecutionHistoryCommand({ executionArn, ...options }));
    const first = await page({ maxResults: 3 });
    const second = await page({ maxResults: 3, nextToken: first.nextToken });
    expect([...(first.events ?? []), ...(second.events ?? [])].map(({ id }) => id)).toEqual([
      1, 2, 3, 4,
    ]);
    expect(second.nextToken).toBeUndefined();
    const back = await page({ maxResults: 3, reverseOrder: true });
    const rest = await page({ maxResults: 3, reverseOrder: true, nextToken: back.nextToken });
    expect([...(back.events ?? []), ...(rest.events ?? [])].map(({ id }) => id)).toEqual([
      4, 3, 2, 1,
    ]);
    const bare = await page({ includeExecutionData: false });
    expect(JSON.stringify(bare.events)).not.toContain('secret');
    await expect(page({ nextToken: 'nonsense' })).rejects.toMatchObject({ name: 'InvalidToken' });
  });

  it('contains ParallelStateSucceeded', async () => {
    const arn = await started.run({
      StartAt: 'All',
      States: { All: { Type: 'Parallel', Branches: [PASS], End: true } },
    });
    await started.ended(arn);
    expect((await started.history(arn)).map(({ type }) => type).slice(-3)).toEqual([
      'ParallelStateSucceeded',
      'ParallelStateExited',
      'ExecutionSucceeded',
    ]);
  });
});
