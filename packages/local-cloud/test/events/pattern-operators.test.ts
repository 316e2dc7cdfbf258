import { compilePattern } from '../../src/events/event-pattern.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html */
interface Row {
  readonly element: unknown;
  readonly matching: readonly unknown[];
  readonly other: readonly unknown[];
}

const matches = (element: unknown, event: object) => compilePattern({ v: [element] })(event);

const OPERATORS: Readonly<Record<string, Row>> = {
  'a text': { element: 'a', matching: ['a'], other: ['A', 'ab', '', 1, null, true] },
  'the empty text': { element: '', matching: [''], other: [' ', null, 0, false] },
  'a number': { element: 5, matching: [5, 5.0], other: ['5', 4, 5.1, -5, null] },
  zero: { element: 0, matching: [0], other: ['', false, null, '0', 1] },
  true: { element: true, matching: [true], other: [false, 'true', 1, null] },
  false: { element: false, matching: [false], other: [true, 'false', 0, '', null] },
  null: { element: null, matching: [null], other: ['null', '', 0, false] },
  prefix: {
    element: { prefix: 'ab' },
    matching: ['ab', 'abc'],
    other: ['a', 'AB', 'xab', 1, null],
  },
  'prefix, ignoring case': {
    element: { prefix: { 'equals-ignore-case': 'aB' } },
    matching: ['ab', 'ABC', 'Abx'],
    other: ['a', 'xab', 1],
  },
  suffix: {
    element: { suffix: 'yz' },
    matching: ['yz', 'xyz'],
    other: ['z', 'YZ', 'yzx', 1, null],
  },
  'suffix, ignoring case': {
    element: { suffix: { 'equals-ignore-case': '.MP4' } },
    matching: ['a.mp4', 'A.Mp4'],
    other: ['mp4', '.mp4x', 1],
  },
  'equals-ignore-case': {
    element: { 'equals-ignore-case': 'Ab' },
    matching: ['ab', 'AB', 'Ab'],
    other: ['abc', 'a', 1, null],
  },
  'a wildcard': {
    element: { wildcard: 'a*c' },
    matching: ['ac', 'abc', 'a*c', 'acbc'],
    other: ['a', 'c', 'acd', 'xac', 1],
  },
  'a wildcard with an escaped star': {
    element: { wildcard: 'a\\*c' },
    matching: ['a*c'],
    other: ['abc', 'ac', 'a\\*c'],
  },
  'a wildcard whose ends would overlap': {
    element: { wildcard: 'aba*aba' },
    matching: ['abaaba', 'abaxaba'],
    other: ['aba', 'ababa'],
  },
  'anything but a text': {
    element: { 'anything-but': 'a' },
    matching: ['b', '', 'A', 1, null, true],
    other: ['a'],
  },
  'anything but a number': { element: { 'anything-but': 5 }, matching: [4, '5', null], other: [5] },
  'anything but some texts': {
    element: { 'anything-but': ['a', 'b'] },
    matching: ['c', 'ab', 1],
    other: ['a', 'b'],
  },
  'anything but some numbers': {
    element: { 'anything-but': [1, 2] },
    matching: [3, '1'],
    other: [1, 2],
  },
  'anything but a prefix': {
    element: { 'anything-but': { prefix: 'ab' } },
    matching: ['a', 'xab', 'AB', 1],
    other: ['ab', 'abc'],
  },
  'anything but some prefixes': {
    element: { 'anything-but': { prefix: ['a', 'b'] } },
    matching: ['c'],
    other: ['a1', 'b1'],
  },
  'anything but a suffix': {
    element: { 'anything-but': { suffix: 'yz' } },
    matching: ['y', 'yzx', 1],
    other: ['yz', 'xyz'],
  },
  'anything but a text, ignoring case': {
    element: { 'anything-but': { 'equals-ignore-case': ['a', 'b'] } },
    matching: ['c', 'ab'],
    other: ['A', 'a', 'B'],
  },
  'anything but a wildcard': {
    element: { 'anything-but': { wildcard: 'a*c' } },
    matching: ['a', 'xac'],
    other: ['ac', 'abc'],
  },
  'numeric =': { element: { numeric: ['=', 5] }, matching: [5], other: [4.9, 5.1, '5', null] },
  'numeric <': { element: { numeric: ['<', 5] }, matching: [4.9, -1], other: [5, 6, '4'] },
  'numeric <=': { element: { numeric: ['<=', 5] }, matching: [4, 5], other: [5.1] },
  'numeric >': {
    element: { numeric: ['>', 5] },
    matching: [5.1, 6, 5e9],
    // EventBridge compares no numbers beyond 5e9.
    other: [5, 4, 5_000_000_001],
  },
  'numeric >=': { element: { numeric: ['>=', 5] }, matching: [5, 6], other: [4.9] },
  'a range without its ends': {
    element: { numeric: ['>', 1, '<', 3] },
    matching: [1.1, 2],
    other: [1, 3, 0, 4],
  },
  'a range with its ends': {
    element: { numeric: ['>=', 1, '<=', 3] },
    matching: [1, 2, 3],
    other: [0.9, 3.1],
  },
  'exists: true': {
    element: { exists: true },
    matching: ['', 0, false, null, 'a', ['a']],
    other: [{ a: 1 }, []],
  },
  'exists: false': {
    element: { exists: false },
    matching: [{ a: 1 }, []],
    other: ['', 0, false, null, ['a']],
  },
  'an IPv4 range': {
    element: { cidr: '10.1.0.0/16' },
    matching: ['10.1.0.0', '10.1.255.255'],
    other: ['10.0.255.255', '10.2.0.0', '10.1', 'x', 1, '::1'],
  },
  'one IPv4 address': {
    element: { cidr: '10.1.2.3' },
    matching: ['10.1.2.3'],
    other: ['10.1.2.4', '10.1.2.30'],
  },
  'an IPv6 range': {
    element: { cidr: '2001:db8::/32' },
    matching: ['2001:db8::1', '2001:db8:ffff::'],
    other: ['2001:db9::', '10.0.0.1'],
  },
};

describe.each(Object.entries(OPERATORS))('%s', (_, { element, matching, other }) => {
  it.each(matching.map((value) => [value]))('matches %j', (v) => {
    expect(matches(element, { v })).toBe(true);
  });
  it.each(other.map((value) => [value]))('does not match %j', (v) => {
    expect(matches(element, { v })).toBe(false);
  });

  const absent = JSON.stringify(element) === '{"exists":false}';
  it(`${absent ? 'matches' : 'does not match'} a field that is absent`, () => {
    expect(matches(element, {})).toBe(absent);
    expect(matches(element, { other: 1 })).toBe(absent);
  });

  it('matches a list if one of its values matches', () => {
    const [value] = matching.filter((one) => typeof one !== 'object' || one === null);
    const [unmatched] = other.filter((one) => typeof one !== 'object' || one === null);
    if (value === undefined || unmatched === undefined) return;
    expect(matches(element, { v: [unmatched, value] })).toBe(true);
    expect(matches(element, { v: [unmatched] })).toBe(false);
  });
});

describe('A list of operators', () => {
  it('matches if one of them does', () => {
    const matcher = compilePattern({ v: [{ prefix: 'a' }, 5, { exists: false }] });
    for (const event of [{ v: 'ab' }, { v: 5 }, {}]) expect(matcher(event)).toBe(true);
    for (const event of [{ v: 'b' }, { v: 4 }]) expect(matcher(event)).toBe(false);
  });

  it('must match in every field', () => {
    const matcher = compilePattern({ a: ['1'], b: [{ exists: true }] });
    expect(matcher({ a: '1', b: 0 })).toBe(true);
    expect(matcher({ a: '1' })).toBe(false);
    expect(matcher({ b: 0 })).toBe(false);
  });
});

describe('$or', () => {
  it('matches if one branch and all other fields match', () => {
    const matcher = compilePattern({
      a: ['1'],
      $or: [{ b: ['2'] }, { c: [{ numeric: ['>', 0] }] }],
    });
    expect(matcher({ a: '1', b: '2' })).toBe(true);
    expect(matcher({ a: '1', c: 1 })).toBe(true);
    expect(matcher({ a: '1', b: '3', c: 0 })).toBe(false);
    expect(matcher({ a: '0', b: '2', c: 1 })).toBe(false);
  });
});

describe('A pattern is refused', () => {
  it.each<[string, unknown]>([
    ['an empty prefix', { prefix: '' }],
    ['a prefix of something else', { prefix: { wildcard: 'a' } }],
    ['a wildcard with a stray backslash', { wildcard: 'a\\b' }],
    ['a wildcard that ends in a backslash', { wildcard: 'a\\' }],
    ['nothing but', { 'anything-but': [] }],
    ['anything but no prefix', { 'anything-but': { prefix: [] } }],
    ['anything but true', { 'anything-but': true }],
    ['anything but null', { 'anything-but': null }],
    ['a number beyond 5e9', { numeric: ['>', 5_000_000_001] }],
    ['a range of three members', { numeric: ['>', 1, '<'] }],
    ['a range that begins with its upper end', { numeric: ['<', 5, '>', 1] }],
    ['a range of two lower ends', { numeric: ['>', 1, '>', 2] }],
    ['an unknown comparison', { numeric: ['!=', 1] }],
    ['an address range with a negative length', { cidr: '10.0.0.0/-1' }],
    ['an IPv6 range that is too long', { cidr: '::/129' }],
    ['an address range without an address', { cidr: 'all/8' }],
    ['an empty operator', {}],
  ])('with %s', (_, element) => {
    expect(() => compilePattern({ v: [element] })).toThrow('Event pattern is not valid');
  });

  it('of more than 4096 characters', () => {
    const pattern = (length: number) => ({ v: ['a'.repeat(length - '{"v":[""]}'.length)] });
    expect(compilePattern(pattern(4096))({ v: 'a' })).toBe(false);
    expect(() => compilePattern(pattern(4097))).toThrow('4096');
  });
});
