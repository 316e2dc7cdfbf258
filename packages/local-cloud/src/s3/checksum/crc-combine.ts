export interface Polynomial {
  readonly bits: 32 | 64;
  /** Reflected: the lowest power in the highest bit. */
  readonly polynomial: bigint;
}

/**
 * Combines the checksums of parts without reading their bytes: appending n bytes multiplies the checksum by
 * x^8n modulo the polynomial (M. Adler's crc32_combine in zlib).
 */
export function crcCombiner(
  kind: Polynomial,
): (parts: Iterable<{ readonly crc: bigint; readonly size: number }>) => bigint {
  // Most parts of an upload have the same size, so the operator of a size is cached.
  const bySize = new Map<number, (crc: bigint) => bigint>();
  const appending = (size: number) => {
    const known = bySize.get(size);
    if (known !== undefined) return known;
    const made = appendingBytes(kind, size);
    bySize.set(size, made);
    return made;
  };
  return (parts) => {
    let whole = 0n;
    for (const { crc, size } of parts) whole = appending(size)(whole) ^ crc;
    return whole;
  };
}

/** With this many parts of one size, tables are faster. */
const TABLES_FROM = 64;

/**
 * The operator that appends `size` bytes to a checksum: a multiplication by a constant. After TABLES_FROM
 * calls it uses tables.
 */
function appendingBytes(kind: Polynomial, size: number): (crc: bigint) => bigint {
  const power = powerOfX(kind, size);
  let asked = 0;
  let tables: bigint[][] | undefined;
  return (crc) => {
    asked += 1;
    if (asked <= TABLES_FROM) return multiply(kind, power, crc);
    tables ??= byteTables(kind, power);
    let product = 0n;
    let rest = crc;
    for (const table of tables) {
      product ^= table[Number(rest & 0xffn)] ?? 0n;
      rest >>= 8n;
    }
    return product;
  };
}

/** The products of `factor` with every value of each byte, lowest byte first: multiplying is linear over GF(2). */
function byteTables(kind: Polynomial, factor: bigint): bigint[][] {
  return Array.from({ length: kind.bits / 8 }, (_, byte) => {
    const table = [0n];
    for (let bit = 0; bit < 8; bit++) {
      const row = multiply(kind, factor, 1n << BigInt(8 * byte + bit));
      table.push(...table.map((product) => product ^ row));
    }
    return table;
  });
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
