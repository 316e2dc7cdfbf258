import { contentTypeOf } from '../../demo/content-type.ts';
import type { Random } from './random.ts';
import type { Piece, Structure } from './structure.ts';

/** A valid file to mutate. */
export interface Original {
  readonly name: string;
  readonly file: Buffer;
  readonly structure: Structure;
}

/** Changes a copy of the file and returns it, or a longer or shorter one. */
type Mutation = (file: Buffer, random: Random, original: Original) => Buffer;

/** Lengths that break readers: zero, less than a header, and more than a number can hold. */
const LENGTHS = [0n, 1n, 7n, 8n, 15n, 16n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 53n, 2n ** 63n];
const WHOLE = 2n ** 64n - 1n;

/** Changes a piece's length field. */
const lengths: Mutation = (file, random, { structure }) => {
  const { lengthAt, lengthBytes, end } = anyPiece(random, structure);
  const near = BigInt(Math.max(0, end - lengthAt + random.below(33) - 16));
  const length = random.pick([...LENGTHS, WHOLE, near, BigInt(file.length)]);
  if (lengthBytes === 0) return damagedHeader(file, random, lengthAt);
  if (structure.kind === 'ebml') return ebmlLength(file, lengthAt, lengthBytes, length);
  // A length that needs more than four bytes is a 64-bit field after the type (ISO/IEC 14496-12, 4.2).
  if (lengthBytes === 4 && length >= 2n ** 32n && lengthAt + 16 <= file.length) {
    file.writeUInt32BE(1, lengthAt);
    file.writeBigUInt64BE(length, lengthAt + 8);
  } else {
    const bits = BigInt.asUintN(lengthBytes * 8, length);
    file.set(bigEndian(bits, lengthBytes), lengthAt);
  }
  return file;
};

function ebmlLength(file: Buffer, at: number, bytes: number, length: bigint): Buffer {
  const bits = BigInt.asUintN(bytes * 7, length);
  file.set(bigEndian(bits | (1n << BigInt(bytes * 7)), bytes), at);
  return file;
}

/** Changes one of a packet's first five bytes: sync byte, packet id, flags, adaptation field. */
function damagedHeader(file: Buffer, random: Random, at: number): Buffer {
  file[Math.min(at + random.below(5), file.length - 1)] = random.pick([0, 0x47, 0x7f, 0xff, 0x1f]);
  return file;
}

const removed: Mutation = (file, random, { structure }) => {
  const { start, end } = anyPiece(random, structure);
  return Buffer.concat([file.subarray(0, start), file.subarray(end)]);
};

const doubled: Mutation = (file, random, { structure }) => {
  const { start, end } = anyPiece(random, structure);
  const copies = Array.from({ length: 1 + random.below(5) }, () => file.subarray(start, end));
  return Buffer.concat([file.subarray(0, end), ...copies, file.subarray(end)]);
};

const swapped: Mutation = (file, random, { structure }) => {
  const [a, b] = [anyPiece(random, structure), anyPiece(random, structure)];
  const [first, second] = a.start < b.start ? [a, b] : [b, a];
  if (first.end > second.start) return removed(file, random, { name: '', file, structure });
  return Buffer.concat([
    file.subarray(0, first.start),
    file.subarray(second.start, second.end),
    file.subarray(first.end, second.start),
    file.subarray(first.start, first.end),
    file.subarray(second.end),
  ]);
};

/** Nests a piece in many pieces of its own type with correct lengths. */
const deep: Mutation = (file, random, original) => {
  const { kind } = original.structure;
  if (kind !== 'isobmff' && kind !== 'ebml') return doubled(file, random, original);
  const { start, end, lengthAt } = anyPiece(random, original.structure);
  const name =
    kind === 'ebml' ? file.subarray(start, lengthAt) : file.subarray(start + 4, start + 8);
  const levels = random.pick([1, 2, 100, 10_000]);
  const headerBytes = kind === 'ebml' ? name.length + 8 : 8;
  const headers = Array.from({ length: levels }, (_, level) => {
    const length = end - start + headerBytes * (levels - level);
    return kind === 'ebml'
      ? [name, ebmlLength(Buffer.alloc(8), 0, 8, BigInt(length - headerBytes))]
      : [bigEndian(BigInt(length), 4), name];
  });
  return Buffer.concat([file.subarray(0, start), ...headers.flat(), file.subarray(start)]);
};

/** Inserts copies of a piece at the beginning of another one's content. */
const nested: Mutation = (file, random, { structure }) => {
  const outer = anyPiece(random, structure);
  const inner = anyPiece(random, structure);
  const at = outer.start + Math.min(8 + outer.lengthBytes, outer.end - outer.start);
  const levels = random.pick([1, 2, 40, 400]);
  const piece = file.subarray(inner.start, Math.min(inner.end, inner.start + 4_096));
  const deep = Buffer.concat(Array.from({ length: levels }, () => piece));
  return Buffer.concat([file.subarray(0, at), deep, file.subarray(at)]);
};

/** Changes a field in a piece's first bytes: counts, versions, sizes, types. */
const fields: Mutation = (file, random, { structure }) => {
  const { start, end } = anyPiece(random, structure);
  const at = start + random.below(Math.min(end - start, 64));
  return filled(file, random, at, random.pick([1, 2, 4, 8]));
};

const cut: Mutation = (file, random, { structure }) => {
  const { start, end } = anyPiece(random, structure);
  return file.subarray(0, random.pick([start, end, start + random.below(end - start), end - 1]));
};

const cutAnywhere: Mutation = (file, random) => file.subarray(0, random.below(file.length));

const bytes: Mutation = (file, random) => {
  for (let count = 1 + random.below(16); count > 0; count -= 1) {
    filled(file, random, random.below(file.length), 1 + random.below(8));
  }
  return file;
};

/** Changes bytes in the first and last 2 KiB, where nearly all fields are. */
const ends: Mutation = (file, random) => {
  const offset = random.below(Math.min(file.length, 2_048));
  return filled(file, random, random.pick([offset, file.length - 1 - offset]), 1 + random.below(8));
};

const bits: Mutation = (file, random) => {
  for (let flips = 1 + random.below(64); flips > 0; flips -= 1) {
    const at = random.below(file.length);
    file[at] = (file[at] ?? 0) ^ (1 << random.below(8));
  }
  return file;
};

/** Inserts bytes, so that everything after them is not where the tables say. */
const shifted: Mutation = (file, random) => {
  const at = random.below(file.length);
  const noise = Buffer.alloc(1 + random.below(300), random.below(256));
  return Buffer.concat([file.subarray(0, at), noise, file.subarray(at)]);
};

const BYTEWISE = { bytes, ends, bits, shifted, cutAnywhere } satisfies Record<string, Mutation>;
const STRUCTURAL = {
  lengths,
  fields,
  removed,
  doubled,
  swapped,
  nested,
  deep,
  cut,
} satisfies Record<string, Mutation>;

type MutationName = keyof typeof BYTEWISE | keyof typeof STRUCTURAL;

export interface Mutant {
  readonly file: Buffer;
  /** `lengths and bits of film.mp4` */
  readonly made: string;
  /** From the name of the original. */
  readonly contentType: string;
}

/** Makes one change to most mutants and two or three to some: the first change must not always hide the others. */
export function mutantOf(original: Original, random: Random): Mutant {
  const structural = original.structure.pieces.length > 0;
  const all = structural ? { ...BYTEWISE, ...STRUCTURAL } : BYTEWISE;
  const names = Object.keys(all) as MutationName[];
  let file: Buffer = Buffer.from(original.file);
  const made: string[] = [];
  for (let changes = random.pick([1, 1, 1, 2, 3]); changes > 0 && file.length > 0; changes -= 1) {
    const name = random.pick(names);
    const mutate = { ...BYTEWISE, ...STRUCTURAL }[name];
    file = mutate(file, random, { ...original, structure: within(original.structure, file) });
    made.push(name);
  }
  const contentType = contentTypeOf(original.name);
  return { file, made: `${made.join(' and ')} of ${original.name}`, contentType };
}

/** The pieces that are still in the file; the whole file as one piece if there are none. */
function within({ kind, pieces }: Structure, { length }: Buffer): Structure {
  const left = pieces.filter(({ end }) => end <= length);
  const whole = { start: 0, end: length, lengthAt: 0, lengthBytes: 0, depth: 0 };
  return { kind, pieces: left.length > 0 ? left : [whole] };
}

/** Picks each depth with the same probability: otherwise nearly all pieces would be frames. */
function anyPiece(random: Random, { pieces }: Structure): Piece {
  const depth = random.pick([...new Set(pieces.map((piece) => piece.depth))]);
  return random.pick(pieces.filter((piece) => piece.depth === depth));
}

function filled(file: Buffer, random: Random, at: number, length: number): Buffer {
  const fill = random.pick([
    () => 0x00,
    () => 0xff,
    () => 0x7f,
    () => 0x01,
    () => random.below(256),
  ]);
  for (let place = at; place < Math.min(at + length, file.length); place += 1) {
    file[place] = fill();
  }
  return file;
}

function bigEndian(value: bigint, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, n) =>
    Number((value >> BigInt(8 * (bytes - 1 - n))) & 0xffn),
  );
}
