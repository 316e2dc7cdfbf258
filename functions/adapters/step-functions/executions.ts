import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { SeenExecution } from '../../../core/reconciliation/reconcile.ts';
import { classifyErrors } from '../transient-errors.ts';

/** Executions, and the client that reaches them. */
export interface Workflow {
  readonly client: Pick<SFNClient, 'send'>;
}

export interface StartableWorkflow extends Workflow {
  readonly stateMachineArn: string;
}

export function stepFunctionsClient(): SFNClient {
  return classifyErrors(new SFNClient());
}

/**
 * Stops an execution, and with it the MediaConvert job that it waits for; does nothing for one that has ended.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync
 */
export async function stopExecution(
  { client }: Workflow,
  execution: string,
  cause: string,
): Promise<void> {
  await ifKnown(() =>
    client.send(
      new StopExecutionCommand({ executionArn: execution, error: 'UploadCancelled', cause }),
    ),
  );
}

/** False where an execution of that name was started before. */
export async function startExecution(
  { client, stateMachineArn }: StartableWorkflow,
  name: string,
  input: object,
): Promise<boolean> {
  try {
    await client.send(
      new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
    );
    return true;
  } catch (error) {
    if (error instanceof ExecutionAlreadyExists) return false;
    throw error;
  }
}

export async function describeExecution(
  { client }: Workflow,
  execution: string,
): Promise<SeenExecution | undefined> {
  const described = await ifKnown(() =>
    client.send(
      // Without the execution's input and output, which are not used.
      new DescribeExecutionCommand({ executionArn: execution, includedData: 'METADATA_ONLY' }),
    ),
  );
  if (!described?.status) return undefined;
  const { status, stopDate } = described;
  return { status, ...(stopDate && { endedAt: stopDate.getTime() }) };
}

/** Few events follow the creation of a job in the history of an execution that waits for it. */
const LAST_EVENTS = 30;

/** The last job that the execution created, known even where every event of the job was lost. */
export async function submittedJob(
  workflow: Workflow,
  execution: string,
): Promise<string | undefined> {
  return (await lastEvents(workflow, execution, LAST_EVENTS)).map(submittedJobOf).find((id) => id);
}

/** False for an execution that has continued, and may be retrying a later state: it has another last event. */
export async function waitsForJob(
  workflow: Workflow,
  execution: string,
  jobId: string,
): Promise<boolean> {
  const [last] = await lastEvents(workflow, execution, 1);
  return last !== undefined && submittedJobOf(last) === jobId;
}

async function lastEvents(
  { client }: Workflow,
  execution: string,
  maxResults: number,
): Promise<HistoryEvent[]> {
  const history = await ifKnown(() =>
    client.send(
      new GetExecutionHistoryCommand({ executionArn: execution, reverseOrder: true, maxResults }),
    ),
  );
  return history?.events ?? [];
}

function submittedJobOf({ taskSubmittedEventDetails: submitted }: HistoryEvent) {
  if (submitted?.resourceType !== 'mediaconvert') return undefined;
  return (JSON.parse(submitted.output ?? '{}') as { Job?: { Id?: string } }).Job?.Id;
}

/** Step Functions deletes executions 90 days after their end: then undefined. */
async function ifKnown<Result>(call: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}
