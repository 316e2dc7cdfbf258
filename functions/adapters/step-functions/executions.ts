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

const sfn = new SFNClient();

/**
 * Stops an execution, and with it the MediaConvert job that it waits for; one that has ended is left as it
 * is. https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync
 * @param cause for the history; no name of anybody
 */
export async function stopExecution(execution: string, cause: string): Promise<void> {
  await known(() =>
    sfn.send(
      new StopExecutionCommand({ executionArn: execution, error: 'UploadCancelled', cause }),
    ),
  );
}

/**
 * Starts an execution under a name of its own.
 * @returns false where one of that name has been started before
 */
export async function startExecution(
  stateMachine: string,
  name: string,
  input: object,
): Promise<boolean> {
  try {
    await sfn.send(
      new StartExecutionCommand({
        stateMachineArn: stateMachine,
        name,
        input: JSON.stringify(input),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ExecutionAlreadyExists) return false;
    throw error;
  }
}

/** How an execution stands; undefined where Step Functions no longer knows it. */
export async function describeExecution(execution: string): Promise<SeenExecution | undefined> {
  const described = await known(() =>
    // The input of a long workflow is of no use here.
    sfn.send(
      new DescribeExecutionCommand({ executionArn: execution, includedData: 'METADATA_ONLY' }),
    ),
  );
  if (!described?.status) return undefined;
  const { status, stopDate } = described;
  return { status, ...(stopDate && { endedAt: stopDate.getTime() }) };
}

/** Nothing much follows a job's creation in the history of an execution that waits for it. */
const LAST_EVENTS = 30;

/**
 * The MediaConvert job that an execution has created last, by its own history: known even where every event of
 * the job was lost.
 */
export async function submittedJob(execution: string): Promise<string | undefined> {
  return (await lastEvents(execution, LAST_EVENTS)).map(jobSubmittedIn).find((id) => id);
}

/**
 * Whether an execution stands where it created this job and waits for it. One that has gone on, and may be in
 * the retries of a later state, does not.
 */
export async function waitsForJob(execution: string, jobId: string): Promise<boolean> {
  const [last] = await lastEvents(execution, 1);
  return last !== undefined && jobSubmittedIn(last) === jobId;
}

async function lastEvents(execution: string, maxResults: number): Promise<HistoryEvent[]> {
  const history = await known(() =>
    sfn.send(
      new GetExecutionHistoryCommand({ executionArn: execution, reverseOrder: true, maxResults }),
    ),
  );
  return history?.events ?? [];
}

function jobSubmittedIn({ taskSubmittedEventDetails: submitted }: HistoryEvent) {
  if (submitted?.resourceType !== 'mediaconvert') return undefined;
  return (JSON.parse(submitted.output ?? '{}') as { Job?: { Id?: string } }).Job?.Id;
}

/** Executions are forgotten 90 days after their end: then undefined. */
async function known<Result>(call: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}
