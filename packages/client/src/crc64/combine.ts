/**
 * The checksum of a whole from those of its parts, without reading a byte again: appending n bytes multiplies the
 * checksum so far by x^8n modulo the polynomial (M. Adler's crc32_combine in zlib).
 */
const POLYNOMIAL = 0x9a6c9329ac4bc9b5n;
/** x⁰. The bits are reflected: the highest bit is the lowest power. */
const ONE = 1n << 63n;

export interface ChecksummedPart {
  readonly crc: bigint;
  /** Bytes. */
  readonly size: number;
}

/**
 * The CRC64NVME of consecutive parts.
 *
 * @param parts in the file's order
 */
export function combineCrcs(parts: Iterable<ChecksummedPart>): bigint {
  // All parts of an upload but the last have one size.
  const powers = new Map<number, bigint>();
  let whole = 0n;
  for (const { crc, size } of parts) {
    const power = powers.get(size) ?? powerOfX(size);
    powers.set(size, power);
    whole = multiply(power, whole) ^ crc;
  }
  return whole;
}

/** a · b modulo the polynomial. */
function multiply(a: bigint, b: bigint): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = ONE; bit > 0n; bit >>= 1n) {
    if (a & bit) product ^= shifted;
    shifted = (shifted >> 1n) ^ (shifted & 1n ? POLYNOMIAL : 0n);
  }
  return product;
}

/** x to the power of `bytes` · 8. */
function powerOfX(bytes: number): bigint {
  let result = ONE;
  let square = ONE >> 8n;
  for (let left = bytes; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = multiply(square, result);
    square = multiply(square, square);
  }
  return result;
}
