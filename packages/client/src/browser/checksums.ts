import { crc64 } from '../crc64/crc64.ts';
import { checksumWorker } from './checksum-worker.ts';

const CHUNK_BYTES = 1024 * 1024;

/** Computes checksums of Blobs: in a worker, or in the page if there is none. */
export interface Checksums {
  /** The Blob's CRC64NVME. @throws Error if it cannot be read */
  of(blob: Blob): Promise<bigint>;
  close(): void;
}

export function blobChecksums(): Checksums {
  const worker = checksumWorker();
  return {
    async of(blob) {
      const checksum = await worker.checksum(blob);
      if (checksum !== undefined) return checksum;
      let crc = 0n;
      for (let offset = 0; offset < blob.size; offset += CHUNK_BYTES) {
        const bytes = await blob.slice(offset, offset + CHUNK_BYTES).arrayBuffer();
        crc = crc64()(crc, new Uint8Array(bytes));
      }
      return crc;
    },
    close: worker.close,
  };
}
