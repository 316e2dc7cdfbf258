import type { FileHandle } from 'node:fs/promises';

/** What is written in one call: large enough that the calls do not count, small enough to overlap with hashing. */
const BUFFER_BYTES = 1024 * 1024;
/** Buffers kept for the next upload: two for each of eight at once. */
const KEPT_BUFFERS = 16;

const free: Buffer[] = [];

/**
 * Copies what comes in into buffers that are used again and again: kept as they come, the small pieces of a fast
 * upload live long enough to make the garbage collector a third of the work. One buffer is being written while
 * the other fills and is hashed.
 */
export async function writeAll(
  file: FileHandle,
  source: AsyncIterable<Uint8Array>,
  observe: (bytes: Uint8Array) => void,
): Promise<void> {
  const buffers = [takeBuffer(), takeBuffer()] as const;
  let index: 0 | 1 = 0;
  let filled = 0;
  let writing: Promise<void> = Promise.resolve();
  const flush = async () => {
    const full = buffers[index].subarray(0, filled);
    observe(full);
    await writing;
    writing = writeFully(file, full);
    // Looked at by the next flush; until then it must not count as unhandled.
    writing.catch(() => undefined);
    index = index === 0 ? 1 : 0;
    filled = 0;
  };
  try {
    for await (const chunk of source) {
      for (let from = 0; from < chunk.length; ) {
        const piece = chunk.subarray(from, from + BUFFER_BYTES - filled);
        buffers[index].set(piece, filled);
        filled += piece.length;
        from += piece.length;
        if (filled === BUFFER_BYTES) await flush();
      }
    }
    if (filled > 0) await flush();
    await writing;
  } finally {
    await writing.catch(() => undefined);
    giveBack(buffers);
  }
}

async function writeFully(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0; ) {
    rest = rest.subarray((await file.write(rest)).bytesWritten);
  }
}

function takeBuffer(): Buffer {
  return free.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES);
}

function giveBack(buffers: readonly Buffer[]): void {
  if (free.length < KEPT_BUFFERS) free.push(...buffers);
}
