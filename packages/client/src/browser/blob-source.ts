import { ConnectionFailure, type PartJob, type PartSource } from '../part-source.ts';
import type { StoredFileHandle } from '../resume-record.ts';
import { UploadError } from '../upload-error.ts';
import { blobChecksums } from './checksums.ts';
import { putPart } from './put-part.ts';

/**
 * A File or Blob in a browser. The browser sends slices of it itself; the bytes never pass through the page.
 *
 * @param handle if the user's choice gave one: with it the file can be opened again later
 */
export function blobSource(blob: Blob, handle?: StoredFileHandle): PartSource {
  const checksums = blobChecksums();
  const file = 'lastModified' in blob ? (blob as File) : undefined;
  const crcs = new Map<number, Promise<bigint>>();
  const crcOf = ({ offset, size }: PartJob) => {
    const known = crcs.get(offset);
    if (known) return known;
    const crc = checksums.of(blob.slice(offset, offset + size)).catch(changed);
    // The caller gets the error; the next attempt of the part computes it again.
    crc.catch(() => crcs.delete(offset));
    crcs.set(offset, crc);
    return crc;
  };
  const read = async (offset: number, size = 1) => {
    const bytes = blob.slice(offset, offset + size).arrayBuffer();
    return new Uint8Array(await bytes.catch(changed));
  };
  return {
    name: file?.name ?? 'video',
    type: blob.type,
    size: blob.size,
    lastModified: file?.lastModified,
    seekable: true,
    reopenable: file !== undefined,
    location: { ...(handle && { handle }) },
    read,
    checksum: (offset, size) => checksums.of(blob.slice(offset, offset + size)).catch(changed),
    async send(part, url, options) {
      const crc = crcOf(part);
      try {
        const bytes = blob.slice(part.offset, part.offset + part.size);
        return { ...(await putPart(url, bytes, options)), crc: () => crc };
      } catch (error) {
        // A file that has changed meanwhile looks like a lost connection.
        if (error instanceof ConnectionFailure) await read(part.offset);
        throw error;
      }
    },
    release: ({ offset }) => {
      crcs.delete(offset);
    },
    async assertUnchanged() {
      await read(0);
    },
    async close() {
      checksums.close();
    },
  };
}

/** A File is a snapshot: reading it after the file has changed fails. https://w3c.github.io/FileAPI/#readOperation */
function changed(cause: unknown): never {
  throw new UploadError('file_changed', { cause });
}
