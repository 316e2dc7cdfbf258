import type { OpenTask } from '../interpreter/signals.ts';
import { stringifyJson } from '../language/json.ts';
import type { Change } from './live-execution.ts';
import type { Cancellation, ExecutionRow } from './rows.ts';
import { statusEvent } from './status-event.ts';
import { isJob } from './task-runner.ts';

/** The row of an execution after a change. */
export function nextRow(row: ExecutionRow, { stimulus, end }: Change): ExecutionRow {
  const redriven: Partial<ExecutionRow> =
    stimulus.kind === 'redrive'
      ? { redrives: row.redrives + 1, redriven_at: stimulus.at, status: 'RUNNING' }
      : {};
  const cleared = { stopped_at: null, output: null, error: null, cause: null };
  const ended: Partial<ExecutionRow> =
    end === undefined
      ? {}
      : {
          status: end.status,
          stopped_at: stimulus.at,
          output: end.output === undefined ? null : stringifyJson(end.output),
          error: end.error ?? null,
          cause: end.cause ?? null,
        };
  return {
    ...row,
    ...(stimulus.kind === 'redrive' ? cleared : {}),
    ...redriven,
    ...ended,
    applied: row.applied + 1,
  };
}

/** The events about a change of status. An execution that ends at its start has both. */
export function statusEvents(row: ExecutionRow, { stimulus, end }: Change) {
  const running: ExecutionRow = {
    ...row,
    status: 'RUNNING',
    stopped_at: null,
    output: null,
    error: null,
    cause: null,
  };
  const begins = stimulus.kind === 'start' || stimulus.kind === 'redrive';
  return [
    ...(begins ? [statusEvent(running, stimulus.at)] : []),
    ...(end === undefined ? [] : [statusEvent(row, stimulus.at)]),
  ];
}

/** Submitted jobs whose task ended for another reason than the end of the job. */
export function abandonedTasks({ closed, stimulus }: Change): OpenTask[] {
  const own = stimulus.kind === 'task' ? stimulus.task : undefined;
  return closed.filter(
    ({ id, resource, submitted }) => id !== own && isJob(resource) && submitted !== undefined,
  );
}

/** What is needed to cancel the job of a task later. */
export function cancellationOf(row: ExecutionRow, task: OpenTask): Cancellation {
  const { resource } = task;
  return {
    execution: row.arn,
    task: task.id,
    resource:
      resource.kind === 'function'
        ? resource.arn
        : `arn:aws:states:::${resource.type}:${resource.action}.${resource.pattern}`,
    roleArn: row.role_arn,
    submitted: task.submitted ?? null,
  };
}
