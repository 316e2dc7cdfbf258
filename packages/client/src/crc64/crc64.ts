import { fromBase64 } from './base64.ts';
import { KERNEL } from './kernel-bytes.ts';
import { type Crc64, makeTables, tableUpdate } from './tables.ts';

/** Where `kernel.wat` has room for bytes, behind its tables. */
const CHUNK_OFFSET = 32_768;
const CHUNK_BYTES = 131_072;

interface Kernel {
  /** Memory. */
  readonly m: WebAssembly.Memory;
  /** The register after `length` bytes at `at`. */
  u(register: bigint, at: number, length: number): bigint;
}

/** By WebAssembly: 2.2 GiB/s where a table in JavaScript makes 0.2 (docs/client.md). */
export function wasmCrc64(): Crc64 {
  const module = new WebAssembly.Module(fromBase64(KERNEL));
  const kernel = new WebAssembly.Instance(module).exports as unknown as Kernel;
  new Int32Array(kernel.m.buffer).set(makeTables(16));
  const room = new Uint8Array(kernel.m.buffer, CHUNK_OFFSET, CHUNK_BYTES);
  return (crc, bytes) => {
    let register = ~crc;
    for (let from = 0; from < bytes.length; from += CHUNK_BYTES) {
      const piece = bytes.subarray(from, from + CHUNK_BYTES);
      room.set(piece);
      register = kernel.u(register, CHUNK_OFFSET, piece.length);
    }
    return BigInt.asUintN(64, ~register);
  };
}

let made: Crc64 | undefined;

/** The fastest that this place allows: a page's Content-Security-Policy may forbid WebAssembly. */
export function crc64(): Crc64 {
  if (!made) {
    try {
      made = wasmCrc64();
    } catch {
      made = tableUpdate();
    }
  }
  return made;
}
