export interface Polynomial {
  readonly bits: 32 | 64;
  /** Reflected: the lowest power in the highest bit. */
  readonly polynomial: bigint;
}

/**
 * Makes the checksum of a whole from those of its parts, without reading any byte again: appending n bytes
 * multiplies the checksum so far by x^8n modulo the polynomial (M. Adler's crc32_combine in zlib).
 */
export function crcCombiner(
  kind: Polynomial,
): (parts: Iterable<{ readonly crc: bigint; readonly size: number }>) => bigint {
  // Parts of one upload mostly have one size, so its power is worth keeping.
  const powers = new Map<number, bigint>();
  const powerFor = (size: number) => {
    const known = powers.get(size);
    if (known !== undefined) return known;
    const made = powerOfX(kind, size);
    powers.set(size, made);
    return made;
  };
  return (parts) => {
    let whole = 0n;
    for (const { crc, size } of parts) whole = multiply(kind, powerFor(size), whole) ^ crc;
    return whole;
  };
}

/** a · b modulo the polynomial. */
function multiply({ bits, polynomial }: Polynomial, a: bigint, b: bigint): bigint {
  if (b === 0n) return 0n;
  let product = 0n;
  let shifted = b;
  for (let bit = 1n << BigInt(bits - 1); bit > 0n; bit >>= 1n) {
    if (a & bit) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ polynomial : shifted >> 1n;
  }
  return product;
}

/** x to the power 8·size. */
function powerOfX(kind: Polynomial, size: number): bigint {
  let result = 1n << BigInt(kind.bits - 1);
  let square = result >> 8n;
  for (let left = size; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = multiply(kind, square, result);
    square = multiply(kind, square, square);
  }
  return result;
}
