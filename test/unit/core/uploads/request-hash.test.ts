import fc from 'fast-check';
import { canonicalJson, requestHash } from '../../../../core/uploads/request-hash.ts';

describe('The hash of a request', () => {
  it('is SHA-256 of the canonical JSON', () => {
    expect(canonicalJson({ size: 1, fileName: 'a"b', list: [true, null] })).toBe(
      '{"fileName":"a\\"b","list":[true,null],"size":1}',
    );
    expect(requestHash({})).toBe(
      '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
    );
  });

  it('does not depend on the order of members, at any depth', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== 'object' || value === null) return value;
      const members = Object.entries(value).reverse();
      return Object.fromEntries(members.map(([name, member]) => [name, reversed(member)]));
    };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(requestHash(reversed(value))).toBe(requestHash(value));
      }),
    );
  });

  it('is the same only for the same request', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    expect(requestHash(['a', 'b'])).not.toBe(requestHash(['b', 'a']));
  });

  it('ignores undefined members, and does not exist for values that JSON cannot represent', () => {
    expect(requestHash({ a: 1, b: undefined })).toBe(requestHash({ a: 1 }));
    expect(() => canonicalJson({ a: Number.NaN })).toThrow('cannot represent the number NaN');
    expect(() => canonicalJson(() => 1)).toThrow('cannot represent a function');
  });
});
