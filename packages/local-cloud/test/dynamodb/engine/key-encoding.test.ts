import * as fc from 'fast-check';
import {
  afterPrefix,
  encodeKeyPart,
  encodeKeyPrefix,
  encodePartition,
} from '../../../src/dynamodb/engine/values/key-encoding.ts';

const seed = Number(process.env.DYNAMODB_SEED ?? Math.floor(Math.random() * 2 ** 31));
const runs = { seed, numRuns: 2000 };

const text = fc.string({ unit: 'grapheme', maxLength: 8 });
const zeros = fc.array(fc.constantFrom('\u0000', 'a', '\u00ff', '😀'), { maxLength: 5 });
const string = fc.oneof(
  text,
  zeros.map((parts) => parts.join('')),
);
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 6 }),
  fc.array(fc.constantFrom(0, 1, 254, 255), { maxLength: 6 }).map((all) => Uint8Array.from(all)),
);
const binary = (all: Uint8Array) => ({ B: Buffer.from(all).toString('base64') });

it(`strings have the order of their UTF-8 bytes (seed ${seed})`, () => {
  void fc.assert(
    fc.property(string, string, (one, two) => {
      expect(Buffer.compare(encodeKeyPart({ S: one }), encodeKeyPart({ S: two }))).toBe(
        Buffer.compare(Buffer.from(one), Buffer.from(two)),
      );
    }),
    runs,
  );
});

it(`binary has the order of unsigned bytes (seed ${seed})`, () => {
  void fc.assert(
    fc.property(bytes, bytes, (one, two) => {
      expect(Buffer.compare(encodeKeyPart(binary(one)), encodeKeyPart(binary(two)))).toBe(
        Buffer.compare(one, two),
      );
    }),
    runs,
  );
});

it(`joined parts have the order of their parts (seed ${seed})`, () => {
  void fc.assert(
    fc.property(string, bytes, string, bytes, (a1, a2, b1, b2) => {
      const joined = (first: string, second: Uint8Array) =>
        Buffer.concat([encodeKeyPart({ S: first }), encodeKeyPart(binary(second))]);
      expect(Buffer.compare(joined(a1, a2), joined(b1, b2))).toBe(
        Buffer.compare(Buffer.from(a1), Buffer.from(b1)) || Buffer.compare(a2, b2),
      );
    }),
    runs,
  );
});

it(`the range of a prefix holds what begins with it and nothing else (seed ${seed})`, () => {
  void fc.assert(
    fc.property(bytes, bytes, (prefix, value) => {
      const from = encodeKeyPrefix(binary(prefix));
      const to = afterPrefix(from);
      const key = encodeKeyPart(binary(value));
      const inRange =
        Buffer.compare(key, from) >= 0 && (to === undefined || Buffer.compare(key, to) < 0);
      expect(inRange).toBe(Buffer.from(value).subarray(0, prefix.length).equals(prefix));
    }),
    runs,
  );
});

it('the same partition key has the same encoding, and the hash spreads keys evenly', () => {
  expect(encodePartition({ S: 'a' })).toEqual(encodePartition({ S: 'a' }));
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 10_000; i += 1) {
    const quarter = Math.floor((encodePartition({ S: `user-${i}` })[0] ?? 0) / 64);
    counts[quarter] = (counts[quarter] ?? 0) + 1;
  }
  for (const count of counts) expect(count).toBeGreaterThan(2_200);
});
