import type { Crc64 } from './crc64.ts';

/** The two halves of 0x9a6c9329ac4bc9b5: NVM Express Base Specification, 64-bit CRC, reflected. */
const HIGH = 0x9a6c9329;
const LOW = 0xac4bc9b5;
const TABLES = 8;

/** CRC64NVME in plain JavaScript, eight table look-ups for eight bytes, 64 bits as two halves of 32. */
export function tableUpdate(): Crc64 {
  const high = new Int32Array(TABLES * 256);
  const low = new Int32Array(TABLES * 256);
  for (let cell = 0; cell < 256; cell++) {
    let [upper, lower] = [0, cell];
    for (let bit = 0; bit < 8; bit++) {
      const odd = -(lower & 1);
      lower = ((lower >>> 1) | (upper << 31)) ^ (LOW & odd);
      upper = (upper >>> 1) ^ (HIGH & odd);
    }
    high[cell] = upper;
    low[cell] = lower;
  }
  for (let cell = 256; cell < TABLES * 256; cell++) {
    const [upper, lower] = [high[cell - 256] ?? 0, low[cell - 256] ?? 0];
    high[cell] = (upper >>> 8) ^ (high[lower & 255] ?? 0);
    low[cell] = ((lower >>> 8) | (upper << 24)) ^ (low[lower & 255] ?? 0);
  }
  return (crc, bytes) => {
    let upper = ~Number(crc >> 32n);
    let lower = ~Number(crc & 0xffffffffn);
    const eights = bytes.length & ~7;
    const word = (at: number) =>
      (bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24);
    for (let at = 0; at < eights; at += 8) {
      const [one, two] = [lower ^ word(at), upper ^ word(at + 4)];
      upper = 0;
      lower = 0;
      for (let byte = 0; byte < 8; byte++) {
        const value = ((byte < 4 ? one : two) >>> ((byte & 3) * 8)) & 255;
        const cell = (7 - byte) * 256 + value;
        upper ^= high[cell] ?? 0;
        lower ^= low[cell] ?? 0;
      }
    }
    for (let at = eights; at < bytes.length; at++) {
      const cell = (lower ^ (bytes[at] ?? 0)) & 255;
      lower = ((lower >>> 8) | (upper << 24)) ^ (low[cell] ?? 0);
      upper = (upper >>> 8) ^ (high[cell] ?? 0);
    }
    return (BigInt(~upper >>> 0) << 32n) | BigInt(~lower >>> 0);
  };
}
