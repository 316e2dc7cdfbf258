import { refusedNames } from '../../../../core/validation/refused-names.ts';

describe('Refused field names', () => {
  it.each([
    ['{}', []],
    ['null', []],
    ['"__proto__"', []],
    ['[1, "__proto__", null]', []],
    ['{"proto": {"a": null}}', []],
    ['{"__proto__": 1}', [['__proto__']]],
    ['{"a": {"__proto__": {}}}', [['a', '__proto__']]],
    ['[{"a": [{"__proto__": 1}]}]', [['0', 'a', '0', '__proto__']]],
    ['{"a": {"__proto__": 1}, "__proto__": 2}', [['__proto__'], ['a', '__proto__']]],
    ['{"__proto__": {"__proto__": 1}}', [['__proto__']]],
  ])('of %s have these paths: %j', (json, paths) => {
    expect(refusedNames(JSON.parse(json))).toEqual(paths);
  });

  it('are found in a body of 100,000 levels', () => {
    const levels = 100_000;
    const json = JSON.parse(`${'['.repeat(levels)}{"__proto__":1}${']'.repeat(levels)}`);
    expect(refusedNames(json).map((path) => path.length)).toEqual([levels + 1]);
  });
});
