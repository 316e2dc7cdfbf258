import { fromBase64 } from '../crc64/base64.ts';
import { KERNEL } from '../crc64/kernel-bytes.ts';

/**
 * What the worker runs. As text, since a bundler must neither look for a file beside this one nor add anything to
 * it; it is the loop of `crc64.ts` with the reading of a Blob around it.
 */
const PROGRAM = `let kernel;
onmessage = async ({ data: { id, blob, wasm } }) => {
  try {
    if (wasm) {
      kernel = new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports;
      kernel.init();
    }
    const room = new Uint8Array(kernel.memory.buffer, 32768, 131072);
    let crc = -1n;
    for (let at = 0; at < blob.size; at += 1048576) {
      const bytes = new Uint8Array(await blob.slice(at, at + 1048576).arrayBuffer());
      for (let from = 0; from < bytes.length; from += 131072) {
        const piece = bytes.subarray(from, from + 131072);
        room.set(piece);
        crc = kernel.update(crc, 32768, piece.length);
      }
    }
    postMessage({ id, crc: BigInt.asUintN(64, ~crc) });
  } catch (error) {
    postMessage({ id, unreadable: kernel !== undefined, error: String(error) });
  }
};`;

interface Sum {
  readonly id: number;
  readonly crc?: bigint;
  /** The Blob cannot be read; else this worker cannot sum. */
  readonly unreadable?: boolean;
  readonly error?: string;
}

/** A worker that cannot be had: a Content-Security-Policy without `worker-src blob:` or `wasm-unsafe-eval`. */
export class NoWorker extends Error {
  override readonly name = 'NoWorker';
}

/** Sums Blobs up in a worker, so that the page does not stutter. */
export class ChecksumWorker {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve(crc: bigint): void; reject(error: Error): void }>();
  #first = true;
  #last = 0;
  #dead = false;

  /** @throws whatever the browser throws where workers are forbidden */
  constructor() {
    const url = URL.createObjectURL(new Blob([PROGRAM], { type: 'text/javascript' }));
    try {
      this.#worker = new Worker(url);
    } finally {
      URL.revokeObjectURL(url);
    }
    this.#worker.onerror = () => this.close();
    this.#worker.onmessage = ({ data }: MessageEvent<Sum>) => this.#answered(data);
  }

  /** @throws NoWorker, or an Error where the Blob cannot be read */
  sum(blob: Blob): Promise<bigint> {
    return new Promise((resolve, reject) => {
      if (this.#dead) return reject(new NoWorker());
      const id = ++this.#last;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, blob, ...(this.#first && { wasm: fromBase64(KERNEL) }) });
      this.#first = false;
    });
  }

  close(): void {
    this.#dead = true;
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(new NoWorker());
    this.#waiting.clear();
  }

  #answered({ id, crc, unreadable, error }: Sum): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (crc !== undefined) waiting?.resolve(crc);
    else waiting?.reject(unreadable ? new Error(error) : new NoWorker());
  }
}
