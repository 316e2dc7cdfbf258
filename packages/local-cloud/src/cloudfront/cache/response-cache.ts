import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { HeaderLists } from '../functions/event.ts';
import { CachedFile } from './cached-file.ts';

/** A response of the origin. Times are ms since the epoch. */
export interface CachedResponse {
  readonly distribution: string;
  readonly path: string;
  readonly status: number;
  readonly headers: HeaderLists;
  /** A small body, or a file. */
  readonly body: Buffer | CachedFile;
  storedAt: number;
  freshUntil: number;
}

export interface ResponseCacheOptions {
  /** Emptied at the start: a cache may lose its content. */
  readonly folder: string;
  /** For all bodies together. The responses that were used longest ago go first. */
  readonly maxBytes: number;
  /**
   * For what is in memory: keys, headers and the bodies of errors.
   * @default 32 MiB
   */
  readonly maxMemoryBytes?: number;
}

const DEFAULT_MEMORY_BYTES = 32 * 1024 ** 2;
/** About what the headers and objects of a response need. */
const RESPONSE_BYTES = 2048;

/** The cache of all distributions. Bodies are files, so that memory does not grow with them. */
export class ResponseCache {
  readonly #options: ResponseCacheOptions;
  /** In the order of their last use. */
  readonly #responses = new Map<string, CachedResponse>();
  #bytes = 0;
  #memory = 0;
  #lastFile = 0;

  constructor(options: ResponseCacheOptions) {
    this.#options = options;
    rmSync(options.folder, { recursive: true, force: true });
    mkdirSync(options.folder, { recursive: true });
  }

  /** The response of a key, fresh or not. */
  find(key: string): CachedResponse | undefined {
    const found = this.#responses.get(key);
    if (found === undefined) return undefined;
    this.#responses.delete(key);
    this.#responses.set(key, found);
    return found;
  }

  newFile(size: number): CachedFile {
    return new CachedFile(join(this.#options.folder, String(++this.#lastFile)), size);
  }

  put(key: string, response: CachedResponse): void {
    this.remove(key);
    this.#responses.set(key, response);
    this.#bytes += sizeOf(response);
    this.#memory += memoryOf(key, response);
    for (const [oldest] of this.#responses) {
      if (!this.#isFull() || oldest === key) break;
      this.remove(oldest);
    }
  }

  #isFull(): boolean {
    const { maxBytes, maxMemoryBytes = DEFAULT_MEMORY_BYTES } = this.#options;
    return this.#bytes > maxBytes || this.#memory > maxMemoryBytes;
  }

  /** Removes the response of a key; with `only`, if it is this one. */
  remove(key: string, only?: CachedResponse): void {
    const response = this.#responses.get(key);
    if (response === undefined || (only !== undefined && only !== response)) return;
    this.#responses.delete(key);
    this.#bytes -= sizeOf(response);
    this.#memory -= memoryOf(key, response);
    if (response.body instanceof CachedFile) response.body.drop();
  }

  /** Removes the responses of a distribution whose path one of the tests accepts. */
  invalidate(distribution: string, tests: readonly ((path: string) => boolean)[]): void {
    for (const [key, response] of this.#responses) {
      const isNamed = tests.some((test) => test(response.path));
      if (response.distribution === distribution && isNamed) this.remove(key);
    }
  }
}

function sizeOf({ body }: CachedResponse): number {
  return body instanceof CachedFile ? body.size : body.length;
}

function memoryOf(key: string, { body }: CachedResponse): number {
  return RESPONSE_BYTES + key.length + (body instanceof CachedFile ? 0 : body.length);
}
