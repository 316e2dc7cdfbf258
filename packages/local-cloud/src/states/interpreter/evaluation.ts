import { StateFailure } from '../language/failure.ts';
import { isObject, type Json, type JsonObject, plain } from '../language/json.ts';
import { evaluateJsonata, messageOf, UnusableResult } from '../query/jsonata.ts';
import { type Expression, fillTemplate } from '../query/jsonata-template.ts';
import { contextObject, type Visit } from './visit.ts';

/** Members of `$states` in addition to input and context. */
export interface StatesExtras {
  readonly result?: Json | undefined;
  readonly errorOutput?: Json | undefined;
  /** Replaces the context object: the ItemSelector of a Map sees the item. */
  readonly context?: JsonObject;
}

/** Evaluates a JSONata template; `location` names the field, for example `Output` or `Catch[0]/Output`. */
export function fillFields(
  visit: Visit,
  value: Json,
  location: string,
  extras: StatesExtras = {},
): Promise<Json> {
  let bindings: Record<string, unknown> | undefined;
  return fillTemplate(value, location, (expression) => {
    bindings ??= bindingsOf(visit, extras);
    return evaluate(visit, expression, bindings);
  });
}

/** Like fillFields, for a template that is an object, such as Assign. */
export async function fillAssign(
  visit: Visit,
  assign: JsonObject | undefined,
  location: string,
  extras: StatesExtras = {},
): Promise<JsonObject | undefined> {
  if (assign === undefined) return undefined;
  const filled = await fillFields(visit, assign, location, extras);
  return isObject(filled) ? filled : undefined;
}

function bindingsOf(visit: Visit, extras: StatesExtras): Record<string, unknown> {
  const { context = contextObject(visit), result, errorOutput } = extras;
  const variables = Object.entries(visit.sequence.progress.scope.all());
  return {
    ...Object.fromEntries(variables.map(([name, value]) => [name, plain(value)])),
    states: {
      input: plain(visit.input),
      context: plain(context),
      ...(result === undefined ? {} : { result: plain(result) }),
      ...(errorOutput === undefined ? {} : { errorOutput: plain(errorOutput) }),
    },
  };
}

async function evaluate(
  visit: Visit,
  { source, location }: Expression,
  bindings: Readonly<Record<string, unknown>>,
): Promise<Json> {
  try {
    return await evaluateJsonata(source, bindings, visit.machine.surroundings);
  } catch (error) {
    const what = `The JSONata expression '${source}' specified for the field '${location}'`;
    const how =
      error instanceof UnusableResult
        ? error.message
        : `threw an error during evaluation. ${messageOf(error)}`;
    throw evaluationFailure(visit, `${what} ${how}`, location);
  }
}

/** Records the EvaluationFailed event and returns the failure to throw. */
export function evaluationFailure(visit: Visit, reason: string, location?: string): StateFailure {
  const cause = inState(visit, reason);
  visit.machine.emit(visit.sequence.progress, 'EvaluationFailed', {
    error: 'States.QueryEvaluationError',
    cause,
    ...(location === undefined ? {} : { location }),
    state: visit.name,
  });
  return new StateFailure('States.QueryEvaluationError', cause);
}

/** The beginning of every cause that the service itself writes. */
export function inState({ name, position }: Visit, reason: string): string {
  return `An error occurred while executing the state '${name}' (entered at the event id #${position.enteredEvent}). ${reason}`;
}
