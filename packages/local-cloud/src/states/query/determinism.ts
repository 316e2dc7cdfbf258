import { createHash } from 'node:crypto';

/**
 * The random values of one execution. Each follows from the seed and the number of earlier values, so an
 * execution that is restored after a restart gets the same values. The seed is random and stays in the
 * database.
 */
export class SeededRandom {
  readonly #seed: string;
  #drawn = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** 32 bytes that cannot be predicted without the seed. */
  bytes(purpose: string): Buffer {
    this.#drawn += 1;
    return createHash('sha256').update(`${this.#seed}:${purpose}:${this.#drawn}`).digest();
  }

  /** Uniform in [0, 1), with 53 bits. */
  fraction(): number {
    return fractionOf(this.bytes('fraction'));
  }

  /** UUID version 4. */
  uuid(): string {
    const bytes = this.bytes('uuid').subarray(0, 16);
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }
}

/** The same number for the same seed, uniform in [0, 1). */
export function seededFraction(seed: number): number {
  return fractionOf(createHash('sha256').update(`seed:${seed}`).digest());
}

function fractionOf(bytes: Buffer): number {
  return Number(bytes.readBigUInt64BE(0) >> 11n) / 2 ** 53;
}

/** Time and random values of an evaluation. */
export interface Surroundings {
  /** Milliseconds since the epoch, fixed for one step of an execution. */
  readonly now: number;
  readonly random: SeededRandom;
}
