/**
 * A WebAssembly module for reflected CRCs of up to 64 bits. `update` needs sixteen table look-ups for sixteen
 * bytes ("slicing by 16", M. E. Kounavis and F. L. Berry, 2008). `halves` processes both halves of a chunk at
 * the same time: neither waits for the look-ups of the other, which is 1.5 times as fast. The module is
 * generated here, since its code is a repetition of the same eight instructions. The JavaScript
 * implementation of CRC64NVME has a quarter of this speed, and the checksum is half of the time that a part
 * takes.
 */
const TABLES = 16;
const TABLE_BYTES = 256 * 8;
/** After the tables of the bytes come those for a register that is followed by a whole half, one for each byte. */
const SET_BYTES = (TABLES + 8) * TABLE_BYTES;
/** Two sets of tables (CRC64NVME, CRC32C), followed by the memory for one chunk. */
const CHUNK_OFFSET = 2 * SET_BYTES;
const CHUNK_BYTES = 128 * 1024;
const HALF_BYTES = CHUNK_BYTES / 2;
const PAGE = 65_536;

const I32 = 0x7f;
const I64 = 0x7e;
const op = {
  block: 0x02,
  loop: 0x03,
  branch: 0x0c,
  branchIf: 0x0d,
  end: 0x0b,
  get: 0x20,
  set: 0x21,
  load64: 0x29,
  load8: 0x31,
  const32: 0x41,
  const64: 0x42,
  less32: 0x49,
  eqz32: 0x45,
  add32: 0x6a,
  sub32: 0x6b,
  and32: 0x71,
  shl32: 0x74,
  xor64: 0x85,
  shr64: 0x88,
  wrap: 0xa7,
} as const;
const VOID = 0x40;

function unsigned(value: number): number[] {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [low | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  const low = value & 0x7f;
  const rest = value >> 7;
  const last = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
  return last ? [low] : [low | 0x80, ...signed(rest)];
}

const section = (id: number, content: number[]) => [id, ...unsigned(content.length), ...content];
const text = (value: string) => [...unsigned(value.length), ...Buffer.from(value)];

// Parameters and locals of update(crc: i64, tables: i32, at: i32, length: i32): i64, and of halves, where
// `length` is the length of each half.
const CRC = 0;
const BASE = 1;
const AT = 2;
const LEFT = 3;
const NEXT = 4;
const OTHER = 5;
const LOCALS = [1, 2, I64];

/** Pushes table[n][byte of a local at `shift`]. */
function lookUp(table: number, local: number, shift: number): number[] {
  return [
    ...[op.get, local, op.const64, ...signed(shift), op.shr64, op.wrap],
    ...[op.const32, ...signed(255), op.and32, op.const32, ...signed(3), op.shl32],
    ...[op.get, BASE, op.add32, op.load64, 3, ...unsigned(table * TABLE_BYTES)],
  ];
}

const advance = (bytes: number) => [
  ...[op.get, AT, op.const32, ...signed(bytes), op.add32, op.set, AT],
  ...[op.get, LEFT, op.const32, ...signed(bytes), op.sub32, op.set, LEFT],
];

/** Updates a local with the sixteen bytes at `AT + offset`. */
function sixteenBytes(crc: number, offset: number): number[] {
  const code = [
    ...[op.get, crc, op.get, AT, op.load64, 0, ...unsigned(offset), op.xor64, op.set, crc],
    ...[op.get, AT, op.load64, 0, ...unsigned(offset + 8), op.set, NEXT],
  ];
  for (let byte = 0; byte < TABLES; byte++) {
    code.push(...lookUp(TABLES - 1 - byte, byte < 8 ? crc : NEXT, (byte % 8) * 8));
    if (byte > 0) code.push(op.xor64);
  }
  return [...code, op.set, crc];
}

function oneByte(): number[] {
  return [
    ...[op.get, CRC, op.get, AT, op.load8, 0, 0, op.xor64, op.set, NEXT],
    ...lookUp(0, NEXT, 0),
    ...[op.get, CRC, op.const64, ...signed(8), op.shr64, op.xor64, op.set, CRC],
    ...advance(1),
  ];
}

/** Pushes the combined register of both halves. */
function joined(): number[] {
  const code: number[] = [op.get, OTHER];
  for (let byte = 0; byte < 8; byte++) code.push(...lookUp(TABLES + byte, CRC, byte * 8), op.xor64);
  return code;
}

function moduleBytes(pages: number): Uint8Array<ArrayBuffer> {
  const whileAtLeast = (leave: number[], body: number[]) => [
    ...[op.block, VOID, op.loop, VOID, ...leave, op.branchIf, 1],
    ...[...body, op.branch, 0, op.end, op.end],
  ];
  const lessThan16 = [op.get, LEFT, op.const32, ...signed(16), op.less32];
  const halves = [...sixteenBytes(CRC, 0), ...sixteenBytes(OTHER, HALF_BYTES), ...advance(16)];
  const bodies = [
    [
      ...[...LOCALS, ...whileAtLeast(lessThan16, [...sixteenBytes(CRC, 0), ...advance(16)])],
      ...[...whileAtLeast([op.get, LEFT, op.eqz32], oneByte()), op.get, CRC, op.end],
    ],
    [...LOCALS, ...whileAtLeast(lessThan16, halves), ...joined(), op.end],
  ];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 4, I64, I32, I32, I32, 1, I64]),
    ...section(3, [2, 0, 0]),
    ...section(5, [1, 0, ...unsigned(pages)]),
    ...section(7, [
      ...[3, ...text('memory'), 2, 0],
      ...[...text('update'), 0, 0, ...text('halves'), 0, 1],
    ]),
    ...section(10, [2, ...bodies.flatMap((code) => [...unsigned(code.length), ...code])]),
  ]);
}

type Update = (crc: bigint, tables: number, at: number, length: number) => bigint;

const instance = new WebAssembly.Instance(
  new WebAssembly.Module(moduleBytes(Math.ceil((CHUNK_OFFSET + CHUNK_BYTES) / PAGE))),
);
const memory = instance.exports.memory as WebAssembly.Memory;
const update = instance.exports.update as Update;
const halves = instance.exports.halves as Update;
const chunk = new Uint8Array(memory.buffer, CHUNK_OFFSET, CHUNK_BYTES);

function fillTables(set: number, polynomial: bigint): number {
  const base = set * SET_BYTES;
  const cells = new BigUint64Array(memory.buffer, base, (TABLES + 8) * 256);
  for (let byte = 0; byte < 256; byte++) {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) value = (value >> 1n) ^ (value & 1n ? polynomial : 0n);
    cells[byte] = value;
  }
  for (let index = 256; index < TABLES * 256; index++) {
    const before = cells[index - 256] ?? 0n;
    cells[index] = (before >> 8n) ^ (cells[Number(before & 255n)] ?? 0n);
  }
  // The chunk has only zeros here: the effect of a half of zeros on each bit of the register. The value of a
  // byte is that of its highest bit combined with that of the other bits.
  for (let bit = 0; bit < 64; bit++) {
    const table = (TABLES + (bit >> 3)) * 256;
    const low = 1 << (bit & 7);
    const moved = update(1n << BigInt(bit), base, CHUNK_OFFSET, HALF_BYTES);
    for (let rest = 0; rest < low; rest++)
      cells[table + low + rest] = (cells[table + rest] ?? 0n) ^ moved;
  }
  return base;
}

/** A CRC whose register is inverted before and after, like all CRCs of S3. */
export interface CrcKind {
  readonly bits: 32 | 64;
  /** The polynomial, its lowest power in the highest bit. */
  readonly polynomial: bigint;
  /** The checksum of the previous bytes followed by `bytes`. The checksum of no bytes is 0n. */
  update(crc: bigint, bytes: Uint8Array): bigint;
}

function crcKind(set: number, bits: 32 | 64, polynomial: bigint): CrcKind {
  const tables = fillTables(set, polynomial);
  const inverted = (1n << BigInt(bits)) - 1n;
  return {
    bits,
    polynomial,
    update(crc, bytes) {
      let register = crc ^ inverted;
      for (let from = 0; from < bytes.length; from += CHUNK_BYTES) {
        const piece = bytes.subarray(from, from + CHUNK_BYTES);
        chunk.set(piece);
        register =
          piece.length === CHUNK_BYTES
            ? halves(register, tables, CHUNK_OFFSET, HALF_BYTES)
            : update(register, tables, CHUNK_OFFSET, piece.length);
      }
      return BigInt.asUintN(64, register) ^ inverted;
    },
  };
}

/** NVM Express Base Specification, 64-bit CRC. */
export const crc64nvme = crcKind(0, 64, 0x9a6c9329ac4bc9b5n);
/** Castagnoli's polynomial, RFC 3720. */
export const crc32c = crcKind(1, 32, 0x82f63b78n);
