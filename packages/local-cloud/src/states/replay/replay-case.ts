import { Run } from '../interpreter/run.ts';
import type { OpenTask, Stimulus } from '../interpreter/signals.ts';
import type { HistoryEvent } from '../language/history.ts';
import type { JsonObject } from '../language/json.ts';
import { plain } from '../language/json.ts';
import { problemsText } from '../validation/problems.ts';
import { asDefinition } from '../validation/read-definition.ts';
import { validateDefinition } from '../validation/validate-definition.ts';
import { type RecordedCase, recordedForm, type TaskResult } from './recording.ts';

/** The start of the virtual clock; recordings do not depend on it. */
const BEGINNING = Date.UTC(2025, 0, 1);

const TIMEOUTS = new Set<string | undefined>(['States.Timeout', 'States.HeartbeatTimeout']);

export interface Replayed {
  readonly id: string;
  /** The findings of the validation. The definition runs all the same. */
  readonly warning: string | undefined;
  readonly events: readonly JsonObject[];
}

/**
 * Runs one case on a virtual clock: waits and pauses take no time, tasks return the recorded results.
 * @throws RangeError if a task waits and there is no result left
 */
export async function replayCase(recorded: RecordedCase): Promise<Replayed> {
  const run = new Run({
    definition: asDefinition(recorded.definition),
    executionArn: 'arn:aws:states:us-east-1:000000000000:execution:replay:replay',
    executionName: 'replay',
    stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:replay',
    stateMachineName: 'replay',
    roleArn: 'arn:aws:iam::000000000000:role/replay',
    input: recorded.input,
    startedAt: BEGINNING,
    seed: recorded.id,
  });
  const events: HistoryEvent[] = [];
  const results = new TaskResults(recorded.taskResults);
  let now = BEGINNING;
  let stimulus: Stimulus | undefined = { kind: 'start', at: now };
  while (stimulus !== undefined) {
    now = stimulus.at;
    events.push(...(await run.apply(stimulus)));
    stimulus = run.end === undefined ? next(run, results, now) : undefined;
  }
  const problems = validateDefinition(plain(recorded.definition));
  return {
    id: recorded.id,
    warning: problems.length === 0 ? undefined : problemsText(problems),
    events: events.map(recordedForm).filter((event) => event !== undefined),
  };
}

function next(run: Run, results: TaskResults, now: number): Stimulus {
  const response = results.next(run.tasks, now);
  if (response !== undefined) return response;
  const [timer] = [...run.timers].sort((a, b) => a.at - b.at);
  if (timer !== undefined) return { kind: 'timer', timer: timer.id, at: Math.max(now, timer.at) };
  throw new RangeError('A task waits for an response, and taskResults has none left.');
}

class TaskResults {
  readonly #results: TaskResult[];
  /** Tasks that run into their timeout. */
  readonly #silent = new Set<string>();

  constructor(results: readonly TaskResult[]) {
    this.#results = [...results];
  }

  next(tasks: readonly OpenTask[], at: number): Stimulus | undefined {
    for (const { id } of tasks) {
      if (this.#silent.has(id)) continue;
      const result = this.#results.shift();
      if (result === undefined) return undefined;
      if ('output' in result)
        return { kind: 'task', task: id, at, report: { kind: 'succeeded', output: result.output } };
      if (!TIMEOUTS.has(result.error))
        return { kind: 'task', task: id, at, report: failed(result.error, result.cause) };
      this.#silent.add(id);
    }
    return undefined;
  }
}

function failed(error: string | undefined, cause: string | undefined) {
  return {
    kind: 'failed' as const,
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  };
}
