import type { Json, JsonObject } from '../../src/states/language/json.ts';
import { readRecordings } from '../../src/states/replay/recording.ts';
import { replayCase } from '../../src/states/replay/replay-case.ts';

export interface Executed {
  readonly events: readonly JsonObject[];
  readonly types: readonly string[];
  /** The parsed output of ExecutionSucceeded. */
  readonly output: unknown;
  /** The error of ExecutionFailed. */
  readonly error: unknown;
  readonly warning: string | undefined;
}

/** Runs a definition on the virtual clock; tasks return `taskResults`, in order. */
export async function execute(
  definition: object,
  input: unknown = {},
  taskResults: readonly object[] = [],
): Promise<Executed> {
  const [recorded] = readRecordings(
    JSON.stringify([{ id: 'case', definition, input, taskResults }]),
  );
  if (recorded === undefined) throw new Error('no case');
  const { events, warning } = await replayCase(recorded);
  const last = events.at(-1);
  return {
    events,
    warning,
    types: events.map(({ type }) => String(type)),
    output: parsed(last?.type === 'ExecutionSucceeded' ? last.output : undefined),
    error: last?.type === 'ExecutionFailed' ? last.error : undefined,
  };
}

function parsed(value: Json | undefined): unknown {
  return typeof value === 'string' ? JSON.parse(value) : value;
}

/** A definition of one JSONata state. */
export function jsonataState(state: object): object {
  return { QueryLanguage: 'JSONata', StartAt: 'Only', States: { Only: { End: true, ...state } } };
}

/** A definition of one JSONPath state. */
export function jsonPathState(state: object): object {
  return { StartAt: 'Only', States: { Only: { End: true, ...state } } };
}

export const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:worker';
