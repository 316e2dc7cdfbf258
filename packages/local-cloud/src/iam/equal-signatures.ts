import { timingSafeEqual } from 'node:crypto';

/** Compares in constant time, so that the timing reveals nothing about the correct signature. */
export function equalSignatures(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
