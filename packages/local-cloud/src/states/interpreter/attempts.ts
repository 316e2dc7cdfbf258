import type {
  Catcher,
  ChoiceState,
  FailState,
  MapState,
  ParallelState,
  PassState,
  Retrier,
  SucceedState,
  TaskState,
  WaitState,
} from '../language/definition.ts';
import { matchesError, StateFailure } from '../language/failure.ts';
import type { JsonObject } from '../language/json.ts';
import { RetryBudget } from '../language/retry.ts';
import { runChoice } from './choice.ts';
import { exitByCatch } from './data-flow.ts';
import { inState } from './evaluation.ts';
import { runFail } from './fail.ts';
import { runMap } from './map.ts';
import { runParallel } from './parallel.ts';
import { runPass, runSucceed } from './pass.ts';
import type { Steps } from './signals.ts';
import { runTask } from './task.ts';
import { sleepUntil } from './timers.ts';
import type { Exit, Visit } from './visit.ts';
import { runWait } from './wait.ts';

/** Runs a state with its Retry and Catch. */
export async function* attemptState(visit: Visit): Steps<Exit> {
  const { Retry = [], Catch = [] } = visit.state as {
    Retry?: readonly Retrier[];
    Catch?: readonly Catcher[];
  };
  const budget = new RetryBudget(Retry);
  for (;;) {
    try {
      return yield* runState(visit);
    } catch (error) {
      if (!(error instanceof StateFailure)) throw error;
      const failure = located(visit, error);
      const { now, random } = visit.machine.surroundings;
      const delay = budget.next(failure.error, () => random.fraction());
      if (delay === undefined) return await giveUp(visit, Catch, failure);
      yield* sleepUntil(visit, now + delay);
      visit.retryCount += 1;
      visit.position.children = [];
    }
  }
}

async function giveUp(
  visit: Visit,
  catchers: readonly Catcher[],
  failure: StateFailure,
): Promise<Exit> {
  const { type } = visit.position;
  if (type === 'Map' || type === 'Parallel')
    visit.machine.emit(visit.sequence.progress, `${type}StateFailed`);
  const index = catchers.findIndex((each) => matchesError(each.ErrorEquals, failure.error));
  const catcher = catchers[index];
  if (catcher === undefined) throw failure;
  try {
    return await exitByCatch(visit, catcher, index, errorOutput(failure));
  } catch (error) {
    throw error instanceof StateFailure ? located(visit, error) : error;
  }
}

function errorOutput({ error, reason }: StateFailure): JsonObject {
  return {
    ...(error === undefined ? {} : { Error: error }),
    ...(reason === undefined ? {} : { Cause: reason }),
  };
}

/** Adds the state to the reason of a failure of the service itself, once. */
function located(visit: Visit, failure: StateFailure): StateFailure {
  const { error, reason = '' } = failure;
  const own = error === 'States.Runtime' || error === 'States.IntrinsicFailure';
  if (!own || reason.startsWith('An error occurred while executing the state')) return failure;
  return new StateFailure(error, inState(visit, reason));
}

function runState(visit: Visit): Steps<Exit> {
  switch (visit.state.Type) {
    case 'Pass':
      return runPass(visit as Visit<PassState>);
    case 'Choice':
      return runChoice(visit as Visit<ChoiceState>);
    case 'Wait':
      return runWait(visit as Visit<WaitState>);
    case 'Succeed':
      return runSucceed(visit as Visit<SucceedState>);
    case 'Fail':
      return runFail(visit as Visit<FailState>);
    case 'Task':
      return runTask(visit as Visit<TaskState>);
    case 'Parallel':
      return runParallel(visit as Visit<ParallelState>);
    case 'Map':
      return runMap(visit as Visit<MapState>);
  }
}
