import { execute, FUNCTION, jsonPathState } from './execute.ts';

const pass = (fields: object) => jsonPathState({ Type: 'Pass', ...fields });

const computed = async (intrinsic: string, input: unknown = {}) =>
  (await execute(pass({ Parameters: { 'value.$': intrinsic } }), input)).output as {
    value: unknown;
  };

describe('the data flow of JSONPath states', () => {
  it('applies InputPath, Parameters, ResultPath and OutputPath', async () => {
    const { output } = await execute(
      pass({
        InputPath: '$.inner',
        Parameters: { 'copied.$': '$.a', fixed: '$.a', deep: { 'again.$': '$.b[1]' } },
        ResultPath: '$.made.here',
        OutputPath: '$.made',
      }),
      { inner: { a: 1, b: [2, 3] } },
    );
    expect(output).toEqual({ here: { copied: 1, fixed: '$.a', deep: { again: 3 } } });
  });

  it('applies ResultSelector, Assign and ResultPath in this order', async () => {
    const { output } = await execute(
      {
        StartAt: 'Work',
        States: {
          Work: {
            Type: 'Task',
            Resource: FUNCTION,
            ResultSelector: { 'kept.$': '$.body.n' },
            Assign: { 'n.$': '$.kept', 'name.$': '$$.State.Name', fixed: 7 },
            ResultPath: '$.result',
            Next: 'Read',
          },
          Read: {
            Type: 'Pass',
            Parameters: { 'all.$': '$', 'n.$': '$n', 'name.$': '$name', 'f.$': '$fixed' },
            End: true,
          },
        },
      },
      { in: 1 },
      [{ output: { body: { n: 5 } } }],
    );
    expect(output).toEqual({ all: { in: 1, result: { kept: 5 } }, n: 5, name: 'Work', f: 7 });
  });

  it.each([
    [{ InputPath: null }, {}],
    [{ OutputPath: null }, {}],
    [
      { ResultPath: null, Result: 'gone' },
      { a: [1, 2, 3], o: { x: 1 } },
    ],
    [{ Result: null }, null],
    [{ InputPath: '$.a[0:2]' }, [1, 2]],
    [{ InputPath: '$.a[?(@ > 1)]' }, [2, 3]],
    [{ InputPath: '$..x' }, [1]],
    [{ InputPath: "$['o']['x']" }, 1],
    [{ InputPath: '$.a[-1]' }, 3],
    [{ InputPath: '$$.Execution.Name' }, 'replay'],
    [
      { Result: 9, ResultPath: '$.a[1]' },
      { a: [1, 9, 3], o: { x: 1 } },
    ],
  ])('of a Pass with %j gives %j', async (fields, expected) => {
    expect((await execute(pass(fields), { a: [1, 2, 3], o: { x: 1 } })).output).toEqual(expected);
  });

  it.each([
    [{ InputPath: '$.none' }, 'States.Runtime'],
    [{ Parameters: { 'x.$': '$.none' } }, 'States.Runtime'],
    [{ Parameters: { 'x.$': '$none' } }, 'States.Runtime'],
    [{ Result: 1, ResultPath: '$.text.below' }, 'States.ResultPathMatchFailure'],
    [{ Parameters: { 'x.$': 'States.StringToJson($.text)' } }, 'States.IntrinsicFailure'],
  ])('of a Pass with %j fails with %s', async (fields, error) => {
    expect((await execute(pass(fields), { text: 'no json' })).error).toBe(error);
  });

  it('passes on the text of numbers, such as 0.0', async () => {
    const { replayCase } = await import('../../src/states/replay/replay-case.ts');
    const { readRecordings } = await import('../../src/states/replay/recording.ts');
    const [recorded] = readRecordings(
      `[{"id": "n", "definition": ${JSON.stringify(pass({ InputPath: '$.n' }))}, "input": {"n": [0.0, 12345678901234567890]}}]`,
    );
    if (recorded === undefined) throw new Error('no case');
    const { events } = await replayCase(recorded);
    expect(events.at(-1)).toMatchObject({ output: '[0.0,12345678901234567890]' });
  });
});

describe('intrinsic functions', () => {
  it.each([
    ["States.Format('{} of {} \\{\\}', $.n, 'ten')", '3 of ten {}'],
    ["States.Format('it\\'s {}', $.list)", "it's [1,2,2]"],
    ['States.StringToJson($.json)', { a: 1 }],
    ['States.JsonToString($.object)', '{"k":1}'],
    ["States.Array($.n, 'x', true, null, -1.5)", [3, 'x', true, null, -1.5]],
    ['States.ArrayPartition($.list, 2)', [[1, 2], [2]]],
    ['States.ArrayContains($.list, 2)', true],
    ['States.ArrayRange(1, 9, 2)', [1, 3, 5, 7, 9]],
    ['States.ArrayGetItem($.list, 1)', 2],
    ['States.ArrayLength($.list)', 3],
    ['States.ArrayUnique($.list)', [1, 2]],
    ["States.Base64Encode('reel')", 'cmVlbA=='],
    ["States.Base64Decode('cmVlbA==')", 'reel'],
    ["States.Hash('reel', 'MD5')", 'fb26728c25e9227ebb69db6828841794'],
    ['States.JsonMerge($.object, $.other, false)', { k: 2, l: 3 }],
    ['States.MathAdd(111, -1)', 110],
    ["States.StringSplit('This.is+a,test=string', '.+,=')", ['This', 'is', 'a', 'test', 'string']],
    ["States.ArrayGetItem(States.StringSplit($.csv, ','), States.MathAdd(0, 1))", 'b'],
    ['States.ArrayLength($.nested[?(@.ok == true)])', 1],
  ])('%s', async (intrinsic, expected) => {
    const { value } = await computed(intrinsic, {
      n: 3,
      json: '{"a":1}',
      object: { k: 1 },
      other: { k: 2, l: 3 },
      list: [1, 2, 2],
      csv: 'a,b',
      nested: [{ ok: true }, { ok: false }],
    });
    expect(value).toEqual(expected);
  });

  it('States.MathRandom is within its bounds and the same for a seed', async () => {
    const { value } = await computed(
      'States.Array(States.MathRandom(1, 3, 9), States.MathRandom(1, 3, 9), States.MathRandom(5, 6))',
    );
    const [one, two, three] = value as number[];
    expect(one).toBe(two);
    expect([1, 2]).toContain(one);
    expect(three).toBe(5);
  });

  it('States.UUID is a version 4 UUID', async () => {
    expect((await computed('States.UUID()')).value).toMatch(
      /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
    );
  });
});

describe('choice rules', () => {
  const matches = async (rule: object, input: unknown) => {
    const { output, error } = await execute(
      {
        StartAt: 'Pick',
        States: {
          Pick: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
          Yes: { Type: 'Pass', Result: true, End: true },
          No: { Type: 'Pass', Result: false, End: true },
        },
      },
      input,
    );
    return error ?? output;
  };
  const input = {
    s: 'foo-1.log',
    n: 5,
    m: 5,
    b: true,
    t: '2024-01-01T00:00:00Z',
    u: '2024-01-01T01:00:00+01:00',
    z: null,
  };

  it.each([
    [{ Variable: '$.s', StringEquals: 'foo-1.log' }, true],
    [{ Variable: '$.s', StringLessThan: 'fop' }, true],
    [{ Variable: '$.s', StringMatches: 'foo*.log' }, true],
    [{ Variable: '$.s', StringMatches: 'foo\\*.log' }, false],
    [{ Variable: '$.n', NumericEquals: 5 }, true],
    [{ Variable: '$.n', NumericGreaterThan: 5 }, false],
    [{ Variable: '$.n', NumericGreaterThanEqualsPath: '$.m' }, true],
    [{ Variable: '$.s', NumericEquals: 5 }, false],
    [{ Variable: '$.b', BooleanEquals: true }, true],
    [{ Variable: '$.t', TimestampEqualsPath: '$.u' }, true],
    [{ Variable: '$.t', TimestampLessThan: '2024-01-01T00:00:00.001Z' }, true],
    [{ Variable: '$.z', IsNull: true }, true],
    [{ Variable: '$.none', IsPresent: false }, true],
    [{ Variable: '$.n', IsNumeric: true }, true],
    [{ Variable: '$.n', IsString: false }, true],
    [{ Variable: '$.t', IsTimestamp: true }, true],
    [{ Variable: '$.b', IsBoolean: true }, true],
    [{ Not: { Variable: '$.n', NumericEquals: 5 } }, false],
    [
      {
        And: [
          { Variable: '$.none', IsPresent: true },
          { Variable: '$.none', NumericEquals: 1 },
        ],
      },
      false,
    ],
    [
      {
        Or: [
          { Variable: '$.n', NumericEquals: 6 },
          { Variable: '$.b', BooleanEquals: true },
        ],
      },
      true,
    ],
    [{ Variable: '$.none', NumericEquals: 1 }, 'States.Runtime'],
  ])('%j is %s', async (rule, expected) => {
    expect(await matches(rule, input)).toBe(expected);
  });
});
