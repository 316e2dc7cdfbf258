import { itemProcessor, type MapState } from '../language/definition.ts';
import { runtimeFailure, StateFailure } from '../language/failure.ts';
import { isArray, type Json, typeName } from '../language/json.ts';
import { exitWithResult, requiredPath, selectPath } from './data-flow.ts';
import { evaluationFailure, fillFields } from './evaluation.ts';
import { iterate } from './iteration.ts';
import { numberField } from './numbers.ts';
import { canResume, outputOf, resumeState } from './parallel.ts';
import { type Child, newProgress } from './progress.ts';
import { Scope } from './scope.ts';
import type { Steps } from './signals.ts';
import type { Exit, Visit } from './visit.ts';

const CONCURRENCY = { name: 'MaxConcurrency', least: 0, most: 2 ** 31 - 1 };
const TOLERATED_COUNT = { name: 'ToleratedFailureCount', least: 0, most: 2 ** 31 - 1 };
const TOLERATED_PERCENTAGE = {
  name: 'ToleratedFailurePercentage',
  least: 0,
  most: 100,
  fraction: true,
};

/** Runs an inline Map. */
export async function* runMap(visit: Visit<MapState>): Steps<Exit> {
  const { machine, position, sequence } = visit;
  const selected =
    visit.language === 'JSONata'
      ? visit.input
      : selectPath(visit, 'InputPath', visit.state.InputPath, visit.input);
  const items = await itemsOf(visit, selected);
  const concurrency = await numberField(visit, CONCURRENCY, selected);
  const tolerance = await toleranceOf(visit, selected, items.length);
  if (canResume(position.children)) {
    for (const child of position.children)
      if (child.progress.outcome?.ok !== true) resumeState(visit, child);
  } else {
    machine.emit(sequence.progress, 'MapStateStarted', { length: items.length });
    position.children = items.map((value, index) => ({
      id: machine.newSequenceId(),
      item: { index, value },
      progress: newProgress(new Scope(sequence.progress.scope), sequence.progress.lastEvent),
    }));
  }
  yield* runIterations(visit, selected, concurrency || items.length, tolerance);
  machine.emit(sequence.progress, 'MapStateSucceeded');
  const succeeded = position.children.filter(({ progress }) => progress.outcome?.ok === true);
  return exitWithResult(visit, succeeded.map(outputOf));
}

async function itemsOf(visit: Visit<MapState>, selected: Json): Promise<readonly Json[]> {
  const { state } = visit;
  if (visit.language === 'JSONPath') {
    const path = state.ItemsPath ?? '$';
    const items = requiredPath(visit, 'ItemsPath', path, selected);
    if (isArray(items)) return items;
    throw runtimeFailure(`Reference path "${path}" must point to array.`);
  }
  const items =
    state.Items === undefined ? visit.input : await fillFields(visit, state.Items, 'Items');
  if (isArray(items)) return items;
  const got = `Expected an array; got ${typeName(items)}.`;
  // Without an Items field there is no location to report.
  throw state.Items === undefined
    ? evaluationFailure(visit, `The input of the state is not a list of items. ${got}`)
    : evaluationFailure(
        visit,
        `The field 'Items' returned an unexpected result type. ${got}`,
        'Items',
      );
}

/** How many iterations may fail: a percentage of the items, a number, or the lower of both. */
async function toleranceOf(
  visit: Visit<MapState>,
  selected: Json,
  length: number,
): Promise<number | undefined> {
  const count = await numberField(visit, TOLERATED_COUNT, selected);
  const percentage = await numberField(visit, TOLERATED_PERCENTAGE, selected);
  if (percentage === undefined) return count;
  const share = Math.floor((length * percentage) / 100);
  return count === undefined ? share : Math.min(count, share);
}

async function* runIterations(
  visit: Visit<MapState>,
  selected: Json,
  concurrency: number,
  tolerance: number | undefined,
): Steps<void> {
  const { machine, position, sequence, state } = visit;
  const waiting = position.children.filter(({ progress }) => progress.outcome?.ok !== true);
  const running = new Map<string, Child>();
  let failed = 0;
  while (waiting.length > 0 || running.size > 0) {
    while (waiting.length > 0 && running.size < concurrency) {
      const child = waiting.shift();
      if (child === undefined) break;
      running.set(child.id, child);
      child.progress.lastEvent = sequence.progress.lastEvent;
      const steps = iterate(visit, child, selected, itemProcessor(state));
      machine.spawn(sequence.id, child.id, child.progress, steps);
    }
    const signal = yield 'signal';
    const child = signal.kind === 'child' ? running.get(signal.child) : undefined;
    if (signal.kind !== 'child' || child === undefined) continue;
    running.delete(child.id);
    sequence.progress.lastEvent = child.progress.lastEvent;
    if (signal.outcome.ok) continue;
    failed += 1;
    const { failure } = signal.outcome;
    if (failure.error !== 'States.Runtime' && failed <= (tolerance ?? 0)) continue;
    for (const { id, progress, item } of running.values())
      machine.abort(id, progress, { name: visit.name, index: item?.index ?? 0 });
    throw tolerance ? exceeded(failed, tolerance, failure) : failure;
  }
}

function exceeded(failed: number, tolerance: number, last: StateFailure): StateFailure {
  if (last.error === 'States.Runtime') return last;
  return new StateFailure(
    'States.ExceedToleratedFailureThreshold',
    `The tolerated failure threshold of ${tolerance} was exceeded: ${failed} iterations failed, the last with ${last.error ?? 'no error name'}.`,
  );
}
