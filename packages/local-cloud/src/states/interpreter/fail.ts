import type { FailState } from '../language/definition.ts';
import { runtimeFailure, StateFailure } from '../language/failure.ts';
import { readDynamic } from '../query/payload-template.ts';
import { pathData } from './data-flow.ts';
import { evaluationFailure, fillFields } from './evaluation.ts';
import type { Steps } from './signals.ts';
import type { Exit, Visit } from './visit.ts';

// biome-ignore lint/correctness/useYield: a Fail state waits for nothing
export async function* runFail(visit: Visit<FailState>): Steps<Exit> {
  const error = await text(visit, 'Error');
  const cause = await text(visit, 'Cause');
  throw new StateFailure(error, cause);
}

async function text(
  visit: Visit<FailState>,
  field: 'Error' | 'Cause',
): Promise<string | undefined> {
  const { state, machine, input } = visit;
  const literal = state[field];
  if (visit.language === 'JSONata') {
    if (literal === undefined) return undefined;
    const value = await fillFields(visit, literal, field);
    if (typeof value === 'string') return value;
    throw evaluationFailure(
      visit,
      `The JSONata expression '${literal}' specified for the field '${field}' returned an unexpected result type. Expected a string.`,
      field,
    );
  }
  const path = state[`${field}Path`];
  if (path === undefined) return literal;
  const value = readDynamic(path, `${field}Path`, pathData(visit, input), machine.surroundings);
  if (typeof value === 'string') return value;
  throw runtimeFailure(`The ${field}Path '${path}' must reference a string.`);
}
