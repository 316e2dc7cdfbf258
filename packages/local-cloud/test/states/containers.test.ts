import { execute, FUNCTION } from './execute.ts';

const branch = (name: string, state: object) => ({ StartAt: name, States: { [name]: state } });

const map = (fields: object, state: object = { Type: 'Pass', End: true }) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'Each',
  States: {
    Each: { Type: 'Map', ItemProcessor: branch('One', state), End: true, ...fields },
    ...('Catch' in fields ? { Caught: { Type: 'Succeed' } } : {}),
  },
});

const failOdd = {
  Type: 'Task',
  Resource: FUNCTION,
  End: true,
};

describe('Parallel', () => {
  it('gives every branch the same input and returns their outputs in order', async () => {
    const { output } = await execute(
      {
        QueryLanguage: 'JSONata',
        StartAt: 'Both',
        States: {
          Both: {
            Type: 'Parallel',
            Arguments: { n: '{% $states.input.n + 1 %}' },
            Branches: [
              branch('Slow', {
                Type: 'Wait',
                Seconds: 5,
                Output: '{% ["slow", $states.input.n] %}',
                End: true,
              }),
              branch('Fast', {
                Type: 'Pass',
                Output: '{% ["fast", $states.input.n] %}',
                End: true,
              }),
            ],
            Output: '{% $reverse($states.result) %}',
            End: true,
          },
        },
      },
      { n: 1 },
    );
    expect(output).toEqual([
      ['fast', 2],
      ['slow', 2],
    ]);
  });

  it('ends the other branches if one fails, with Aborted events', async () => {
    const { types, error } = await execute({
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          Branches: [
            branch('Bad', { Type: 'Fail', Error: 'Bad' }),
            branch('Waiting', { Type: 'Wait', Seconds: 60, End: true }),
          ],
          End: true,
        },
      },
    });
    expect(error).toBe('Bad');
    expect(types).toEqual([
      'ExecutionStarted',
      'ParallelStateEntered',
      'ParallelStateStarted',
      'FailStateEntered',
      'WaitStateEntered',
      'WaitStateAborted',
      'ParallelStateFailed',
      'ExecutionFailed',
    ]);
  });

  it('catches the error of a branch', async () => {
    const { output, types } = await execute({
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          Branches: [branch('Bad', { Type: 'Fail', Error: 'Bad', Cause: 'c' })],
          Catch: [{ ErrorEquals: ['Bad'], ResultPath: '$.e', Next: 'End' }],
          End: true,
        },
        End: { Type: 'Succeed' },
      },
    });
    expect(output).toEqual({ e: { Error: 'Bad', Cause: 'c' } });
    expect(types.slice(3, 6)).toEqual([
      'FailStateEntered',
      'ParallelStateFailed',
      'ParallelStateExited',
    ]);
  });
});

describe('Map', () => {
  it('runs the processor for each item and returns the outputs in order', async () => {
    const { output } = await execute(
      map(
        {
          Items: '{% $states.input %}',
          ItemSelector: {
            i: '{% $states.context.Map.Item.Index %}',
            v: '{% $states.context.Map.Item.Value %}',
          },
        },
        {
          Type: 'Wait',
          Seconds: '{% 3 - $states.input.i %}',
          Output: '{% $states.input.v & $states.context.Map.Item.Index %}',
          End: true,
        },
      ),
      ['a', 'b', 'c'],
    );
    expect(output).toEqual(['a0', 'b1', 'c2']);
  });

  it('never runs more iterations at once than MaxConcurrency', async () => {
    const { types } = await execute(
      map({ MaxConcurrency: '{% 2 %}' }, { Type: 'Wait', Seconds: 1, End: true }),
      [1, 2, 3, 4, 5],
    );
    let running = 0;
    let most = 0;
    for (const type of types) {
      if (type === 'MapIterationStarted') running += 1;
      if (type === 'MapIterationSucceeded') running -= 1;
      most = Math.max(most, running);
    }
    expect(most).toBe(2);
  });

  it('fails with its first failed iteration and ends the running ones', async () => {
    const { types, error } = await execute(map({}, failOdd), [1, 2], [{ error: 'Odd' }]);
    expect(error).toBe('Odd');
    expect(types.slice(-6)).toEqual([
      'LambdaFunctionFailed',
      'MapIterationFailed',
      'TaskStateAborted',
      'MapIterationAborted',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });

  it.each([
    [{ ToleratedFailureCount: 1 }, undefined],
    [{ ToleratedFailurePercentage: 50 }, undefined],
    [{ ToleratedFailurePercentage: 20 }, 'Odd'],
    [{ ToleratedFailureCount: '{% 1 %}', ToleratedFailurePercentage: 10 }, 'Odd'],
  ])('with %j and one failure of three ends with %s', async (fields, expected) => {
    const { error, output } = await execute(
      map({ MaxConcurrency: 1, ...fields }, failOdd),
      [1, 2, 3],
      [{ output: 'one' }, { error: 'Odd' }, { output: 'three' }],
    );
    expect(error).toBe(expected);
    if (expected === undefined) expect(output).toEqual(['one', 'three']);
  });

  it('reports that the tolerance was exceeded', async () => {
    const failed = { error: 'Odd' };
    const { error } = await execute(
      map({ MaxConcurrency: 1, ToleratedFailureCount: 1 }, failOdd),
      [1, 2, 3],
      [failed, failed],
    );
    expect(error).toBe('States.ExceedToleratedFailureThreshold');
  });

  it('is retried as a whole', async () => {
    const { types, output } = await execute(
      map({ Retry: [{ ErrorEquals: ['Odd'] }] }, failOdd),
      [1],
      [{ error: 'Odd' }, { output: 'fine' }],
    );
    expect(output).toEqual(['fine']);
    expect(types.filter((type) => type === 'MapStateStarted')).toHaveLength(2);
    expect(types).not.toContain('MapStateFailed');
  });

  it('nests, each level with its own item', async () => {
    const { output } = await execute(
      map(
        {},
        {
          Type: 'Map',
          ItemSelector: '{% $states.context.Map.Item.Value * 10 %}',
          ItemProcessor: branch('Inner', {
            Type: 'Pass',
            Output: '{% [$states.input, $states.context.Map.Item.Value] %}',
            End: true,
          }),
          End: true,
        },
      ),
      [[1, 2], [3]],
    );
    expect(output).toEqual([
      [
        [10, 1],
        [20, 2],
      ],
      [[30, 3]],
    ]);
  });

  it('reads its items and limits from paths, in JSONPath', async () => {
    const { output } = await execute(
      {
        StartAt: 'Each',
        States: {
          Each: {
            Type: 'Map',
            InputPath: '$.in',
            ItemsPath: '$.list',
            MaxConcurrencyPath: '$.most',
            ItemSelector: {
              'v.$': '$$.Map.Item.Value',
              'i.$': '$$.Map.Item.Index',
              'all.$': 'States.ArrayLength($.list)',
            },
            Iterator: branch('One', { Type: 'Pass', End: true }),
            ResultPath: '$.out',
            OutputPath: '$.out',
            End: true,
          },
        },
      },
      { in: { list: ['x', 'y'], most: 1 } },
    );
    expect(output).toEqual([
      { v: 'x', i: 0, all: 2 },
      { v: 'y', i: 1, all: 2 },
    ]);
  });

  it.each([
    ['Items', { Items: '{% 5 %}' }],
    ['MaxConcurrency', { MaxConcurrency: '{% -1 %}' }],
    ['ToleratedFailurePercentage', { ToleratedFailurePercentage: '{% 101 %}' }],
  ])('cannot start with an invalid %s', async (location, fields) => {
    const { events, error } = await execute(map(fields), [1]);
    expect(error).toBe('States.QueryEvaluationError');
    expect(events.slice(2)).toMatchObject([
      { type: 'EvaluationFailed', state: 'Each', location },
      { type: 'MapStateFailed' },
      { type: 'ExecutionFailed' },
    ]);
  });
});

describe('the history', () => {
  it('has 25,000 events, the last of which reports the limit', async () => {
    const { events, error } = await execute({
      StartAt: 'A',
      States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } },
    });
    expect(events).toHaveLength(25_000);
    expect(error).toBe('States.Runtime');
  });
});
