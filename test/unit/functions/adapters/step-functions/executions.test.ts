import { ExecutionAlreadyExists, ExecutionDoesNotExist } from '@aws-sdk/client-sfn';
import {
  describeExecution,
  startExecution,
  stopExecution,
  submittedJob,
  waitsForJob,
} from '../../../../../functions/adapters/step-functions/executions.ts';
import { fakeClient, serviceError } from '../fake-client.ts';

const workflowWith = (responses: Parameters<typeof fakeClient>[0]) => {
  const { sent, client } = fakeClient(responses);
  return { sent, workflow: { client, stateMachineArn: 'machine' } };
};
const unknown = () => new ExecutionDoesNotExist({ message: 'x', $metadata: {} });
const denied = () => serviceError('AccessDeniedException');

const submitted = (jobId: string, resourceType = 'mediaconvert') => ({
  taskSubmittedEventDetails: { resourceType, output: JSON.stringify({ Job: { Id: jobId } }) },
});

describe('An execution', () => {
  it('is started by name, once', async () => {
    const { workflow, sent } = workflowWith({ StartExecution: () => ({}) });
    expect(await startExecution(workflow, 'name', { a: 1 })).toBe(true);
    expect(sent).toEqual([
      ['StartExecution', { stateMachineArn: 'machine', name: 'name', input: '{"a":1}' }],
    ]);
    const again = workflowWith({
      StartExecution: () => new ExecutionAlreadyExists({ message: 'x', $metadata: {} }),
    });
    expect(await startExecution(again.workflow, 'name', {})).toBe(false);
  });

  it('is described by status and end', async () => {
    const { workflow, sent } = workflowWith({
      DescribeExecution: () => ({ status: 'FAILED', stopDate: new Date(5) }),
    });
    expect(await describeExecution(workflow, 'e')).toEqual({ status: 'FAILED', endedAt: 5 });
    expect(sent[0]?.[1]).toEqual({ executionArn: 'e', includedData: 'METADATA_ONLY' });
    const running = workflowWith({ DescribeExecution: () => ({ status: 'RUNNING' }) });
    expect(await describeExecution(running.workflow, 'e')).toEqual({ status: 'RUNNING' });
  });

  it('is stopped with a cause', async () => {
    const { workflow, sent } = workflowWith({ StopExecution: () => ({}) });
    await stopExecution(workflow, 'e', 'why');
    expect(sent).toEqual([
      ['StopExecution', { executionArn: 'e', error: 'UploadCancelled', cause: 'why' }],
    ]);
  });

  it('that Step Functions no longer knows is undefined, and has no job', async () => {
    const { workflow } = workflowWith({
      DescribeExecution: unknown,
      StopExecution: unknown,
      GetExecutionHistory: unknown,
    });
    expect(await describeExecution(workflow, 'e')).toBeUndefined();
    expect(await submittedJob(workflow, 'e')).toBeUndefined();
    expect(await waitsForJob(workflow, 'e', 'j')).toBe(false);
    await expect(stopExecution(workflow, 'e', 'why')).resolves.toBeUndefined();
  });

  it('throws other errors', async () => {
    const { workflow } = workflowWith({ StartExecution: denied, DescribeExecution: denied });
    await expect(startExecution(workflow, 'n', {})).rejects.toThrow('AccessDenied');
    await expect(describeExecution(workflow, 'e')).rejects.toThrow('AccessDenied');
  });
});

describe('The job of an execution', () => {
  it('is the last one in its history', async () => {
    const events = [{}, submitted('other', 'lambda'), submitted('new'), submitted('old')];
    const { workflow, sent } = workflowWith({ GetExecutionHistory: () => ({ events }) });
    expect(await submittedJob(workflow, 'e')).toBe('new');
    expect(sent[0]?.[1]).toEqual({ executionArn: 'e', reverseOrder: true, maxResults: 30 });
  });

  it.each([
    ['of that job', [submitted('job-1')], true],
    ['of another job', [submitted('job-2')], false],
    ['of another kind', [{}], false],
    [
      'of a job without output',
      [{ taskSubmittedEventDetails: { resourceType: 'mediaconvert' } }],
      false,
    ],
    ['absent', [], false],
  ])('is waited for where the last event is %s', async (_, events, waits) => {
    const { workflow, sent } = workflowWith({ GetExecutionHistory: () => ({ events }) });
    expect(await waitsForJob(workflow, 'e', 'job-1')).toBe(waits);
    expect(sent[0]?.[1]).toMatchObject({ maxResults: 1 });
  });
});
