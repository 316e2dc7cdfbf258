import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { AwsError } from '../../src/shared/aws-error.ts';
import type { CloudEvent } from '../../src/shared/events.ts';
import { until } from '../waiting.ts';
import { ROLE, type Started, startStates, taskDefinition } from './start-states.ts';

let started: Started;
beforeEach(async () => {
  started = await startStates();
});
afterEach(() => started.close());

const parsed = (text: string | undefined) => JSON.parse(text ?? 'null') as Record<string, unknown>;

describe('startExecution.sync:2', () => {
  const parent = (StateMachineArn: string, pattern: string) =>
    taskDefinition(`arn:aws:states:::states:startExecution.${pattern}`, {
      StateMachineArn,
      Input: { a: 1 },
    });

  it('waits for the end of the other execution and returns its output as JSON', async () => {
    const child = await started.create({
      StartAt: 'W',
      States: { W: { Type: 'Wait', Seconds: 60, End: true } },
    });
    const arn = await started.run(parent(child, 'sync:2'));
    await started.waitForType(arn, 'TaskSubmitted');
    started.clock.advance(61_000);
    expect(parsed((await started.ended(arn)).output)).toMatchObject({
      Status: 'SUCCEEDED',
      Output: { a: 1 },
    });
  });

  it('fails with States.TaskFailed if the other execution fails', async () => {
    const child = await started.create({
      StartAt: 'F',
      States: { F: { Type: 'Fail', Error: 'Bad' } },
    });
    const { error, cause } = await started.ended(await started.run(parent(child, 'sync')));
    expect(error).toBe('States.TaskFailed');
    expect(parsed(cause)).toMatchObject({ Status: 'FAILED', Error: 'Bad' });
  });
});

describe('mediaconvert:createJob.sync', () => {
  const job = (more: object = {}) =>
    taskDefinition(
      'arn:aws:states:::mediaconvert:createJob.sync',
      { Role: ROLE, Settings: { Inputs: [] } },
      more,
    );
  const stateChange = (status: string): CloudEvent => ({
    version: '0',
    id: 'e',
    'detail-type': 'MediaConvert Job State Change',
    source: 'aws.mediaconvert',
    account: '000000000000',
    time: '2025-01-01T00:00:00Z',
    region: 'us-east-1',
    resources: [],
    detail: { jobId: 'job-1', status },
  });
  const running = async (more: object = {}) => {
    started.fakes.on('mediaconvert:CreateJob', () => ({
      job: { id: 'job-1', status: 'SUBMITTED' },
    }));
    started.fakes.on('mediaconvert:CancelJob', () => ({}));
    const arn = await started.run(job(more));
    await started.waitForType(arn, 'TaskSubmitted');
    return arn;
  };

  it('continues with the event, not before, and returns the job in PascalCase', async () => {
    const arn = await running();
    expect(started.fakes.heard[0]?.body).toMatchObject({
      role: ROLE,
      clientRequestToken: expect.stringMatching(/^.{64}$/),
    });
    started.states.deliver(stateChange('PROGRESSING'));
    started.fakes.on('mediaconvert:GetJob', () => ({ job: { id: 'job-1', status: 'COMPLETE' } }));
    started.states.deliver(stateChange('COMPLETE'));
    const { output } = await started.ended(arn);
    expect(parsed(output)).toEqual({ Job: { Id: 'job-1', Status: 'COMPLETE' } });
    expect(started.fakes.heard.map(({ action }) => action)).toEqual([
      'mediaconvert:CreateJob',
      'mediaconvert:GetJob',
    ]);
  });

  it.each([
    ['throttles', 'TooManyRequestsException', 429],
    ['fails itself', 'InternalServerErrorException', 500],
  ])('repeats the look-up if MediaConvert %s', async (_, code, status) => {
    const arn = await running();
    let asked = 0;
    started.fakes.on('mediaconvert:GetJob', () => {
      asked += 1;
      if (asked < 3) throw new AwsError(code, 'not now', status);
      return { job: { id: 'job-1', status: 'COMPLETE' } };
    });
    started.states.deliver(stateChange('COMPLETE'));
    await until(() => {
      started.clock.advance(1000);
      return asked === 3;
    });
    expect((await started.ended(arn)).status).toBe('SUCCEEDED');
    expect(asked).toBe(3);
  });

  it('accepts an end that arrives before the response to CreateJob', async () => {
    started.fakes.on('mediaconvert:GetJob', () => ({ job: { id: 'job-1', status: 'COMPLETE' } }));
    started.fakes.on('mediaconvert:CreateJob', () => {
      started.states.deliver(stateChange('COMPLETE'));
      return { job: { id: 'job-1', status: 'SUBMITTED' } };
    });
    expect((await started.ended(await started.run(job()))).status).toBe('SUCCEEDED');
  });

  it('fails with States.TaskFailed and the job as cause', async () => {
    const arn = await running();
    started.fakes.on('mediaconvert:GetJob', () => ({
      job: { id: 'job-1', status: 'ERROR', errorCode: 1040 },
    }));
    started.states.deliver(stateChange('ERROR'));
    const { error, cause } = await started.ended(arn);
    expect(error).toBe('States.TaskFailed');
    expect(parsed(cause)).toMatchObject({ Status: 'ERROR', ErrorCode: 1040 });
  });

  it('cancels the job when the execution is stopped', async () => {
    const arn = await running();
    await started.client.send(new StopExecutionCommand({ executionArn: arn, error: 'enough' }));
    await started.fakes.called('mediaconvert:CancelJob');
    expect(started.fakes.heard.at(-1)?.body).toEqual({ id: 'job-1' });
    const history = await started.history(arn);
    expect(history.slice(-2).map(({ type }) => type)).toEqual([
      'TaskStateAborted',
      'ExecutionAborted',
    ]);
  });

  it('cancels the job when the state’s timeout has passed', async () => {
    const arn = await running({ TimeoutSeconds: 30 });
    started.clock.advance(31_000);
    expect((await started.ended(arn)).error).toBe('States.Timeout');
    await started.fakes.called('mediaconvert:CancelJob');
  });

  it('is refused to a role that may not manage the rule', async () => {
    await started.close();
    started = await startStates({
      authorize: ({ action, resource, caller }) => {
        if (action === 'events:PutTargets' && caller.kind === 'role')
          throw new AwsError('AccessDenied', `${action} on ${resource}`, 403);
      },
    });
    await expect(started.create(job())).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('rule/StepFunctionsGetEventsForMediaConvertJobRule'),
    });
  });
});
