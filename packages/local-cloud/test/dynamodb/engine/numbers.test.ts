import * as fc from 'fast-check';
import {
  addNumbers,
  compareNumbers,
  normalizeNumber,
  subtractNumbers,
} from '../../../src/dynamodb/engine/values/number.ts';
import { encodeNumberKey } from '../../../src/dynamodb/engine/values/number-key.ts';
import { fromInteger, toInteger } from './differential/model-values.ts';

const seed = Number(process.env.DYNAMODB_SEED ?? Math.floor(Math.random() * 2 ** 31));
const runs = { seed, numRuns: 2000 };

/** Up to 38 digits anywhere in the range that DynamoDB stores, in normal form. */
const number = fc
  .record({
    negative: fc.boolean(),
    digits: fc.stringMatching(/^[1-9][0-9]{0,37}$/),
    exponent: fc.integer({ min: -129, max: 126 }),
  })
  .map(({ negative, digits, exponent }) =>
    normalizeNumber(`${negative ? '-' : ''}0.${digits}e${exponent}`),
  );

const compareBytes = (left: string, right: string) =>
  Buffer.compare(encodeNumberKey(left), encodeNumberKey(right));

it.each([
  ['0', '0'],
  ['-0', '0'],
  ['00042', '42'],
  ['1.0', '1'],
  ['3.1400', '3.14'],
  ['1.5E2', '150'],
  ['+7', '7'],
  ['.5', '0.5'],
  ['5.', '5'],
  ['1E-3', '0.001'],
  ['-12.50e1', '-125'],
  ['100', '100'],
])('%s has the normal form %s', (text, normal) => {
  expect(normalizeNumber(text)).toBe(normal);
});

it.each([
  ['', /cannot be converted to a numeric value$/],
  ['abc', /cannot be converted to a numeric value: abc/],
  ['0x10', /numeric value/],
  ['NaN', /numeric value/],
  ['1e126', /Number overflow/],
  ['-1e126', /Number overflow/],
  ['1e-131', /Number underflow/],
  ['123456789012345678901234567890123456789', /more than 38 significant digits/],
])('%s is refused', (text, message) => {
  expect(() => normalizeNumber(text)).toThrow(message);
});

it.each(['9.9999999999999999999999999999999999999E+125', '1E-130', '-1E-130'])(
  'the limit %s is stored',
  (text) => {
    expect(Number(normalizeNumber(text))).toBeCloseTo(Number(text));
  },
);

it(`a number's normal form is its own normal form (seed ${seed})`, () => {
  void fc.assert(
    fc.property(number, (text) => normalizeNumber(text) === text),
    runs,
  );
});

it(`the order of encoded numbers is the order of the numbers (seed ${seed})`, () => {
  const near = fc.tuple(number, number, fc.boolean()).map(([one, two, same]) => {
    return same ? ([one, addOne(one)] as const) : ([one, two] as const);
  });
  void fc.assert(
    fc.property(near, ([one, two]) => {
      const difference = toInteger(one) - toInteger(two);
      const expected = difference < 0n ? -1 : difference > 0n ? 1 : 0;
      expect(Math.sign(compareBytes(one, two))).toBe(expected);
      expect(Math.sign(compareNumbers(one, two))).toBe(expected);
    }),
    runs,
  );
});

/** A number close by, where there is one of 38 digits. */
function addOne(text: string): string {
  try {
    return addNumbers(text, '1');
  } catch {
    return text;
  }
}

it('no encoded number is the beginning of another one', () => {
  void fc.assert(
    fc.property(number, number, (one, two) => {
      if (one === two) return;
      const [a, b] = [encodeNumberKey(one), encodeNumberKey(two)];
      expect(b.subarray(0, a.length).equals(a)).toBe(false);
    }),
    runs,
  );
});

it(`sums and differences are exact (seed ${seed})`, () => {
  const short = fc
    .tuple(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), fc.integer({ min: -8, max: 8 }))
    .map(([digits, exponent]) => normalizeNumber(`${digits}e${exponent}`));
  void fc.assert(
    fc.property(short, short, (one, two) => {
      expect(addNumbers(one, two)).toBe(fromInteger(toInteger(one) + toInteger(two)));
      expect(subtractNumbers(one, two)).toBe(fromInteger(toInteger(one) - toInteger(two)));
    }),
    runs,
  );
});

it('a sum of more than 38 digits is refused', () => {
  expect(() => addNumbers('1', '1E-38')).toThrow(/more than 38 significant digits/);
});
