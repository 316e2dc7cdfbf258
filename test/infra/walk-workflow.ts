import {
  type Json,
  Run,
  readDefinition,
  type Stimulus,
  type TaskReport,
} from '@reelgate/local-cloud';
import { definition, substitutedText } from './workflow-definition.ts';

export interface Failure {
  readonly error: string;
  readonly cause?: string;
}

/** What a task's state answers: once for all, or the list of its attempts' answers; `silence` runs into its timeout. */
export type Answer = { readonly output: Json } | Failure | 'silence';
export type Answers = Readonly<Record<string, Answer | readonly Answer[]>>;

export interface Call {
  readonly state: string;
  readonly resource: string;
  readonly arguments: Json;
}

export interface Walk {
  /** States entered, in their order. */
  readonly states: readonly string[];
  readonly calls: readonly Call[];
  readonly end: Run['end'];
}

export const EXECUTION = 'arn:aws:states:us-east-1:000000000000:execution:process-upload:one';

/** Runs the workflow on the local interpreter: time passes at once, tasks answer what `answers` says. */
export async function walk(input: Json, answers: Answers): Promise<Walk> {
  const run = new Run({
    definition: readDefinition(substitutedText),
    executionArn: EXECUTION,
    executionName: 'one',
    stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:process-upload',
    stateMachineName: 'process-upload',
    roleArn: 'arn:aws:iam::000000000000:role/process-upload',
    input,
    startedAt: Date.UTC(2026, 0, 1),
    seed: 'walk',
  });
  const states: string[] = [];
  const calls: Call[] = [];
  const attempts = new Map<string, number>();
  const heard = new Set<string>();
  let now = Date.UTC(2026, 0, 1);
  let stimulus: Stimulus = { kind: 'start', at: now };
  for (;;) {
    for (const { type, details } of await run.apply(stimulus)) {
      if (type.endsWith('StateEntered')) states.push(String(details?.name));
    }
    if (run.end !== undefined) return { states, calls, end: run.end };
    const task = run.tasks.find(({ id }) => !heard.has(id));
    if (task) {
      heard.add(task.id);
      const state = states.at(-1) ?? '';
      calls.push({ state, resource: resourceOf(state), arguments: task.arguments });
      const report = reportOf(state, answers, attempts);
      if (report) {
        stimulus = { kind: 'task', task: task.id, at: now, report };
        continue;
      }
    }
    const [timer] = [...run.timers].sort((a, b) => a.at - b.at);
    if (timer === undefined) throw new Error(`Nothing goes on in ${states.at(-1)}.`);
    now = Math.max(now, timer.at);
    stimulus = { kind: 'timer', timer: timer.id, at: now };
  }
}

function resourceOf(state: string): string {
  return definition.States[state]?.Resource ?? '';
}

function reportOf(
  state: string,
  answers: Answers,
  attempts: Map<string, number>,
): TaskReport | undefined {
  const given = answers[state];
  const attempt = attempts.get(state) ?? 0;
  attempts.set(state, attempt + 1);
  const answer = Array.isArray(given) ? given[Math.min(attempt, given.length - 1)] : given;
  if (answer === undefined) throw new Error(`No answer for ${state} is given.`);
  if (answer === 'silence') return undefined;
  return 'error' in answer
    ? { kind: 'failed', ...answer }
    : { kind: 'succeeded', output: answer.output };
}
