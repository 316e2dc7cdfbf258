import type { State } from '../language/definition.ts';
import { runtimeFailure, type StateFailure } from '../language/failure.ts';
import { asNumber, type Json } from '../language/json.ts';
import { requiredPath } from './data-flow.ts';
import { evaluationFailure, fillFields } from './evaluation.ts';
import type { Visit } from './visit.ts';

export interface IntegerField {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Whether the number can have a fraction, as percentages can. */
  readonly fraction?: boolean;
}

/**
 * The value of a field that is a number, an expression (JSONata) or, with the suffix `Path`, a reference path
 * into `input` (JSONPath). Undefined if the state has none of them.
 */
export async function numberField(
  visit: Visit,
  field: IntegerField,
  input: Json,
): Promise<number | undefined> {
  const fields = visit.state as unknown as Readonly<Record<string, Json | undefined>>;
  const literal = fields[field.name];
  const path = fields[`${field.name}Path`];
  if (literal === undefined && path === undefined) return undefined;
  const value =
    literal === undefined
      ? requiredPath(visit, `${field.name}Path`, String(path), input)
      : visit.language === 'JSONata'
        ? await fillFields(visit, literal, field.name)
        : literal;
  const number = asNumber(value);
  if (
    number !== undefined &&
    (field.fraction === true || Number.isInteger(number)) &&
    number >= field.least &&
    number <= field.most
  )
    return number;
  throw unfit(visit, field, value);
}

function unfit(visit: Visit<State>, field: IntegerField, value: Json): StateFailure {
  const reason = `The field '${field.name}' must be ${field.fraction ? 'a number' : 'an integer'} from ${field.least} to ${field.most}; got ${JSON.stringify(value)}.`;
  return visit.language === 'JSONata'
    ? evaluationFailure(visit, reason, field.name)
    : runtimeFailure(reason);
}
