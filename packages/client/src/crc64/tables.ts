/** Returns the CRC64NVME of the bytes so far, whose CRC is `crc` (`0n` at first), followed by `bytes`. */
export type Crc64 = (crc: bigint, bytes: Uint8Array) => bigint;

/** The two halves of 0x9a6c9329ac4bc9b5, the reflected polynomial: NVM Express Base Specification, 64-bit CRC. */
const HIGH = 0x9a6c9329;
const LOW = 0xac4bc9b5;

/**
 * Table n holds a byte's effect on the checksum when n bytes follow it. A table has 256 cells, each stored as its lower
 * and its upper half.
 */
export function makeTables(tables: number): Int32Array<ArrayBuffer> {
  const cells = new Int32Array(tables * 512);
  for (let at = 0; at < cells.length; at += 2) {
    let [lower, upper] = [at >> 1, 0];
    if (at < 512) {
      for (let bit = 0; bit < 8; bit++) {
        const odd = -(lower & 1);
        lower = ((lower >>> 1) | (upper << 31)) ^ (LOW & odd);
        upper = (upper >>> 1) ^ (HIGH & odd);
      }
    } else {
      const [low, high] = [cells[at - 512] ?? 0, cells[at - 511] ?? 0];
      const cell = (low & 255) * 2;
      lower = ((low >>> 8) | (high << 24)) ^ (cells[cell] ?? 0);
      upper = (high >>> 8) ^ (cells[cell + 1] ?? 0);
    }
    cells[at] = lower;
    cells[at + 1] = upper;
  }
  return cells;
}

/** CRC64NVME in JavaScript: one table look-up for each byte, 64 bits as two halves of 32. */
export function tableCrc64(): Crc64 {
  const cells = makeTables(1);
  return (crc, bytes) => {
    let upper = ~Number(crc >> 32n);
    let lower = ~Number(crc & 0xffffffffn);
    // for … of is eight times slower here.
    for (let at = 0; at < bytes.length; at++) {
      const cell = ((lower ^ (bytes[at] ?? 0)) & 255) * 2;
      lower = ((lower >>> 8) | (upper << 24)) ^ (cells[cell] ?? 0);
      upper = (upper >>> 8) ^ (cells[cell + 1] ?? 0);
    }
    return (BigInt(~upper >>> 0) << 32n) | BigInt(~lower >>> 0);
  };
}
