import { arn } from '../shared/account.ts';
import { stateMachineArn } from './arns.ts';
import { Run, type RunEnd } from './interpreter/run.ts';
import type { Stimulus, TaskReport } from './interpreter/signals.ts';
import type { HistoryEvent } from './language/history.ts';
import type { Json } from './language/json.ts';
import { readDefinition } from './validation/read-definition.ts';

export type { HistoryEvent } from './language/history.ts';
export type { Json, JsonObject } from './language/json.ts';

/** A task that the workflow runs. Each retry is a task of its own. */
export interface WorkflowTask {
  /** Name of the Task state. */
  readonly state: string;
  /** `Resource` of the state, as the definition has it. */
  readonly resource: string;
  readonly arguments: Json;
}

/** How a task ends: with an output, with an error, or not at all, so that it runs into its timeout. */
export type TaskOutcome =
  | { readonly output: Json }
  | { readonly error: string; readonly cause?: string }
  | 'no response';

export interface WorkflowOptions {
  /** The definition in Amazon States Language, as JSON text without substitutions. */
  readonly definition: string;
  readonly input: Json;
  /** Called for each task, one at a time. */
  readonly onTask: (task: WorkflowTask) => TaskOutcome;
  /** @default 'workflow' */
  readonly stateMachineName?: string;
  /** @default 'execution' */
  readonly executionName?: string;
  /**
   * Start of the execution in milliseconds since the epoch.
   * @default 2026-01-01T00:00:00Z
   */
  readonly startedAt?: number;
  /**
   * Task tokens and random values follow from it: the same seed gives the same execution.
   * @default 'seed'
   */
  readonly seed?: string;
}

export interface WorkflowResult extends RunEnd {
  /** Names of the states in the order in which they were entered. */
  readonly states: readonly string[];
  /** The tasks in the order in which they ran. */
  readonly tasks: readonly WorkflowTask[];
  readonly history: readonly HistoryEvent[];
}

/**
 * Runs a workflow in memory, without services. The clock is virtual: waits, pauses between retries and timeouts
 * take no time.
 *
 * Throws AwsError InvalidDefinition with every mistake of the definition, and Error if the execution waits for
 * something that never comes: a task without a timeout that gives no response.
 */
export async function runWorkflow(options: WorkflowOptions): Promise<WorkflowResult> {
  const { stateMachineName = 'workflow', executionName = 'execution' } = options;
  const startedAt = options.startedAt ?? Date.UTC(2026, 0, 1);
  const run = new Run({
    definition: readDefinition(options.definition),
    executionArn: arn('states', `execution:${stateMachineName}:${executionName}`),
    executionName,
    stateMachineArn: stateMachineArn(stateMachineName),
    stateMachineName,
    roleArn: arn('iam', `role/${stateMachineName}`, ''),
    input: options.input,
    startedAt,
    seed: options.seed ?? 'seed',
  });
  const history: HistoryEvent[] = [];
  const tasks: WorkflowTask[] = [];
  const started = new Set<string>();
  let stimulus: Stimulus = { kind: 'start', at: startedAt };
  for (;;) {
    history.push(...(await run.apply(stimulus)));
    if (run.end !== undefined)
      return { ...run.end, states: statesEntered(history), tasks, history };
    stimulus = nextResponse() ?? nextTimer(stimulus.at);
  }

  function nextResponse(): Stimulus | undefined {
    for (const task of run.tasks) {
      if (started.has(task.id)) continue;
      started.add(task.id);
      const { state, resourceArn: resource } = task;
      const opened = { state, resource, arguments: task.arguments };
      tasks.push(opened);
      const report = reportOf(options.onTask(opened));
      if (report) return { kind: 'task', task: task.id, at: stimulus.at, report };
    }
    return undefined;
  }

  function nextTimer(now: number): Stimulus {
    const [timer] = [...run.timers].sort((a, b) => a.at - b.at);
    if (timer) return { kind: 'timer', timer: timer.id, at: Math.max(now, timer.at) };
    throw new Error(
      `The execution waits in ${statesEntered(history).at(-1)}, without a timeout, for a task that gives no response.`,
    );
  }
}

function reportOf(outcome: TaskOutcome): TaskReport | undefined {
  if (outcome === 'no response') return undefined;
  return 'error' in outcome
    ? { kind: 'failed', ...outcome }
    : { kind: 'succeeded', output: outcome.output };
}

function statesEntered(history: readonly HistoryEvent[]): string[] {
  return history
    .filter(({ type }) => type.endsWith('StateEntered'))
    .map(({ details }) => String(details?.name));
}
