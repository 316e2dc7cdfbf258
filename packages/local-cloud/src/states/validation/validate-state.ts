import type { QueryLanguage, State } from '../language/definition.ts';
import { isArray, isObject, type Json, type JsonObject } from '../language/json.ts';
import { MAX_SECONDS } from '../language/limits.ts';
import { parseTimestamp } from '../language/timestamp.ts';
import { expressionIn } from '../query/jsonata.ts';
import type { Problems } from './problems.ts';
import { resourceProblem } from './supported-integrations.ts';
import { validateDynamic, validateReferencePath, validateTemplate } from './validate-queries.ts';

/** Fields with a template, in either query language. */
const TEMPLATES = ['Arguments', 'Output', 'Parameters', 'ResultSelector', 'ItemSelector', 'Items'];
/** Fields with a path or null. */
const SELECTIONS = ['InputPath', 'OutputPath'];
const NUMBERS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  Seconds: [0, MAX_SECONDS],
  TimeoutSeconds: [1, MAX_SECONDS],
  HeartbeatSeconds: [1, MAX_SECONDS],
  MaxConcurrency: [0, 2 ** 31 - 1],
  ToleratedFailureCount: [0, 2 ** 31 - 1],
  ToleratedFailurePercentage: [0, 100],
};
const NUMBER_PATHS = [
  'SecondsPath',
  'TimestampPath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'ItemsPath',
  'MaxConcurrencyPath',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentagePath',
  'ErrorPath',
  'CausePath',
];

/** Validates the fields of a state, except transitions, Assign, Retry, Catch and inner states. */
export function validateFieldValues(
  state: JsonObject,
  type: State['Type'],
  language: QueryLanguage,
  location: string,
  problems: Problems,
): void {
  const check = (fields: readonly string[], run: (value: Json, at: string) => void) => {
    for (const field of fields) {
      const value = state[field];
      if (value !== undefined) run(value, `${location}/${field}`);
    }
  };
  check(TEMPLATES, (value, at) => validateTemplate(value, at, language, problems));
  check(SELECTIONS, (value, at) => value === null || validateDynamic(value, at, problems));
  check(NUMBER_PATHS, (value, at) => validateDynamic(value, at, problems));
  check(
    ['ResultPath'],
    (value, at) => value === null || validateReferencePath(value, at, problems),
  );
  check(['Error', 'Cause'], (value, at) => validateText(value, at, language, problems));
  for (const [field, bounds] of Object.entries(NUMBERS))
    check([field], (value, at) => validateNumber(value, bounds, at, language, problems));
  for (const field of Object.keys(state)) exclusive(state, field, location, problems);
  if (type === 'Wait') validateWait(state, language, location, problems);
  if (type === 'Task') validateTask(state, location, problems);
}

function validateText(value: Json, at: string, language: QueryLanguage, problems: Problems): void {
  if (typeof value !== 'string') problems.add(at, 'The value must be a string');
  else validateTemplate(value, at, language, problems);
}

function validateNumber(
  value: Json,
  [least, most]: readonly [number, number],
  at: string,
  language: QueryLanguage,
  problems: Problems,
) {
  if (typeof value === 'string' && language === 'JSONata' && expressionIn(value) !== undefined)
    return validateTemplate(value, at, language, problems);
  if (typeof value !== 'number' || value < least || value > most)
    problems.add(
      at,
      `The value must be a number from ${least} to ${most}${language === 'JSONata' ? ' or a JSONata expression' : ''}; got ${JSON.stringify(value)}`,
    );
}

/** A value and a path to it cannot both be present. */
function exclusive(state: JsonObject, field: string, location: string, problems: Problems): void {
  if (state[`${field}Path`] !== undefined && field !== 'Result')
    problems.add(
      `${location}/${field}`,
      `Only one of '${field}' and '${field}Path' can be present`,
    );
}

const WAITS = ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'];

function validateWait(
  state: JsonObject,
  language: QueryLanguage,
  location: string,
  problems: Problems,
) {
  if (WAITS.filter((field) => state[field] !== undefined).length !== 1)
    problems.add(location, `A Wait state must have exactly one of ${WAITS.join(', ')}`);
  const { Timestamp: timestamp } = state;
  if (timestamp === undefined) return;
  const at = `${location}/Timestamp`;
  if (
    language === 'JSONata' &&
    typeof timestamp === 'string' &&
    expressionIn(timestamp) !== undefined
  )
    return validateTemplate(timestamp, at, language, problems);
  if (typeof timestamp !== 'string' || parseTimestamp(timestamp) === undefined)
    problems.add(at, 'The value must be an ISO 8601 timestamp such as 2016-03-14T01:59:00Z');
}

function validateTask(state: JsonObject, location: string, problems: Problems): void {
  const { Resource: resource, TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = state;
  if (typeof resource !== 'string')
    problems.add(`${location}/Resource`, 'A Task state must have a Resource');
  else {
    const problem = resourceProblem(resource);
    if (problem !== undefined) problems.add(`${location}/Resource`, problem, 'NOT_SUPPORTED_HERE');
  }
  if (typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout)
    problems.add(
      `${location}/HeartbeatSeconds`,
      'HeartbeatSeconds must be smaller than TimeoutSeconds',
    );
}

/** The sequences inside a Parallel or Map, with their places. */
export function innerSequences(
  state: JsonObject,
  type: State['Type'],
  location: string,
  problems: Problems,
): { readonly sequence: Json; readonly location: string }[] {
  if (type === 'Parallel') {
    const { Branches: branches } = state;
    if (isArray(branches) && branches.length > 0)
      return branches.map((sequence, index) => ({
        sequence,
        location: `${location}/Branches[${index}]`,
      }));
    problems.add(`${location}/Branches`, 'Branches must be a non-empty array');
  }
  if (type !== 'Map') return [];
  const fields = ['ItemProcessor', 'Iterator'].filter((field) => state[field] !== undefined);
  const [field] = fields;
  if (fields.length !== 1 || field === undefined) {
    problems.add(location, 'A Map state must have an ItemProcessor');
    return [];
  }
  const sequence = state[field] ?? null;
  validateMode(sequence, `${location}/${field}`, problems);
  return [{ sequence, location: `${location}/${field}` }];
}

function validateMode(processor: Json, location: string, problems: Problems) {
  if (!isObject(processor) || processor.ProcessorConfig === undefined) return;
  const at = `${location}/ProcessorConfig`;
  const { ProcessorConfig: config } = processor;
  if (!isObject(config)) return problems.add(at, 'ProcessorConfig must be an object');
  if (config.Mode === 'DISTRIBUTED')
    problems.add(
      `${at}/Mode`,
      'A distributed Map is not supported; use INLINE',
      'NOT_SUPPORTED_HERE',
    );
  else if (config.Mode !== undefined && config.Mode !== 'INLINE')
    problems.add(`${at}/Mode`, "The value must be 'INLINE'");
  for (const field of Object.keys(config))
    if (field !== 'Mode' && !(field === 'ExecutionType' && config.Mode === 'DISTRIBUTED'))
      problems.add(`${at}/${field}`, `The field '${field}' is not supported in ProcessorConfig`);
}
