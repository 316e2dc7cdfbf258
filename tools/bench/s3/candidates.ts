import type { Agent } from 'node:http';
import type { Bucket } from './bucket.ts';
import { inParallel } from './parallel.ts';
import { put, readRange } from './plain-http.ts';
import type { BenchServer } from './server.ts';

/** One server under test, used only over HTTP. */
export interface Store {
  /** Sends parts of `body` up to `size` bytes; returns MB/s. */
  write(agent: Agent, atOnce: number, body: Uint8Array, size: number): Promise<number>;
  /** Stores an object of `size` bytes for `read`. */
  store(agent: Agent, body: Uint8Array, size: number): Promise<void>;
  /** Reads ranges that begin at `starts`; returns MB/s. */
  read(agent: Agent, atOnce: number, starts: readonly number[], length: number): Promise<number>;
}

/** The local S3 with presigned part URLs, as reelgate's clients use it. */
export function s3Store(bucket: Bucket): Store {
  let url = '';
  return {
    async write(agent, atOnce, body, size) {
      const upload = await bucket.begin('written', { size, partSize: body.length });
      const rate = await megabytesPerSecond(size, () =>
        inParallel(upload.parts, atOnce, (part) => put(agent, part.url, body)),
      );
      await bucket.abort(upload);
      return rate;
    },
    async store(agent, body, size) {
      const upload = await bucket.begin('stored', { size, partSize: body.length });
      const parts = await inParallel(upload.parts, 4, async ({ partNumber, url: to }) => ({
        PartNumber: partNumber,
        ETag: await put(agent, to, body),
      }));
      await bucket.complete(upload, parts);
      url = await bucket.urlOf('stored');
    },
    read: (agent, atOnce, starts, length) => readAll(agent, atOnce, url, starts, length),
  };
}

/** The bare server: one file for each part, and one to read. */
export function bareStore({ endpoint }: BenchServer): Store {
  return {
    write: (agent, atOnce, body, size) => {
      const parts = Array.from({ length: size / body.length }, (_, index) => index);
      return megabytesPerSecond(size, () =>
        inParallel(parts, atOnce, (part) => put(agent, `${endpoint}/part-${part}`, body)),
      );
    },
    async store(agent, body, size) {
      const whole = Buffer.concat(Array.from({ length: size / body.length }, () => body));
      await put(agent, `${endpoint}/stored`, whole);
    },
    read: (agent, atOnce, starts, length) =>
      readAll(agent, atOnce, `${endpoint}/stored`, starts, length),
  };
}

function readAll(
  agent: Agent,
  atOnce: number,
  url: string,
  starts: readonly number[],
  length: number,
): Promise<number> {
  return megabytesPerSecond(starts.length * length, () =>
    inParallel(starts, atOnce, (start) => readRange(agent, url, start, start + length)),
  );
}

/** In units of 10⁶ bytes. */
async function megabytesPerSecond(bytes: number, work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return bytes / 1_000 / (performance.now() - began);
}
