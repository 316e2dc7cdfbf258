import type { Json } from '../../src/states/language/json.ts';
import { validateDefinition } from '../../src/states/validation/validate-definition.ts';
import { FUNCTION } from './execute.ts';

const END = { Type: 'Pass', End: true };

/** Findings as `location: message`. */
function findings(definition: unknown): string[] {
  return validateDefinition(definition as Json).map(
    ({ location, message }) => `${location}: ${message}`,
  );
}

const only = (state: object, more: object = {}) =>
  findings({ StartAt: 'S', States: { S: state }, ...more });
const jsonata = (state: object) => only(state, { QueryLanguage: 'JSONata' });

describe('a valid definition', () => {
  it('has no findings', () => {
    expect(
      findings({
        Comment: 'all kinds of states',
        QueryLanguage: 'JSONata',
        StartAt: 'Pick',
        TimeoutSeconds: 60,
        States: {
          Pick: {
            Type: 'Choice',
            Choices: [{ Condition: '{% $states.input.n = 1 %}', Next: 'Each', Assign: { n: 1 } }],
            Default: 'Both',
          },
          Each: {
            Type: 'Map',
            Items: '{% $states.input.list %}',
            ItemProcessor: {
              ProcessorConfig: { Mode: 'INLINE' },
              StartAt: 'One',
              States: { One: END },
            },
            Next: 'Both',
          },
          Both: {
            Type: 'Parallel',
            Branches: [
              { StartAt: 'B', States: { B: { Type: 'Task', Resource: FUNCTION, End: true } } },
            ],
            Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Stop' }],
            Retry: [
              {
                ErrorEquals: ['A'],
                IntervalSeconds: 1,
                MaxDelaySeconds: 5,
                JitterStrategy: 'FULL',
              },
            ],
            Next: 'Done',
          },
          Done: { Type: 'Succeed' },
          Stop: { Type: 'Fail', Error: '{% $states.input.Error %}' },
        },
      }),
    ).toEqual([]);
  });
});

describe('a finding has its place', () => {
  it.each([
    ['nothing to start', findings({ States: { S: END } }), '/StartAt'],
    ['a start that is not there', findings({ StartAt: 'X', States: { S: END } }), '/StartAt'],
    ['an unknown type', only({ Type: 'Jump' }), '/States/S/Type'],
    ['neither Next nor End', only({ Type: 'Pass' }), '/States/S'],
    ['both Next and End', only({ Type: 'Pass', End: true, Next: 'S' }), '/States/S'],
    ['a target that is not there', only({ Type: 'Pass', Next: 'T' }), '/States/S/Next'],
    ['an unknown field', only({ ...END, Colour: 'red' }), '/States/S/Colour'],
    ['a field of another type', only({ ...END, Seconds: 1 }), '/States/S/Seconds'],
    ['a JSONata field in JSONPath', only({ ...END, Output: 1 }), '/States/S/Output'],
    ['a JSONPath field in JSONata', jsonata({ ...END, ResultPath: '$.a' }), '/States/S/ResultPath'],
    [
      'JSONPath within JSONata',
      jsonata({ ...END, QueryLanguage: 'JSONPath' }),
      '/States/S/QueryLanguage',
    ],
    [
      'an expression that does not parse',
      jsonata({ ...END, Output: { a: ['{% 1 + %}'] } }),
      '/States/S/Output/a[0]',
    ],
    [
      'a path that does not parse',
      only({ ...END, Parameters: { 'a.$': 'b.c' } }),
      '/States/S/Parameters/a.$',
    ],
    [
      'an intrinsic that is not there',
      only({ ...END, Parameters: { 'a.$': 'States.Fly(1)' } }),
      '/States/S/Parameters/a.$',
    ],
    [
      'too many arguments',
      only({ ...END, Parameters: { 'a.$': 'States.UUID(1)' } }),
      '/States/S/Parameters/a.$',
    ],
    ['a ResultPath to many places', only({ ...END, ResultPath: '$.a[*]' }), '/States/S/ResultPath'],
    [
      'two times to wait for',
      only({ Type: 'Wait', Seconds: 1, Timestamp: '2024-01-01T00:00:00Z', End: true }),
      '/States/S',
    ],
    [
      'a time that is none',
      only({ Type: 'Wait', Timestamp: 'soon', End: true }),
      '/States/S/Timestamp',
    ],
    ['a Choice without choices', only({ Type: 'Choice', Choices: [] }), '/States/S/Choices'],
    [
      'a rule without operator',
      only({ Type: 'Choice', Choices: [{ Variable: '$.a', Next: 'S' }] }),
      '/States/S/Choices[0]',
    ],
    [
      'a comparison with the wrong type',
      only({ Type: 'Choice', Choices: [{ Variable: '$.a', NumericEquals: '1', Next: 'S' }] }),
      '/States/S/Choices[0]/NumericEquals',
    ],
    [
      'a nested rule that is wrong',
      only({
        Type: 'Choice',
        Choices: [{ Not: { And: [{ Variable: 'a', IsNull: true }] }, Next: 'S' }],
      }),
      '/States/S/Choices[0]/Not/And[0]/Variable',
    ],
    [
      'a condition that is no expression',
      jsonata({ Type: 'Choice', Choices: [{ Condition: 'yes', Next: 'S' }] }),
      '/States/S/Choices[0]/Condition',
    ],
    [
      'States.ALL with others',
      only({
        Type: 'Task',
        Resource: FUNCTION,
        End: true,
        Retry: [{ ErrorEquals: ['States.ALL', 'A'] }],
      }),
      '/States/S/Retry[0]/ErrorEquals',
    ],
    [
      'a backoff below 1',
      only({
        Type: 'Task',
        Resource: FUNCTION,
        End: true,
        Retry: [{ ErrorEquals: ['A'], BackoffRate: 0.5 }],
      }),
      '/States/S/Retry[0]/BackoffRate',
    ],
    [
      'a catcher without Next',
      only({ Type: 'Task', Resource: FUNCTION, End: true, Catch: [{ ErrorEquals: ['A'] }] }),
      '/States/S/Catch[0]/Next',
    ],
    [
      'a heartbeat longer than the timeout',
      only({ Type: 'Task', Resource: FUNCTION, End: true, TimeoutSeconds: 5, HeartbeatSeconds: 5 }),
      '/States/S/HeartbeatSeconds',
    ],
    [
      'a timeout and a path to one',
      only({
        Type: 'Task',
        Resource: FUNCTION,
        End: true,
        TimeoutSeconds: 5,
        TimeoutSecondsPath: '$.t',
      }),
      '/States/S/TimeoutSeconds',
    ],
    [
      'a Parallel without branches',
      only({ Type: 'Parallel', Branches: [], End: true }),
      '/States/S/Branches',
    ],
    [
      'a mistake in a branch',
      only({
        Type: 'Parallel',
        Branches: [{ StartAt: 'A', States: { A: { Type: 'Pass' } } }],
        End: true,
      }),
      '/States/S/Branches[0]/States/A',
    ],
    [
      'a name used twice',
      only({ Type: 'Parallel', Branches: [{ StartAt: 'S', States: { S: END } }], End: true }),
      '/States/S/Branches[0]/States/S',
    ],
    ['a reserved variable', jsonata({ ...END, Assign: { states: 1 } }), '/States/S/Assign/states'],
    [
      'a name that is too long',
      findings({ StartAt: 'n'.repeat(81), States: { ['n'.repeat(81)]: END } }),
      `/States/${'n'.repeat(81)}`,
    ],
  ])('%s', (_, found, location) => {
    expect(found.map((each) => each.split(': ')[0])).toContain(location);
  });

  it('for an unreachable state', () => {
    expect(findings({ StartAt: 'S', States: { S: END, T: END } })).toEqual([
      '/States/T: State "T" is not reachable.',
    ]);
  });

  it('for a variable of an outer scope that a branch assigns', () => {
    const found = findings({
      StartAt: 'Set',
      States: {
        Set: { Type: 'Pass', Assign: { v: 1 }, Next: 'P' },
        P: {
          Type: 'Parallel',
          Branches: [{ StartAt: 'B', States: { B: { ...END, Assign: { v: 2 } } } }],
          End: true,
        },
      },
    });
    expect(found).toEqual([
      expect.stringContaining("/States/P/Branches[0]/States/B/Assign: The variable 'v'"),
    ]);
  });
});

describe('an unsupported feature is refused by name', () => {
  it.each([
    ['arn:aws:states:::glue:startJobRun.sync', 'glue:startJobRun.sync'],
    ['arn:aws:states:::aws-sdk:ec2:runInstances', 'aws-sdk:ec2:runInstances'],
    ['arn:aws:states:us-east-1:000000000000:activity:a', 'activity:a'],
    ['arn:aws:states:::dynamodb:query', 'dynamodb:query'],
    ['arn:aws-cn:states:::lambda:invoke', 'arn:aws-cn:states:::lambda:invoke'],
    ['arn:aws-us-gov:lambda:us-gov-west-1:000000000000:function:f', 'aws-us-gov'],
  ])('%s', (Resource, name) => {
    const [found] = only({ Type: 'Task', Resource, End: true });
    expect(found).toContain('/States/S/Resource');
    expect(found).toContain(name);
  });

  it('a distributed Map and its fields', () => {
    const found = only({
      Type: 'Map',
      ItemReader: {},
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'A',
        States: { A: END },
      },
      End: true,
    });
    expect(found).toEqual([
      expect.stringContaining('/States/S/ItemReader'),
      expect.stringContaining('/States/S/ItemProcessor/ProcessorConfig/Mode'),
    ]);
  });

  it('a role of its own for a task', () => {
    const [found] = only({
      Type: 'Task',
      Resource: FUNCTION,
      Credentials: { RoleArn: 'r' },
      End: true,
    });
    expect(found).toContain('/States/S/Credentials');
  });
});
