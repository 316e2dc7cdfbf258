import { crc64 } from '../crc64/crc64.ts';
import { ChecksumWorker } from './checksum-worker.ts';

/** As the worker reads. */
const PIECE_BYTES = 1024 * 1024;

/** Sums Blobs up: in a worker, or here where there is none. */
export class Checksums {
  readonly #worker = new ChecksumWorker();

  /** The Blob's CRC64NVME. @throws Error where it cannot be read */
  async of(blob: Blob): Promise<bigint> {
    const sum = await this.#worker.sum(blob);
    if (sum !== undefined) return sum;
    let crc = 0n;
    for (let at = 0; at < blob.size; at += PIECE_BYTES) {
      const bytes = await blob.slice(at, at + PIECE_BYTES).arrayBuffer();
      crc = crc64()(crc, new Uint8Array(bytes));
    }
    return crc;
  }

  close(): void {
    this.#worker.close();
  }
}
