import { crc64 } from '../crc64/crc64.ts';
import { ChecksumWorker, NoWorker } from './checksum-worker.ts';

/** As the worker reads. */
const PIECE_BYTES = 1024 * 1024;

/** Sums Blobs up: in a worker, or here where the page's Content-Security-Policy allows none. */
export class Checksums {
  #worker: ChecksumWorker | undefined;

  constructor() {
    try {
      this.#worker = new ChecksumWorker();
    } catch {
      this.#worker = undefined;
    }
  }

  /** The Blob's CRC64NVME. @throws Error where it cannot be read */
  async of(blob: Blob): Promise<bigint> {
    try {
      if (this.#worker) return await this.#worker.sum(blob);
    } catch (error) {
      if (!(error instanceof NoWorker)) throw error;
      this.#worker = undefined;
    }
    let crc = 0n;
    for (let at = 0; at < blob.size; at += PIECE_BYTES) {
      const bytes = await blob.slice(at, at + PIECE_BYTES).arrayBuffer();
      crc = crc64()(crc, new Uint8Array(bytes));
    }
    return crc;
  }

  close(): void {
    this.#worker?.close();
  }
}
