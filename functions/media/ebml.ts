/** All ones: the element extends to the end of its parent. */
export function isUnknownSize(bytes: Uint8Array, at: number): boolean {
  const first = bytes[at] ?? 0;
  const length = Math.clz32(first) - 24 + 1;
  const rest = bytes.subarray(at + 1, at + length);
  return (
    first !== 0 &&
    (first & (0xff >> length)) === 0xff >> length &&
    rest.every((byte) => byte === 0xff)
  );
}

/** EBML's variable-length integer (RFC 8794, 4): the number of leading zeros is the number of bytes that follow. */
export function sizeAt(bytes: Uint8Array, at: number): { value: number; next: number } | undefined {
  const first = bytes[at];
  if (first === undefined || first === 0) return undefined;
  const length = Math.clz32(first) - 24 + 1;
  if (at + length > bytes.length) return undefined;
  const rest = unsigned(bytes.subarray(at + 1, at + length));
  return { value: (first & (0xff >> length)) * 2 ** (8 * (length - 1)) + rest, next: at + length };
}

/** A big-endian unsigned integer; beyond 2^53 it loses precision. */
export function unsigned(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}
