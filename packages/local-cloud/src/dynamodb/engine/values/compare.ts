import { type AttributeValue, attributeOf } from './attribute-value.ts';
import { compareNumbers } from './number.ts';

/** Whether two values are the same: numbers by value, sets without order. */
export function equalValues(left: AttributeValue, right: AttributeValue): boolean {
  if ('S' in left) return 'S' in right && left.S === right.S;
  if ('N' in left) return 'N' in right && left.N === right.N;
  if ('B' in left) return 'B' in right && left.B === right.B;
  if ('BOOL' in left) return 'BOOL' in right && left.BOOL === right.BOOL;
  if ('NULL' in left) return 'NULL' in right;
  if ('SS' in left) return 'SS' in right && sameMembers(left.SS, right.SS);
  if ('NS' in left) return 'NS' in right && sameMembers(left.NS, right.NS);
  if ('BS' in left) return 'BS' in right && sameMembers(left.BS, right.BS);
  if ('L' in left) {
    if (!('L' in right) || left.L.length !== right.L.length) return false;
    const others = right.L;
    return left.L.every((value, at) => {
      const other = others[at];
      return other !== undefined && equalValues(value, other);
    });
  }
  if (!('M' in right)) return false;
  const entries = Object.entries(left.M);
  const others = right.M;
  if (entries.length !== Object.keys(others).length) return false;
  return entries.every(([name, value]) => {
    const other = attributeOf(others, name);
    return other !== undefined && equalValues(value, other);
  });
}

/**
 * The order of two values of one type that has an order (string, number, binary): negative, 0 or positive.
 * Undefined for other types and for two types.
 */
export function compareValues(left: AttributeValue, right: AttributeValue): number | undefined {
  if ('N' in left) return 'N' in right ? compareNumbers(left.N, right.N) : undefined;
  if ('S' in left) return 'S' in right ? compareStrings(left.S, right.S) : undefined;
  if ('B' in left && 'B' in right) {
    return Buffer.compare(Buffer.from(left.B, 'base64'), Buffer.from(right.B, 'base64'));
  }
  return undefined;
}

const SURROGATE = /[\ud800-\udfff]/;

/** By UTF-8 bytes, which differs from JavaScript's order only for characters outside the basic plane. */
function compareStrings(left: string, right: string): number {
  if (SURROGATE.test(left) || SURROGATE.test(right)) {
    return Buffer.compare(Buffer.from(left, 'utf8'), Buffer.from(right, 'utf8'));
  }
  return left < right ? -1 : left > right ? 1 : 0;
}

function sameMembers(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false;
  const members = new Set(left);
  return right.every((member) => members.has(member));
}
