import { sha256Hex } from '../grants/hashing.ts';

/**
 * Identifies the content of a request with an Idempotency-Key: the SHA-256 of its canonical JSON, in hexadecimal. The
 * order of members does not matter; the order of lists does.
 */
export function requestHash(request: unknown): string {
  return sha256Hex(canonicalJson(request));
}

/**
 * JSON without white space, with members sorted by the UTF-16 code units of their names (RFC 8785). Omits undefined
 * members, like JSON.stringify.
 *
 * @throws TypeError for a value that JSON cannot represent
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new TypeError(`JSON cannot represent the number ${value}.`);
  }
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`JSON cannot represent a ${typeof value}.`);
  return text;
}
