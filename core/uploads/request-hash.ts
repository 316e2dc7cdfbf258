import { sha256Hex } from '../grants/hashing.ts';

/**
 * What tells one creation from another under the same Idempotency-Key: SHA-256, in hex, of the request as
 * canonical JSON. The order of members does not matter, the order of a list does.
 */
export function requestHash(request: unknown): string {
  return sha256Hex(canonicalJson(request));
}

/**
 * JSON without white space, members in the order of their names' UTF-16 code units (as in RFC 8785);
 * members that are undefined are left out, as JSON.stringify does.
 *
 * @throws TypeError for what JSON cannot write
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
    throw new TypeError(`JSON has no number ${value}.`);
  }
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`JSON has no ${typeof value}.`);
  return text;
}
