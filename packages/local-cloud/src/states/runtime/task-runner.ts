import { createHash } from 'node:crypto';
import { AwsError } from '../../shared/aws-error.ts';
import type { Authorize } from '../../shared/caller.ts';
import { findIntegration } from '../integrations/find-integration.ts';
import { type Integration, type TaskCall, TaskError } from '../integrations/integration.ts';
import type { RoleCalls } from '../integrations/role-calls.ts';
import type { OpenTask, TaskReport } from '../interpreter/signals.ts';
import type { Json } from '../language/json.ts';
import { PAYLOAD_BYTES, utf8Bytes } from '../language/limits.ts';
import type { TaskResource } from '../language/resource.ts';
import { checkManagedRule } from './managed-rule.ts';
import type { ExecutionRow } from './rows.ts';

export interface TaskRunnerOptions {
  readonly calls: RoleCalls;
  readonly authorize: Authorize;
}

/** A task without its place in the definition, which is not stored with a cancellation. */
type StoredTask = Omit<OpenTask, 'state' | 'resourceArn'>;

/** Runs tasks with their integrations, and turns the results into reports. */
export class TaskRunner {
  readonly #options: TaskRunnerOptions;

  constructor(options: TaskRunnerOptions) {
    this.#options = options;
  }

  /** Makes the call of a task. The report is its end, or that it was submitted. */
  async call(execution: ExecutionRow, task: OpenTask): Promise<TaskReport> {
    return reported(async () => {
      const integration = integrationOf(task.resource);
      if (isJob(task.resource) && integration.job !== undefined)
        checkManagedRule(
          integration.job.managedRule,
          execution.role_arn,
          sessionName(execution),
          this.#options.authorize,
        );
      const output = await integration.call(this.#callOf(execution, task));
      if (awaitsMore(task.resource)) return { kind: 'submitted', output };
      return succeeded(output);
    });
  }

  /**
   * Looks up a submitted job once. Returns the report of its end, that it is running, or that the service did
   * not respond, which does not end the task.
   */
  async look(
    execution: ExecutionRow,
    task: OpenTask,
  ): Promise<TaskReport | 'running' | 'unanswered'> {
    const { job } = integrationOf(task.resource);
    if (job === undefined || task.submitted === undefined) return 'running';
    const id = job.idOf(task.submitted);
    let other: 'running' | 'unanswered' | undefined;
    const report = await reported(async () => {
      const output = await job.look(this.#callOf(execution, task), id).catch((error: unknown) => {
        if (!(error instanceof TaskError && error.transient)) throw error;
        other = 'unanswered';
      });
      if (output === undefined) other ??= 'running';
      return succeeded(output ?? null);
    });
    return other ?? report;
  }

  /** Cancels a job whose task has ended. There is nothing to do if the job has ended too. */
  async cancel(execution: ExecutionRow, task: StoredTask): Promise<void> {
    const { job } = integrationOf(task.resource);
    if (job === undefined || task.submitted === undefined) return;
    await job.cancel(this.#callOf(execution, task), job.idOf(task.submitted));
  }

  #callOf(execution: ExecutionRow, task: StoredTask): TaskCall {
    return {
      arguments: task.arguments,
      action: task.resource.kind === 'function' ? 'invoke' : task.resource.action,
      key: createHash('sha256').update(`${execution.seed}:${task.id}`).digest('hex'),
      executionArn: execution.arn,
      aws: this.#options.calls.as(
        execution.role_arn,
        sessionName(execution),
        execution.machine_arn,
      ),
    };
  }
}

/** The id of the job of a task; undefined for all other tasks. */
export function jobIdOf(task: OpenTask): string | undefined {
  if (task.submitted === undefined || !isJob(task.resource)) return undefined;
  return integrationOf(task.resource).job?.idOf(task.submitted);
}

export function isJob(resource: TaskResource): boolean {
  return resource.kind === 'service' && resource.pattern.startsWith('sync');
}

function awaitsMore(resource: TaskResource): boolean {
  return resource.kind === 'service' && resource.pattern !== 'request';
}

function integrationOf(resource: TaskResource): Integration {
  const integration = findIntegration(resource);
  if (integration === undefined)
    throw new TaskError('States.Runtime', 'The resource of the task is not supported.');
  return integration;
}

async function reported(run: () => Promise<TaskReport>): Promise<TaskReport> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof TaskError)
      return { kind: 'failed', error: error.error, cause: error.reason };
    if (error instanceof AwsError)
      return { kind: 'failed', error: 'States.Permissions', cause: error.message };
    return { kind: 'failed', error: 'States.Runtime', cause: String(error) };
  }
}

/** An output that is too large is not written to the history. */
function succeeded(output: Json): TaskReport {
  if (utf8Bytes(JSON.stringify(output)) <= PAYLOAD_BYTES) return { kind: 'succeeded', output };
  return {
    kind: 'failed',
    error: 'States.DataLimitExceeded',
    cause: `The task returned a result with a size exceeding the maximum number of bytes service limit (${PAYLOAD_BYTES}).`,
  };
}

/** The name of the role session, from the name of the state machine: 2 to 64 allowed characters. */
function sessionName({ machine_name: name }: ExecutionRow): string {
  return name
    .replace(/[^\w+=,.@-]/g, '-')
    .slice(0, 64)
    .padEnd(2, '-');
}
