import { crc64 } from '../crc64/crc64.ts';
import type { PartSource } from '../part-source.ts';
import { UploadError } from '../upload-error.ts';
import { Connections, putPart } from './put-part.ts';

/** A Blob in Node: in memory, or a file opened by `fs.openAsBlob`. Another process cannot open it again. */
export function blobSource(blob: Blob): PartSource {
  const connections = new Connections();
  const file = blob as Partial<File>;
  return {
    name: file.name ?? 'video',
    type: blob.type,
    size: blob.size,
    lastModified: file.lastModified,
    seekable: true,
    reopenable: false,
    location: {},
    async read(offset, size) {
      return new Uint8Array(
        await blob
          .slice(offset, offset + size)
          .arrayBuffer()
          .catch(changed),
      );
    },
    async checksum(offset, size) {
      let crc = 0n;
      for await (const chunk of chunksOf(blob.slice(offset, offset + size))) {
        crc = crc64()(crc, chunk);
      }
      return crc;
    },
    async send({ offset, size }, url, options) {
      let crc = 0n;
      const chunks = chunksOf(blob.slice(offset, offset + size), (chunk) => {
        crc = crc64()(crc, chunk);
      });
      const response = await putPart(connections, url, size, chunks, options);
      return { ...response, crc: async () => crc };
    },
    release() {},
    async assertUnchanged() {},
    async close() {
      connections.close();
    },
  };
}

async function* chunksOf(
  blob: Blob,
  onChunk?: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  const reader = blob.stream().getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read().catch(changed);
      if (done) return;
      onChunk?.(value);
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}

/** A Blob of a file is a snapshot: reading it after the file has changed fails. */
function changed(cause: unknown): never {
  throw new UploadError('file_changed', { cause });
}
