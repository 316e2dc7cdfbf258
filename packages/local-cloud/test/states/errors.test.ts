import fc from 'fast-check';
import { matchesError } from '../../src/states/language/failure.ts';
import { RetryBudget, retryDelay } from '../../src/states/language/retry.ts';
import { execute, FUNCTION } from './execute.ts';

const task = (fields: object) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'Work',
  States: {
    Work: { Type: 'Task', Resource: FUNCTION, End: true, ...fields },
    ...('Catch' in fields
      ? { Caught: { Type: 'Pass', Output: '{% {"caught": $states.input} %}', End: true } }
      : {}),
  },
});
const failing = (error: string, times: number) =>
  Array.from({ length: times }, () => ({ error, cause: 'why' }));

describe('the names in ErrorEquals', () => {
  it.each([
    [['Mine'], 'Mine', true],
    [['Mine'], 'Other', false],
    [['States.ALL'], 'Mine', true],
    [['States.ALL'], undefined, true],
    [['States.ALL'], 'States.Timeout', true],
    [['States.ALL'], 'States.QueryEvaluationError', true],
    [['States.ALL'], 'States.DataLimitExceeded', false],
    [['States.DataLimitExceeded'], 'States.DataLimitExceeded', true],
    [['States.Runtime'], 'States.Runtime', false],
    [['States.TaskFailed'], 'Mine', true],
    [['States.TaskFailed'], 'States.Timeout', false],
    [['States.Timeout'], 'States.HeartbeatTimeout', true],
    [['States.HeartbeatTimeout'], 'States.Timeout', false],
  ])('%j against %s: %s', (names, error, expected) => {
    expect(matchesError(names, error)).toBe(expected);
  });
});

describe('retry timing', () => {
  const retriers = fc.record(
    {
      IntervalSeconds: fc.integer({ min: 1, max: 1000 }),
      BackoffRate: fc.double({ min: 1, max: 4, noNaN: true }),
      MaxDelaySeconds: fc.integer({ min: 1001, max: 100_000 }),
    },
    { requiredKeys: [] },
  );

  it('grows by the backoff rate up to the longest delay', () => {
    fc.assert(
      fc.property(retriers, fc.integer({ min: 0, max: 12 }), (retrier, attempt) => {
        const at = (n: number) => retryDelay({ ErrorEquals: ['E'], ...retrier }, n, () => 1);
        const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Infinity } = retrier;
        expect(at(0)).toBe(IntervalSeconds * 1000);
        expect(at(attempt + 1)).toBeGreaterThanOrEqual(at(attempt));
        expect(at(attempt)).toBe(
          Math.round(Math.min(IntervalSeconds * BackoffRate ** attempt, MaxDelaySeconds) * 1000),
        );
      }),
    );
  });

  it('is random between 0 and the delay with full jitter', () => {
    fc.assert(
      fc.property(
        retriers,
        fc.integer({ min: 0, max: 12 }),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        (retrier, attempt, random) => {
          const plain = retryDelay({ ErrorEquals: ['E'], ...retrier }, attempt, () => random);
          const full = { ErrorEquals: ['E'], ...retrier, JitterStrategy: 'FULL' as const };
          expect(retryDelay(full, attempt, () => 0)).toBe(0);
          expect(retryDelay(full, attempt, () => random)).toBeLessThanOrEqual(plain);
        },
      ),
    );
  });

  it('gives each retrier exactly its attempts, whatever the order of the errors', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 0, max: 5 }),
        fc.array(fc.constantFrom('A', 'B'), { maxLength: 30 }),
        (a, b, errors) => {
          const budget = new RetryBudget([
            { ErrorEquals: ['A'], MaxAttempts: a },
            { ErrorEquals: ['States.ALL'], MaxAttempts: b },
          ]);
          const granted = { A: 0, B: 0 };
          for (const error of errors)
            if (budget.next(error, () => 0) !== undefined) granted[error] += 1;
          expect(granted.A).toBe(Math.min(a, errors.filter((each) => each === 'A').length));
          expect(granted.B).toBe(Math.min(b, errors.filter((each) => each === 'B').length));
        },
      ),
    );
  });
});

describe('Retry', () => {
  it('retries until the task succeeds, with the count in the context object', async () => {
    const { output, types } = await execute(
      task({
        Retry: [{ ErrorEquals: ['Busy'], MaxAttempts: 2 }],
        Output: '{% $states.context.State.RetryCount %}',
      }),
      {},
      [...failing('Busy', 2), { output: 'done' }],
    );
    expect(output).toBe(2);
    expect(types.filter((type) => type === 'LambdaFunctionScheduled')).toHaveLength(3);
    expect(types.filter((type) => type === 'TaskStateEntered')).toHaveLength(1);
  });

  it('has three attempts by default, and none for MaxAttempts 0', async () => {
    const attempts = async (retrier: object) =>
      (
        await execute(task({ Retry: [{ ErrorEquals: ['E'], ...retrier }] }), {}, failing('E', 9))
      ).types.filter((type) => type === 'LambdaFunctionFailed').length;
    expect(await attempts({})).toBe(4);
    expect(await attempts({ MaxAttempts: 0 })).toBe(1);
  });

  it('evaluates the arguments again, and an evaluation error can be caught', async () => {
    const { types, output } = await execute(
      task({
        Arguments: '{% $states.context.State.RetryCount < 1 ? $nothing : "fine" %}',
        Retry: [{ ErrorEquals: ['States.QueryEvaluationError'] }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
      }),
      {},
      [{ output: 'ok' }],
    );
    expect(types.filter((type) => type === 'EvaluationFailed')).toHaveLength(1);
    expect(output).toBe('ok');
  });
});

describe('Catch', () => {
  it('continues with the error as output', async () => {
    const { output, types } = await execute(
      task({ Catch: [{ ErrorEquals: ['E'], Next: 'Caught' }] }),
      {},
      failing('E', 1),
    );
    expect(output).toEqual({ caught: { Error: 'E', Cause: 'why' } });
    expect(types).toContain('TaskStateExited');
  });

  it('applies after all retries, in the order of the catchers', async () => {
    const { types, output } = await execute(
      task({
        Retry: [{ ErrorEquals: ['E'], MaxAttempts: 1 }],
        Catch: [
          { ErrorEquals: ['Other'], Output: 1, Next: 'Caught' },
          { ErrorEquals: ['States.TaskFailed'], Output: 2, Next: 'Caught' },
        ],
      }),
      {},
      failing('E', 2),
    );
    expect(types.filter((type) => type === 'LambdaFunctionFailed')).toHaveLength(2);
    expect(output).toEqual({ caught: 2 });
  });

  it('puts the error at ResultPath, in JSONPath', async () => {
    const { output } = await execute(
      {
        StartAt: 'Work',
        States: {
          Work: {
            Type: 'Task',
            Resource: FUNCTION,
            Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failed', Next: 'End' }],
            End: true,
          },
          End: { Type: 'Succeed' },
        },
      },
      { kept: 1 },
      failing('E', 1),
    );
    expect(output).toEqual({ kept: 1, failed: { Error: 'E', Cause: 'why' } });
  });

  it('does not catch States.Runtime', async () => {
    const { error } = await execute({
      StartAt: 'Work',
      States: {
        Work: {
          Type: 'Task',
          Resource: FUNCTION,
          InputPath: '$.none',
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'End' }],
          End: true,
        },
        End: { Type: 'Succeed' },
      },
    });
    expect(error).toBe('States.Runtime');
  });
});

describe('timeouts', () => {
  it.each([
    [{ TimeoutSeconds: 5 }, 'States.Timeout'],
    [{ TimeoutSeconds: '{% $states.input.limit %}' }, 'States.Timeout'],
    [{ TimeoutSeconds: 9, HeartbeatSeconds: '{% 2 %}' }, 'States.HeartbeatTimeout'],
  ])('of %j end the task with %s', async (fields, error) => {
    const { events } = await execute(task(fields), { limit: 5 }, [{ error }]);
    expect(events.at(-2)).toEqual({ type: 'LambdaFunctionTimedOut', error });
    expect(events.at(-1)).toEqual({ type: 'ExecutionFailed', error });
  });

  it.each(['{% "5" %}', '{% 0 %}', '{% 1.5 %}'])('cannot be %s', async (TimeoutSeconds) => {
    const { events, error } = await execute(task({ TimeoutSeconds }));
    expect(error).toBe('States.QueryEvaluationError');
    expect(events.at(-2)).toMatchObject({ location: 'TimeoutSeconds' });
  });

  it('of the execution end it and its running states', async () => {
    const { types } = await execute({
      TimeoutSeconds: 3,
      StartAt: 'Long',
      States: { Long: { Type: 'Wait', Seconds: 10, End: true } },
    });
    expect(types).toEqual([
      'ExecutionStarted',
      'WaitStateEntered',
      'WaitStateAborted',
      'ExecutionTimedOut',
    ]);
  });
});

describe('Wait', () => {
  const wait = (fields: object, input: object) =>
    execute(
      {
        QueryLanguage: 'JSONata',
        StartAt: 'W',
        States: { W: { Type: 'Wait', End: true, ...fields } },
      },
      input,
    );

  it.each([
    [{ Seconds: 3 }],
    [{ Seconds: '{% $states.input.n %}' }],
    [{ Timestamp: '2016-08-18T17:33:00Z' }],
    [{ Timestamp: '{% $states.input.t %}' }],
  ])('%j continues', async (fields) => {
    const { types } = await wait(fields, { n: 2, t: '2016-08-18T17:33:00.123456789+02:00' });
    expect(types.slice(1)).toEqual(['WaitStateEntered', 'WaitStateExited', 'ExecutionSucceeded']);
  });

  it.each([
    '2016-03-05 21:29:29Z',
    '2016-03-05T21:29:29',
    '2016-02-30T21:29:29Z',
    '2016-03-05T24:29:29Z',
    'soon',
  ])('does not accept %s as a time', async (t) => {
    const { error, events } = await wait({ Timestamp: '{% $states.input.t %}' }, { t });
    expect(error).toBe('States.QueryEvaluationError');
    expect(events.at(-2)).toMatchObject({ location: 'Timestamp' });
  });
});
