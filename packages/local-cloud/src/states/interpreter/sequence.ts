import type { State } from '../language/definition.ts';
import { runtimeFailure, StateFailure } from '../language/failure.ts';
import { type Json, type JsonObject, mapValues, stringifyJson } from '../language/json.ts';
import { STORED_VARIABLES_BYTES, utf8Bytes } from '../language/limits.ts';
import { attemptState } from './attempts.ts';
import type { Position } from './progress.ts';
import type { Steps } from './signals.ts';
import type { Exit, Sequence, Visit } from './visit.ts';

/** Runs states from `StartAt` until one ends the sequence. Returns its output. */
export function runSequence(sequence: Sequence, input: Json): Steps<Json> {
  return follow(sequence, enter(sequence, sequence.states.StartAt, input));
}

/**
 * Continues a sequence where it stopped: the state runs again, without another StateEntered event. Undefined
 * if it has not entered a state.
 */
export function resumeSequence(sequence: Sequence): Steps<Json> | undefined {
  const { at } = sequence.progress;
  return at && follow(sequence, at);
}

async function* follow(sequence: Sequence, from: Position): Steps<Json> {
  for (let position = from; ; ) {
    const exit = yield* attemptState(visit(sequence, position));
    leave(sequence, position, exit);
    if (exit.next === undefined) return exit.output;
    yield 'turn';
    position = enter(sequence, exit.next, exit.output);
  }
}

function enter({ machine, states, progress }: Sequence, name: string, input: Json): Position {
  const state = stateNamed(states.States, name);
  const enteredEvent = machine.emit(progress, `${state.Type}StateEntered`, {
    name,
    input: stringifyJson(input),
    inputDetails: { truncated: false },
  });
  const position: Position = {
    state: name,
    type: state.Type,
    input,
    enteredEvent,
    enteredAt: machine.surroundings.now,
    children: [],
  };
  progress.at = position;
  return position;
}

function leave({ machine, progress }: Sequence, { state, type }: Position, exit: Exit): void {
  machine.emit(progress, `${type}StateExited`, {
    name: state,
    output: stringifyJson(exit.output),
    outputDetails: { truncated: false },
    ...assignedDetails(exit.assigned),
  });
  if (exit.assigned === undefined) return;
  progress.scope.assign(exit.assigned);
  if (utf8Bytes(stringifyJson(progress.scope.all())) > STORED_VARIABLES_BYTES)
    throw new StateFailure(
      'States.DataLimitExceeded',
      `The variables of the execution exceed ${STORED_VARIABLES_BYTES} bytes.`,
    );
}

function assignedDetails(assigned: JsonObject | undefined): JsonObject {
  if (assigned === undefined || Object.keys(assigned).length === 0) return {};
  return {
    assignedVariables: mapValues(assigned, (value) => stringifyJson(value)),
    assignedVariablesDetails: { truncated: false },
  };
}

function visit(sequence: Sequence, position: Position): Visit {
  const { machine, states } = sequence;
  const state = stateNamed(states.States, position.state);
  return {
    sequence,
    machine,
    name: position.state,
    state,
    language: machine.languageOf(state),
    input: position.input,
    position,
    retryCount: 0,
    token: undefined,
  };
}

function stateNamed(states: Readonly<Record<string, State>>, name: string): State {
  const state = Object.hasOwn(states, name) ? states[name] : undefined;
  if (state === undefined) throw runtimeFailure(`The definition has no state '${name}'.`);
  return state;
}
