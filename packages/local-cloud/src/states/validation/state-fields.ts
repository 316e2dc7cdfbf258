import type { QueryLanguage, State } from '../language/definition.ts';

/** The allowed fields of each type of state: https://states-language.net/spec.html#state-type-table */
interface Fields {
  readonly both: readonly string[];
  readonly JSONPath: readonly string[];
  readonly JSONata: readonly string[];
}

const COMMON = ['Type', 'Comment', 'QueryLanguage'];
const ONWARD = ['Next', 'End'];
const PATHS = ['InputPath', 'OutputPath'];
const RESULT = ['ResultPath', 'ResultSelector'];
const ERRORS = ['Retry', 'Catch'];

export const STATE_FIELDS: Readonly<Record<State['Type'], Fields>> = {
  Pass: {
    both: [...COMMON, ...ONWARD, 'Assign'],
    JSONPath: [...PATHS, 'Parameters', 'ResultPath', 'Result'],
    JSONata: ['Output'],
  },
  Choice: {
    both: [...COMMON, 'Choices', 'Default', 'Assign'],
    JSONPath: PATHS,
    JSONata: ['Output'],
  },
  Wait: {
    both: [...COMMON, ...ONWARD, 'Seconds', 'Timestamp', 'Assign'],
    JSONPath: [...PATHS, 'SecondsPath', 'TimestampPath'],
    JSONata: ['Output'],
  },
  Succeed: { both: COMMON, JSONPath: PATHS, JSONata: ['Output'] },
  Fail: { both: [...COMMON, 'Error', 'Cause'], JSONPath: ['ErrorPath', 'CausePath'], JSONata: [] },
  Task: {
    both: [
      ...COMMON,
      ...ONWARD,
      ...ERRORS,
      'Resource',
      'TimeoutSeconds',
      'HeartbeatSeconds',
      'Assign',
    ],
    JSONPath: [...PATHS, ...RESULT, 'Parameters', 'TimeoutSecondsPath', 'HeartbeatSecondsPath'],
    JSONata: ['Arguments', 'Output'],
  },
  Parallel: {
    both: [...COMMON, ...ONWARD, ...ERRORS, 'Branches', 'Assign'],
    JSONPath: [...PATHS, ...RESULT, 'Parameters'],
    JSONata: ['Arguments', 'Output'],
  },
  Map: {
    both: [
      ...COMMON,
      ...ONWARD,
      ...ERRORS,
      'ItemProcessor',
      'Iterator',
      'ItemSelector',
      'MaxConcurrency',
      'ToleratedFailureCount',
      'ToleratedFailurePercentage',
      'Assign',
    ],
    JSONPath: [
      ...PATHS,
      ...RESULT,
      'Parameters',
      'ItemsPath',
      'MaxConcurrencyPath',
      'ToleratedFailureCountPath',
      'ToleratedFailurePercentagePath',
    ],
    JSONata: ['Items', 'Output'],
  },
};

/** Fields of the language that this engine refuses by name. */
export const REFUSED_FIELDS: Readonly<Record<string, string>> = {
  Credentials: 'running a task as another role',
  ItemReader: 'a distributed Map',
  ItemBatcher: 'a distributed Map',
  ResultWriter: 'a distributed Map',
  Label: 'a distributed Map',
};

export function isStateType(type: unknown): type is State['Type'] {
  return typeof type === 'string' && Object.hasOwn(STATE_FIELDS, type);
}

/** The reason why a state of this type cannot have the field; undefined if it can. */
export function fieldProblem(
  type: State['Type'],
  language: QueryLanguage,
  field: string,
): string | undefined {
  const fields = STATE_FIELDS[type];
  if (fields.both.includes(field) || fields[language].includes(field)) return undefined;
  const other = language === 'JSONata' ? 'JSONPath' : 'JSONata';
  if (fields[other].includes(field))
    return `The field '${field}' belongs to the query language ${other}, and this state uses ${language}`;
  return `The field '${field}' is not supported in a ${type} state; allowed are ${[...fields.both, ...fields[language]].join(', ')}`;
}
