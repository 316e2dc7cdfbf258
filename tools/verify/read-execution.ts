import {
  DescribeExecutionCommand,
  type HistoryEvent,
  paginateGetExecutionHistory,
} from '@aws-sdk/client-sfn';
import type { Deployment } from './deployment.ts';
import type { FoundExecution } from './findings.ts';

export async function readExecution(
  { states }: Deployment,
  executionArn: string,
): Promise<FoundExecution> {
  const described = await states.send(new DescribeExecutionCommand({ executionArn }));
  const history: HistoryEvent[] = [];
  for await (const page of paginateGetExecutionHistory({ client: states }, { executionArn })) {
    history.push(...(page.events ?? []));
  }
  return {
    status: described.status ?? 'unknown',
    startedAt: described.startDate?.getTime() ?? 0,
    input: JSON.parse(described.input ?? '{}'),
    history,
  };
}

/** The response of CreateJob, as `TaskSubmitted` of createJob.sync has it; undefined if no job was submitted. */
export function submittedOutput(history: readonly HistoryEvent[]): unknown {
  const submitted = history.find(
    ({ taskSubmittedEventDetails: details }) => details?.resourceType === 'mediaconvert',
  );
  return submitted && readJson(submitted.taskSubmittedEventDetails?.output);
}

/** The result of createJob.sync, undefined until the job has ended with success. */
export function jobResult(history: readonly HistoryEvent[]): unknown {
  const succeeded = history.find(
    ({ taskSucceededEventDetails: details }) => details?.resourceType === 'mediaconvert',
  );
  return succeeded && readJson(succeeded.taskSucceededEventDetails?.output);
}

/** `Job.Id` in a response of CreateJob or a result of createJob.sync. */
export function jobIdIn(output: unknown): string | undefined {
  const id = (output as { Job?: { Id?: unknown } } | undefined)?.Job?.Id;
  return typeof id === 'string' && id !== '' ? id : undefined;
}

export function submittedJobId(history: readonly HistoryEvent[]): string | undefined {
  return jobIdIn(submittedOutput(history));
}

/** Errors of the calls of MediaConvert, in order: `MediaConvert.AccessDeniedException: …`. */
export function jobErrors(history: readonly HistoryEvent[]): string[] {
  return history.flatMap(
    ({ taskFailedEventDetails: failed, taskSubmitFailedEventDetails: refused }) =>
      [failed, refused]
        .filter((details) => details?.resourceType === 'mediaconvert')
        .map((details) => `${details?.error}: ${(details?.cause ?? '').slice(0, 200)}`),
  );
}

function readJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '{}');
  } catch {
    return {};
  }
}
