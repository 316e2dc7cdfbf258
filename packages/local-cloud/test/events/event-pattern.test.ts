import fc from 'fast-check';
import { compilePattern } from '../../src/events/event-pattern.ts';

const EVENT = {
  version: '0',
  id: 'e1',
  'detail-type': 'Object Created',
  source: 'aws.s3',
  resources: ['arn:aws:s3:::bucket'],
  detail: {
    bucket: { name: 'source' },
    object: { key: 'uploads/ü/a.mp4', size: 5 },
    tags: ['a', 'b'],
    nothing: null,
    empty: '',
    flag: true,
    'source-ip-address': '10.0.0.7',
    tracks: [
      { kind: 'audio', codec: 'aac' },
      { kind: 'video', codec: 'h264' },
    ],
  },
};
const matches = (detail: object, more: object = {}) => compilePattern({ ...more, detail })(EVENT);

describe('an event pattern', () => {
  it('matches only the event that it describes', () => {
    const pattern = {
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: { bucket: { name: ['source'] }, object: { key: [{ prefix: 'uploads/' }] } },
    };
    expect(compilePattern(JSON.stringify(pattern))(EVENT)).toBe(true);
    expect(compilePattern({ ...pattern, source: ['aws.ec2'] })(EVENT)).toBe(false);
    expect(compilePattern({ account: ['1'] })(EVENT)).toBe(false);
  });

  const rows: [string, object, boolean][] = [
    ['a literal among others', { bucket: { name: ['x', 'source'] } }, true],
    ['a number', { object: { size: [5] } }, true],
    ['a number as text', { object: { size: ['5'] } }, false],
    ['null', { nothing: [null] }, true],
    ['null where the field is absent', { absent: [null] }, false],
    ['true', { flag: [true] }, true],
    ['the empty text', { empty: [''] }, true],
    ['a value of a list', { tags: ['b'] }, true],
    ['no value of a list', { tags: ['c'] }, false],
    ['prefix', { object: { key: [{ prefix: 'uploads/' }] } }, true],
    [
      'prefix without case',
      { object: { key: [{ prefix: { 'equals-ignore-case': 'UPLOADS/' } }] } },
      true,
    ],
    ['suffix', { object: { key: [{ suffix: '.mp4' }] } }, true],
    [
      'suffix without case',
      { object: { key: [{ suffix: { 'equals-ignore-case': '.MP4' } }] } },
      true,
    ],
    ['a suffix that is not there', { object: { key: [{ suffix: '.mov' }] } }, false],
    ['equals-ignore-case', { bucket: { name: [{ 'equals-ignore-case': 'SOURCE' }] } }, true],
    ['anything-but', { bucket: { name: [{ 'anything-but': 'x' }] } }, true],
    ['anything-but a list', { bucket: { name: [{ 'anything-but': ['x', 'source'] }] } }, false],
    ['anything-but numbers', { object: { size: [{ 'anything-but': [4, 6] }] } }, true],
    ['anything-but where the field is absent', { absent: [{ 'anything-but': 'x' }] }, false],
    ['anything-but prefix', { object: { key: [{ 'anything-but': { prefix: 'videos/' } }] } }, true],
    [
      'anything-but prefixes',
      { object: { key: [{ 'anything-but': { prefix: ['v', 'up'] } }] } },
      false,
    ],
    ['anything-but suffix', { object: { key: [{ 'anything-but': { suffix: '.mp4' } }] } }, false],
    [
      'anything-but wildcard',
      { object: { key: [{ 'anything-but': { wildcard: '*.mov' } }] } },
      true,
    ],
    ['numeric range', { object: { size: [{ numeric: ['>', 4, '<=', 5] }] } }, true],
    ['numeric outside', { object: { size: [{ numeric: ['>', 5] }] } }, false],
    ['numeric on text', { bucket: { name: [{ numeric: ['=', 5] }] } }, false],
    ['exists', { bucket: { name: [{ exists: true }] } }, true],
    ['exists on an inner node', { bucket: [{ exists: true }] }, false],
    ['exists false', { absent: { deep: [{ exists: false }] } }, true],
    ['exists false on what is there', { bucket: { name: [{ exists: false }] } }, false],
    ['cidr', { 'source-ip-address': [{ cidr: '10.0.0.0/24' }] }, true],
    ['cidr outside', { 'source-ip-address': [{ cidr: '10.0.1.0/24' }] }, false],
    ['wildcard', { object: { key: [{ wildcard: 'uploads/*/*.mp4' }] } }, true],
    ['wildcard elsewhere', { object: { key: [{ wildcard: 'uploads/*.mov' }] } }, false],
    ['both fields in one object of a list', { tracks: { kind: ['video'], codec: ['h264'] } }, true],
    ['fields in two objects of a list', { tracks: { kind: ['audio'], codec: ['h264'] } }, false],
    ['$or', { $or: [{ flag: [false] }, { object: { size: [5] } }] }, true],
    ['$or with nothing right', { $or: [{ flag: [false] }, { tags: ['c'] }] }, false],
    ['$or beside a field', { flag: [false], $or: [{ tags: ['a'] }, { tags: ['b'] }] }, false],
  ];
  it.each(rows)('%s', (_, detail, expected) => {
    expect(matches(detail)).toBe(expected);
  });

  const refused: [string, unknown][] = [
    ['an empty object', {}],
    ['a literal without a list', { source: 'aws.s3' }],
    ['an empty list', { source: [] }],
    ['an unknown operator', { source: [{ regex: 'a' }] }],
    ['two operators in one object', { source: [{ prefix: 'a', suffix: 'b' }] }],
    ['prefix with a number', { source: [{ prefix: 5 }] }],
    ['exists with a string', { source: [{ exists: 'true' }] }],
    ['a numeric range with reversed bounds', { a: [{ numeric: ['>', 5, '<', 1] }] }],
    ['numeric with a string', { a: [{ numeric: ['=', '5'] }] }],
    ['numeric without operator', { a: [{ numeric: [5] }] }],
    ['an invalid cidr', { a: [{ cidr: '10.0.0.0/33' }] }],
    ['two consecutive stars', { a: [{ wildcard: '**' }] }],
    ['anything-but of mixed kinds', { a: [{ 'anything-but': ['a', 1] }] }],
    ['anything-but of an unknown operator', { a: [{ 'anything-but': { numeric: ['=', 1] } }] }],
    ['$or with one branch', { $or: [{ a: [1] }] }],
    ['a nested list', { a: [['b']] }],
    ['text that is not JSON', '{'],
  ];
  it.each(refused)('is refused with %s', (_, pattern) => {
    expect(() => compilePattern(pattern)).toThrow('Event pattern is not valid');
  });

  it('names the field that is not valid', () => {
    expect(() => compilePattern({ detail: { a: { b: [{ like: 1 }] } } })).toThrow('detail.a.b');
  });
});

describe('wildcards', () => {
  it('match like the equivalent regular expression', () => {
    const letter = fc.constantFrom('a', 'b', '/', '.', '*', '\\');
    const pieces = fc.array(fc.array(letter, { maxLength: 3 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(pieces, fc.array(letter, { maxLength: 12 }), (parts, letters) => {
        const texts = parts.map((part) => part.join(''));
        // Empty pieces in the middle would be two consecutive stars.
        fc.pre(texts.slice(1, -1).every((text) => text !== ''));
        const pattern = texts.map((text) => text.replaceAll(/[\\*]/g, '\\$&')).join('*');
        fc.pre(pattern !== '' && !/(^|[^\\])\*\*/.test(pattern));
        const literal = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
        const expression = new RegExp(`^${texts.map(literal).join('.*')}$`, 's');
        const value = letters.join('');
        const matcher = compilePattern({ v: [{ wildcard: pattern }] });
        expect(matcher({ v: value })).toBe(expression.test(value));
      }),
      { numRuns: 500 },
    );
  });

  it('take linear time', () => {
    const matcher = compilePattern({ v: [{ wildcard: `${'*a'.repeat(30)}*b` }] });
    expect(matcher({ v: 'a'.repeat(50_000) })).toBe(false);
  });
});
