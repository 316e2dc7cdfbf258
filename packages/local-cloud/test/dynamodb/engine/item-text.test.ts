import * as fc from 'fast-check';
import type { AttributeValue } from '../../../src/dynamodb/engine/values/attribute-value.ts';
import { itemFromText, itemToText } from '../../../src/dynamodb/engine/values/item-text.ts';
import { readMap } from '../../../src/dynamodb/engine/values/read-value.ts';

const seed = Number(process.env.DYNAMODB_SEED ?? Math.floor(Math.random() * 2 ** 31));

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary' }).map((S) => ({ S })),
    fc.maxSafeInteger().map((N) => ({ N: String(N) })),
    fc.float({ noNaN: true, noDefaultInfinity: true }).map((N) => ({ N: N.toFixed(5) })),
    fc.uint8Array().map((all) => ({ B: Buffer.from(all).toString('base64') })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant({ NULL: true }),
    fc.uniqueArray(fc.string(), { minLength: 1 }).map((SS) => ({ SS })),
    fc.array(tie('value'), { maxLength: 4 }).map((L) => ({ L })),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }).map((M) => ({ M })),
  ),
}));
const NAMES = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', 'M'));

it(`an item comes back as it was stored (seed ${seed})`, () => {
  void fc.assert(
    fc.property(fc.array(fc.tuple(NAMES, value)), (entries) => {
      const item = readMap(Object.fromEntries(entries));
      const back = itemFromText(itemToText(item));
      expect(Object.entries(back)).toEqual(Object.entries(item));
    }),
    { seed, numRuns: 500 },
  );
});

it('common types take no more room than their JSON', () => {
  const item: Record<string, AttributeValue> = {
    a: { S: 'text' },
    b: { N: '12' },
    c: { BOOL: true },
    d: { NULL: true },
    e: { L: [{ N: '1' }] },
    f: { N: '12345678901234567890' },
  };
  expect(itemToText(item)).toBe(
    '{"a":"text","b":12,"c":true,"d":null,"e":[1],"f":{"N":"12345678901234567890"}}',
  );
});
