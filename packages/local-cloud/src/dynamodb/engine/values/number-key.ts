import { MIN_EXPONENT, parseDecimal } from './number.ts';

const NEGATIVE = 0x7f;
const ZERO = 0x80;
const POSITIVE = 0x81;

/**
 * A number as bytes whose order is the numbers' order. Sign, exponent (256 values, one byte), then the digits,
 * two a byte from 1 to 100, then 0. A negative number has every byte after the sign inverted. No encoding is
 * the beginning of another one.
 */
export function encodeNumberKey(text: string): Buffer {
  const { negative, digits, exponent } = parseDecimal(text);
  if (digits === '') return Buffer.from([ZERO]);
  const pairs = Math.ceil(digits.length / 2);
  const bytes = Buffer.alloc(pairs + 3);
  bytes[0] = negative ? NEGATIVE : POSITIVE;
  bytes[1] = exponent - MIN_EXPONENT;
  for (let pair = 0; pair < pairs; pair += 1) {
    bytes[pair + 2] = Number(digits.slice(pair * 2, pair * 2 + 2).padEnd(2, '0')) + 1;
  }
  if (negative) for (let at = 1; at < bytes.length; at += 1) bytes[at] = 255 - (bytes[at] ?? 0);
  return bytes;
}
