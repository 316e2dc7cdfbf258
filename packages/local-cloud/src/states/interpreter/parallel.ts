import type { ParallelState, StateSequence } from '../language/definition.ts';
import { runtimeFailure } from '../language/failure.ts';
import type { Json } from '../language/json.ts';
import { exitWithResult, stateArguments } from './data-flow.ts';
import { type Child, newProgress } from './progress.ts';
import { Scope } from './scope.ts';
import type { Steps } from './signals.ts';
import type { Exit, Sequence, Visit } from './visit.ts';

export async function* runParallel(visit: Visit<ParallelState>): Steps<Exit> {
  const { machine, position, sequence, state } = visit;
  const input = await stateArguments(visit);
  if (!canResume(position.children)) {
    machine.emit(sequence.progress, 'ParallelStateStarted');
    position.children = state.Branches.map(() => ({
      id: machine.newSequenceId(),
      item: undefined,
      progress: newProgress(new Scope(sequence.progress.scope), sequence.progress.lastEvent),
    }));
  }
  for (const [index, child] of position.children.entries())
    if (child.progress.outcome?.ok !== true)
      start(visit, resumeState(visit, child), state.Branches[index], input);
  yield* allSucceed(visit, position.children);
  machine.emit(sequence.progress, 'ParallelStateSucceeded');
  return exitWithResult(visit, position.children.map(outputOf));
}

/**
 * Whether a redrive continues the children of an earlier attempt. If all of them have succeeded, the state
 * failed for another reason.
 */
export function canResume(children: readonly Child[]): boolean {
  return children.some(({ progress }) => progress.outcome?.ok !== true);
}

/** Prepares a child to run for the first time or after a redrive: its next event follows that of its parent. */
export function resumeState({ sequence }: Visit, child: Child): Child {
  child.progress.outcome = undefined;
  child.progress.lastEvent = sequence.progress.lastEvent;
  return child;
}

function start(
  { machine, sequence }: Visit,
  { id, progress }: Child,
  states: StateSequence | undefined,
  input: Json,
): void {
  if (states === undefined)
    throw runtimeFailure('The definition no longer has a branch that was started.');
  const branch: Sequence = { id, machine, states, progress, map: sequence.map };
  const steps = machine.resumeSequence(branch) ?? machine.runSequence(branch, input);
  machine.spawn(sequence.id, id, progress, steps);
}

/** Waits for all children. The first that fails ends the others. */
async function* allSucceed(visit: Visit, children: readonly Child[]): Steps<void> {
  const open = new Set(children.filter(({ progress }) => progress.outcome?.ok !== true));
  while (open.size > 0) {
    const signal = yield 'signal';
    if (signal.kind !== 'child') continue;
    const child = [...open].find(({ id }) => id === signal.child);
    if (child === undefined) continue;
    open.delete(child);
    visit.sequence.progress.lastEvent = child.progress.lastEvent;
    if (signal.outcome.ok) continue;
    for (const other of open) visit.machine.abort(other.id, other.progress);
    throw signal.outcome.failure;
  }
}

export function outputOf({ progress }: Child): Json {
  return progress.outcome?.ok === true ? progress.outcome.output : null;
}
