import type { QueryLanguage } from '../language/definition.ts';
import { isArray, isObject, type Json, type JsonObject } from '../language/json.ts';
import { MAX_SECONDS } from '../language/limits.ts';
import type { Problems } from './problems.ts';
import { validateAssign, validateReferencePath, validateTemplate } from './validate-queries.ts';

const RETRIER_FIELDS = new Set([
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
]);
const MAX_DELAY_SECONDS = 31_622_400;

export function validateRetry(value: Json, location: string, problems: Problems): void {
  for (const { item, at, last } of rulesIn(value, location, problems)) {
    unknownFields(item, at, RETRIER_FIELDS, problems);
    errorEquals(item, at, last, problems);
    number(item, 'IntervalSeconds', 1, MAX_SECONDS, at, problems);
    number(item, 'MaxAttempts', 0, MAX_SECONDS, at, problems);
    number(item, 'MaxDelaySeconds', 1, MAX_DELAY_SECONDS, at, problems);
    number(item, 'BackoffRate', 1, Number.MAX_VALUE, at, problems, true);
    const { IntervalSeconds: interval = 1, MaxDelaySeconds: longest } = item;
    if (typeof longest === 'number' && typeof interval === 'number' && longest <= interval)
      problems.add(`${at}/MaxDelaySeconds`, 'MaxDelaySeconds must be greater than IntervalSeconds');
    if (
      item.JitterStrategy !== undefined &&
      !['FULL', 'NONE'].includes(String(item.JitterStrategy))
    )
      problems.add(`${at}/JitterStrategy`, "The value must be 'FULL' or 'NONE'");
  }
}

const CATCHER_FIELDS = {
  JSONPath: new Set(['ErrorEquals', 'Next', 'Comment', 'Assign', 'ResultPath']),
  JSONata: new Set(['ErrorEquals', 'Next', 'Comment', 'Assign', 'Output']),
};

/** Validates the catchers; `transition` gets the next state of each, `assigned` its variables. */
export function validateCatch(
  value: Json,
  location: string,
  language: QueryLanguage,
  problems: Problems,
  onFound: {
    transition(target: Json | undefined, location: string): void;
    assigned(names: readonly string[], location: string): void;
  },
): void {
  for (const { item, at, last } of rulesIn(value, location, problems)) {
    unknownFields(item, at, CATCHER_FIELDS[language], problems);
    errorEquals(item, at, last, problems);
    onFound.transition(item.Next, `${at}/Next`);
    if (item.Assign !== undefined)
      onFound.assigned(
        validateAssign(item.Assign, `${at}/Assign`, language, problems),
        `${at}/Assign`,
      );
    if (item.Output !== undefined)
      validateTemplate(item.Output, `${at}/Output`, language, problems);
    if (item.ResultPath !== undefined && item.ResultPath !== null)
      validateReferencePath(item.ResultPath, `${at}/ResultPath`, problems);
  }
}

function rulesIn(value: Json, location: string, problems: Problems) {
  if (!isArray(value)) {
    problems.add(location, 'The value must be an array');
    return [];
  }
  return value.flatMap((item, index) => {
    const at = `${location}[${index}]`;
    if (isObject(item)) return [{ item, at, last: index === value.length - 1 }];
    problems.add(at, 'The value must be an object');
    return [];
  });
}

function unknownFields(
  item: JsonObject,
  location: string,
  allowed: ReadonlySet<string>,
  problems: Problems,
): void {
  for (const field of Object.keys(item))
    if (!allowed.has(field))
      problems.add(
        `${location}/${field}`,
        `The field '${field}' is not supported; allowed are ${[...allowed].join(', ')}`,
      );
}

function errorEquals(item: JsonObject, location: string, last: boolean, problems: Problems): void {
  const names = item.ErrorEquals;
  const at = `${location}/ErrorEquals`;
  if (!isArray(names) || names.length === 0 || names.some((name) => typeof name !== 'string'))
    problems.add(at, 'ErrorEquals must be a non-empty array of strings');
  else if (names.includes('States.ALL') && (names.length > 1 || !last))
    problems.add(at, "'States.ALL' must stand alone, in the last rule");
}

function number(
  item: JsonObject,
  field: string,
  least: number,
  most: number,
  location: string,
  problems: Problems,
  fraction = false,
): void {
  const value = item[field];
  if (value === undefined) return;
  const fits =
    typeof value === 'number' &&
    (fraction || Number.isInteger(value)) &&
    value >= least &&
    value <= most;
  if (!fits)
    problems.add(
      `${location}/${field}`,
      `The value must be ${fraction ? 'a number' : 'an integer'} from ${least} to ${most}; got ${JSON.stringify(value)}`,
    );
}
