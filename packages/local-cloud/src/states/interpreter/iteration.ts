import type { MapState, StateSequence } from '../language/definition.ts';
import type { Json, JsonObject } from '../language/json.ts';
import { fillPayload } from '../query/payload-template.ts';
import { pathData } from './data-flow.ts';
import { fillFields } from './evaluation.ts';
import type { Child } from './progress.ts';
import type { Steps } from './signals.ts';
import { contextObject, type Sequence, type Visit } from './visit.ts';

/** Runs one iteration of a Map, between its MapIterationStarted and its end. */
export async function* iterate(
  visit: Visit<MapState>,
  child: Child,
  selected: Json,
  states: StateSequence,
): Steps<Json> {
  const { machine } = visit;
  const { progress, item } = child;
  const named = { name: visit.name, index: item?.index ?? 0 };
  const map: JsonObject = { Item: { Index: named.index, Value: item?.value ?? null } };
  const sequence: Sequence = { id: child.id, machine, states, progress, map };
  try {
    const resumed = machine.resumeSequence(sequence);
    if (resumed === undefined) machine.emit(progress, 'MapIterationStarted', named);
    const output = yield* resumed ??
      machine.runSequence(sequence, await itemInput(visit, child, selected, map));
    machine.emit(progress, 'MapIterationSucceeded', named);
    return output;
  } catch (error) {
    machine.emit(progress, 'MapIterationFailed', named);
    throw error;
  }
}

/** The item, or the result of ItemSelector (Parameters in older definitions). */
async function itemInput(
  visit: Visit<MapState>,
  { item, progress }: Child,
  selected: Json,
  map: JsonObject,
): Promise<Json> {
  const { state, machine } = visit;
  const selector = state.ItemSelector ?? state.Parameters;
  if (selector === undefined) return item?.value ?? null;
  const context = { ...contextObject(visit), Map: map };
  if (visit.language === 'JSONPath')
    return fillPayload(selector, pathData(visit, selected, context), machine.surroundings);
  // The events of a failing selector belong to the iteration.
  const within: Visit = { ...visit, sequence: { ...visit.sequence, progress } };
  return fillFields(within, selector, 'ItemSelector', { context });
}
