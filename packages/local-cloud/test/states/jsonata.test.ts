import { execute, FUNCTION, jsonataState } from './execute.ts';

const pass = (Output: unknown) => jsonataState({ Type: 'Pass', Output });

const evaluated = async (expression: string, input: unknown = {}) =>
  (await execute(pass(`{% ${expression} %}`), input)).output;

describe('JSONata in a state', () => {
  it('replaces expressions anywhere in Output and nothing else', async () => {
    const { output } = await execute(
      pass({
        sum: '{% $sum($states.input.n) %}',
        list: ['{% 1 + 1 %}', 'text', ' {% no %}', null],
      }),
      { n: [1, 2, 3] },
    );
    expect(output).toEqual({ sum: 6, list: [2, 'text', ' {% no %}', null] });
  });

  it('passes the input on without Output', async () => {
    expect((await execute(jsonataState({ Type: 'Pass' }), { a: 1 })).output).toEqual({ a: 1 });
  });

  it.each([
    ['$partition([1, 2, 3, 4, 5], 2)', [[1, 2], [3, 4], [5]]],
    ['$range(1, 9, 4)', [1, 5, 9]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ["$hash('reel', 'SHA-1')", '81a2e435e9004f64a207e5473d6a687d726c1db1'],
    ['$parse(\'{"a": [1]}\')', { a: [1] }],
    ['$random(7) = $random(7)', true],
    ['$random() < 1 and $random() >= 0', true],
    ['$uuid() != $uuid()', true],
    ["$match($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4/).match != ''", true],
    ['$millis() = $toMillis($now())', true],
    ["$now('[Y0001]')", '2025'],
  ])('evaluates %s', async (expression, expected) => {
    expect(await evaluated(expression)).toEqual(expected);
  });

  it('does not support $eval, because its expression could not be validated', async () => {
    expect((await execute(pass("{% $eval('1') %}"))).error).toBe('States.QueryEvaluationError');
  });

  it('provides the context object', async () => {
    const context = (await evaluated('$states.context', { a: 1 })) as Record<string, object>;
    expect(context).toMatchObject({
      Execution: { Input: { a: 1 }, Name: 'replay', RedriveCount: 0 },
      State: { Name: 'Only', EnteredTime: '2025-01-01T00:00:00.000Z' },
      StateMachine: { Name: 'replay' },
    });
  });

  it.each([
    ['{% $missing %}', 'nothing'],
    ['{% function($x) { $x } %}', 'a function'],
    ['{% $error("stop") %}', 'an error of its own'],
    ['{% 1 + "a" %}', 'a type error'],
    ['{% ($f := function($n) { $f($n + 1) + 1 }; $f(0)) %}', 'endless recursion'],
  ])('fails the execution if %s gives %s, with the location', async (Output) => {
    const { events, error } = await execute(pass({ deep: { field: Output } }));
    expect(error).toBe('States.QueryEvaluationError');
    expect(events.find(({ type }) => type === 'EvaluationFailed')).toEqual({
      type: 'EvaluationFailed',
      error: 'States.QueryEvaluationError',
      state: 'Only',
      location: 'Output/deep/field',
    });
  });

  it('removes members without a value from objects', async () => {
    expect(await evaluated('{"a": $states.input.none, "b": 1}')).toEqual({ b: 1 });
  });
});

describe('Assign', () => {
  it('is visible to later states only, and evaluates all expressions with the old values', async () => {
    const { output, events } = await execute({
      QueryLanguage: 'JSONata',
      StartAt: 'First',
      States: {
        First: { Type: 'Pass', Assign: { x: 1, y: 2 }, Next: 'Swap' },
        Swap: {
          Type: 'Pass',
          Assign: { x: '{% $y %}', y: '{% $x %}' },
          Output: '{% $x %}',
          Next: 'Read',
        },
        Read: { Type: 'Pass', Output: '{% [$states.input, $x, $y] %}', End: true },
      },
    });
    expect(output).toEqual([1, 2, 1]);
    expect(
      events.find(({ name, type }) => name === 'Swap' && String(type).endsWith('Exited')),
    ).toMatchObject({
      assignedVariables: { x: '2', y: '1' },
    });
  });

  it('lets branches read outer variables and keeps their own to themselves', async () => {
    const { output, error } = await execute({
      QueryLanguage: 'JSONata',
      StartAt: 'Set',
      States: {
        Set: { Type: 'Pass', Assign: { outer: 'o' }, Next: 'Both' },
        Both: {
          Type: 'Parallel',
          Branches: [
            {
              StartAt: 'A',
              States: {
                A: { Type: 'Pass', Assign: { inner: '{% $outer & "a" %}' }, Next: 'A2' },
                A2: { Type: 'Pass', Output: '{% $inner %}', End: true },
              },
            },
            {
              StartAt: 'B',
              States: { B: { Type: 'Pass', Output: '{% $exists($inner) %}', End: true } },
            },
          ],
          Next: 'After',
        },
        After: { Type: 'Pass', Output: '{% [$states.input, $exists($inner)] %}', End: true },
      },
    });
    expect(error).toBeUndefined();
    expect(output).toEqual(['oa', false, false]);
  });

  it('can use the error in a catcher', async () => {
    const { output } = await execute(
      {
        QueryLanguage: 'JSONata',
        StartAt: 'Work',
        States: {
          Work: {
            Type: 'Task',
            Resource: FUNCTION,
            Catch: [
              {
                ErrorEquals: ['Broken'],
                Assign: { why: '{% $states.errorOutput.Error %}' },
                Output: '{% $states.errorOutput.Cause %}',
                Next: 'After',
              },
            ],
            End: true,
          },
          After: { Type: 'Pass', Output: '{% [$why, $states.input] %}', End: true },
        },
      },
      {},
      [{ error: 'Broken', cause: 'because' }],
    );
    expect(output).toEqual(['Broken', 'because']);
  });
});

describe('Choice with conditions', () => {
  const choice = (Condition: unknown) => ({
    QueryLanguage: 'JSONata',
    StartAt: 'Pick',
    States: {
      Pick: {
        Type: 'Choice',
        Choices: [{ Condition, Next: 'Yes', Output: 'chosen', Assign: { by: 'rule' } }],
        Default: 'No',
        Assign: { by: 'default' },
      },
      Yes: { Type: 'Pass', Output: '{% [$states.input, $by] %}', End: true },
      No: { Type: 'Pass', Output: '{% $by %}', End: true },
    },
  });

  it('uses the first matching rule, with its Output and Assign', async () => {
    expect((await execute(choice('{% $states.input.n > 1 %}'), { n: 2 })).output).toEqual([
      'chosen',
      'rule',
    ]);
  });

  it('falls back to Default, with the Assign of the state', async () => {
    expect((await execute(choice('{% $states.input.n > 1 %}'), { n: 0 })).output).toBe('default');
  });

  it('needs a boolean', async () => {
    const { error, events } = await execute(choice('{% $states.input.n %}'), { n: 2 });
    expect(error).toBe('States.QueryEvaluationError');
    expect(events.at(-2)).toMatchObject({ location: 'Choices[0]/Condition' });
  });

  it('fails with States.NoChoiceMatched without a Default', async () => {
    const { error } = await execute({
      QueryLanguage: 'JSONata',
      StartAt: 'Pick',
      States: {
        Pick: { Type: 'Choice', Choices: [{ Condition: false, Next: 'Yes' }] },
        Yes: { Type: 'Succeed' },
      },
    });
    expect(error).toBe('States.NoChoiceMatched');
  });
});

describe('Fail', () => {
  it('takes Error and Cause from expressions', async () => {
    const { events } = await execute(
      {
        QueryLanguage: 'JSONata',
        StartAt: 'Stop',
        States: {
          Stop: {
            Type: 'Fail',
            Error: "{% 'E' & $states.input.n %}",
            Cause: '{% $states.input.why %}',
          },
        },
      },
      { n: 1, why: 'w' },
    );
    expect(events.at(-1)).toEqual({ type: 'ExecutionFailed', error: 'E1' });
  });
});

describe('payloads', () => {
  it('can have 262,144 bytes and not one more', async () => {
    const grown = (length: number) =>
      jsonataState({ Type: 'Pass', Output: 'x'.repeat(length - 2) });
    expect((await execute(grown(262_144))).error).toBeUndefined();
    expect((await execute(grown(262_145))).error).toBe('States.DataLimitExceeded');
  });

  it('include all variables of one Assign', async () => {
    const half = 'x'.repeat(140_000);
    const assign = (Assign: object) => execute(jsonataState({ Type: 'Pass', Assign }));
    expect((await assign({ a: half })).error).toBeUndefined();
    expect((await assign({ a: half, b: half })).error).toBe('States.DataLimitExceeded');
  });

  it('keep the text of numbers that no state changes', async () => {
    const { events } = await execute(
      { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } },
      0,
    );
    expect(events.at(-1)).toEqual({ type: 'ExecutionSucceeded', output: '0' });
  });
});
