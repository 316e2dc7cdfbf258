import { type FileHandle, open, rm } from 'node:fs/promises';

const READ_BYTES = 512 * 1024;

/**
 * The body of a response in a file. It can be read while it is written, so that a first viewer does not wait for the
 * whole, and viewers who come at the same time share one request to the origin.
 */
export class CachedFile {
  readonly path: string;
  readonly size: number;
  #written = 0;
  #failure: Error | undefined;
  #users = 0;
  #isDropped = false;
  #waiting: (() => void)[] = [];

  constructor(path: string, size: number) {
    this.path = path;
    this.size = size;
  }

  /** Whether the file has all of its bytes. */
  get isComplete(): boolean {
    return this.#written === this.size;
  }

  /** Copies the body of the origin into the file. Readers get the error of a body that ends early. */
  async fill(source: AsyncIterable<Uint8Array>): Promise<void> {
    this.#users++;
    let file: FileHandle | undefined;
    try {
      file = await open(this.path, 'wx');
      for await (const bytes of source) {
        await file.writeFile(bytes);
        this.#written += bytes.length;
        this.#wake();
      }
      if (!this.isComplete)
        throw new Error(`The origin sent ${this.#written} of ${this.size} bytes.`);
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      throw this.#failure;
    } finally {
      await file?.close();
      this.#wake();
      this.#release();
    }
  }

  /** The bytes `from` to `to`, inclusive. Throws where the origin has failed. */
  async *read(from: number, to: number): AsyncGenerator<Buffer, void, undefined> {
    this.#users++;
    let file: FileHandle | undefined;
    try {
      for (let at = from; at <= to; ) {
        while (this.#written <= at && this.#failure === undefined) await this.#progress();
        if (this.#written <= at) throw this.#failure;
        file ??= await open(this.path, 'r');
        const length = Math.min(READ_BYTES, this.#written - at, to - at + 1);
        const buffer = Buffer.allocUnsafe(length);
        const { bytesRead } = await file.read(buffer, 0, length, at);
        if (bytesRead === 0) throw new Error(`The file ${this.path} is shorter than expected.`);
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file?.close();
      this.#release();
    }
  }

  /** Removes the file after its last reader. */
  drop(): void {
    this.#isDropped = true;
    this.#users++;
    this.#release();
  }

  #release(): void {
    this.#users--;
    // What cannot be removed now is removed at the next start.
    if (this.#isDropped && this.#users === 0) rm(this.path, { force: true }).catch(() => undefined);
  }

  #progress(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
