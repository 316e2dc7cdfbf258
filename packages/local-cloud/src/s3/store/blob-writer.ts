import type { FileHandle } from 'node:fs/promises';

/** Bytes of one write: large enough for few system calls, small enough to overlap with hashing. */
const BUFFER_BYTES = 1024 * 1024;
/** Buffers that are reused: two for each of eight concurrent uploads. */
const KEPT_BUFFERS = 16;
/** The buffers are given up once no upload has used them for so long. */
const IDLE_MS = 5_000;

const free: Buffer[] = [];
let idle: NodeJS.Timeout | undefined;

/**
 * Copies the source into reused buffers. The small chunks of a fast upload would otherwise live long enough
 * to make garbage collection a third of the work. One buffer is written while the other one is filled and
 * hashed.
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
    // The next flush awaits it. Until then it must not count as unhandled.
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
  idle ??= setTimeout(() => {
    idle = undefined;
    free.length = 0;
  }, IDLE_MS).unref();
  idle.refresh();
}
