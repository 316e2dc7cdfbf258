import {
  type Json,
  runWorkflow,
  type TaskOutcome,
  type WorkflowResult,
} from '@reelgate/local-cloud/workflow';
import { substitutedText } from './workflow-definition.ts';

export interface Failure {
  readonly error: string;
  readonly cause?: string;
}

/** The result of a task: one for all attempts, or a list with one result for each attempt. */
export type TaskResult = TaskOutcome;
export type TaskResults = Readonly<Record<string, TaskResult | readonly TaskResult[]>>;

export interface Call {
  readonly state: string;
  readonly resource: string;
  readonly arguments: Json;
}

export interface SimulatedExecution {
  /** States in the order in which they were entered. */
  readonly states: readonly string[];
  readonly calls: readonly Call[];
  readonly end: Pick<WorkflowResult, 'status' | 'output' | 'error' | 'cause'>;
}

export const EXECUTION = 'arn:aws:states:us-east-1:000000000000:execution:process-upload:one';

/** Runs the workflow on the local interpreter; `results` has the result of each task by its state. */
export async function simulate(input: Json, results: TaskResults): Promise<SimulatedExecution> {
  const attempts = new Map<string, number>();
  const {
    states,
    tasks,
    history: _,
    ...end
  } = await runWorkflow({
    definition: substitutedText,
    input,
    stateMachineName: 'process-upload',
    executionName: 'one',
    seed: 'simulation',
    onTask({ state }) {
      const attempt = attempts.get(state) ?? 0;
      attempts.set(state, attempt + 1);
      const given = results[state];
      const result = Array.isArray(given) ? given[Math.min(attempt, given.length - 1)] : given;
      if (result === undefined) throw new Error(`The test has no result for the state ${state}.`);
      return result;
    },
  });
  return { states, calls: tasks, end };
}
