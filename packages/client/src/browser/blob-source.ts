import { ConnectionFailure, type PartJob, type PartSource } from '../part-source.ts';
import type { KeptHandle } from '../resume-record.ts';
import { UploadError } from '../upload-error.ts';
import { Checksums } from './checksums.ts';
import { putPart } from './put-part.ts';

/**
 * A File or Blob in a browser. Its slices are sent by the browser itself and never pass through the page.
 *
 * @param handle where the user's choice gave one: the file can then be found again without being chosen again
 */
export function blobSource(blob: Blob, handle?: KeptHandle): PartSource {
  const checksums = new Checksums();
  const file = 'lastModified' in blob ? (blob as File) : undefined;
  const sums = new Map<number, Promise<bigint>>();
  const sumOf = ({ offset, size }: PartJob) => {
    const known = sums.get(offset);
    if (known) return known;
    const sum = checksums.of(blob.slice(offset, offset + size)).catch(changed);
    // Whoever asks hears of it; a part that fails before that is asked for again.
    sum.catch(() => sums.delete(offset));
    sums.set(offset, sum);
    return sum;
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
    lasting: file !== undefined,
    found: { ...(handle && { handle }) },
    read,
    checksum: (offset, size) => checksums.of(blob.slice(offset, offset + size)).catch(changed),
    async send(part, url, options) {
      const crc = sumOf(part);
      try {
        const bytes = blob.slice(part.offset, part.offset + part.size);
        return { ...(await putPart(url, bytes, options)), crc: () => crc };
      } catch (error) {
        // A file that was changed meanwhile looks like a connection that failed.
        if (error instanceof ConnectionFailure) await read(part.offset);
        throw error;
      }
    },
    release: ({ offset }) => {
      sums.delete(offset);
    },
    async assertUnchanged() {
      await read(0);
    },
    close: async () => checksums.close(),
  };
}

/** A File is of the file as it was: reading it after a change fails. https://w3c.github.io/FileAPI/#readOperation */
function changed(cause: unknown): never {
  throw new UploadError('file_changed', { cause });
}
