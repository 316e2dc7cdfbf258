import { type HistoryEvent, paginateGetExecutionHistory, SFNClient } from '@aws-sdk/client-sfn';
import type { Hosted } from '../cloud/hosted.ts';

/** What the history of one execution of the workflow shows. */
export interface ExecutionFacts {
  /** States entered. */
  readonly transitions: number;
  readonly lambdaInvocations: number;
  /** Counters of the inspection: ranged reads, bytes read, milliseconds. */
  readonly inspect:
    | { readonly reads: number; readonly bytes: number; readonly ms: number }
    | undefined;
  /** When the workflow called CreateJob, ms since the epoch. */
  readonly jobCreatedAt: number | undefined;
}

/** Reads the whole history of an execution. */
export async function executionFacts(
  hosted: Hosted,
  executionArn: string,
): Promise<ExecutionFacts> {
  const client = new SFNClient({
    region: 'us-east-1',
    endpoint: hosted.endpoints.services,
    credentials: hosted.operator,
  });
  const events: HistoryEvent[] = [];
  for await (const page of paginateGetExecutionHistory({ client }, { executionArn })) {
    events.push(...(page.events ?? []));
  }
  client.destroy();
  const inspected = events
    .filter((event) => event.stateExitedEventDetails?.name === 'Inspect')
    .map((event) => inspectCounters(event.stateExitedEventDetails?.output))[0];
  return {
    transitions: events.filter((event) => event.type?.endsWith('StateEntered')).length,
    lambdaInvocations: scheduled(events, 'lambda').length,
    inspect: inspected,
    jobCreatedAt: scheduled(events, 'mediaconvert')[0]?.timestamp?.getTime(),
  };
}

function scheduled(events: readonly HistoryEvent[], resourceType: string): HistoryEvent[] {
  return events.filter(
    (event) =>
      event.type === 'TaskScheduled' &&
      event.taskScheduledEventDetails?.resourceType === resourceType,
  );
}

function inspectCounters(output: string | undefined): ExecutionFacts['inspect'] {
  const { counters } = JSON.parse(output ?? '{}') as { counters?: ExecutionFacts['inspect'] };
  return counters;
}
