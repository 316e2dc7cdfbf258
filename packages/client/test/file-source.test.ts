import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc64 } from '../src/crc64/crc64.ts';
import { fileSource } from '../src/node/file-source.ts';

/** Two chunks of a file. */
const PART = 512 * 1024;

let folder: string;
let path: string;
let bytes: Buffer;
let server: Server;
let received: Map<string, Buffer>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reelgate-source-'));
  path = join(folder, 'film.mp4');
  bytes = randomBytes(2 * PART);
  writeFileSync(path, bytes);
  received = new Map();
  server = createServer((request, response) => {
    if (request.url === '/overloaded') {
      // Like S3, before it has the whole body.
      request.once('data', () =>
        response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>'),
      );
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.set(request.url ?? '', Buffer.concat(chunks));
      response.writeHead(200, { etag: '"1"' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

/** A disk that is slow in places: `slowly` may wait before and after a read. */
async function slowDisk(
  slowly: (position: number, read: () => Promise<unknown>) => Promise<unknown>,
): Promise<() => void> {
  const handle = await open(path);
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const { read } = prototype;
  Object.assign(prototype, {
    read(
      this: FileHandle,
      ...place: [Uint8Array, offset: number, length: number, position: number]
    ) {
      return slowly(place[3], () => Reflect.apply(read, this, place));
    },
  });
  return () => Object.assign(prototype, { read });
}

describe('A part of a file on a slow disk', () => {
  it('is sent and checksummed as it is in the file, although another part was refused while it was read', async () => {
    const refused = Promise.withResolvers<void>();
    const late = Promise.withResolvers<void>();
    const restore = await slowDisk(async (position, read) => {
      if (position === PART / 2) {
        // The second piece of the first part arrives when the second part has read its own.
        await refused.promise;
        const response = await read();
        late.resolve();
        return response;
      }
      const response = await read();
      if (position === PART + PART / 2) {
        refused.resolve();
        await late.promise;
      }
      return response;
    });
    const source = await fileSource(path);
    const options = { onBytes: () => {}, signal: new AbortController().signal };
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const first = { partNumber: 1, offset: 0, size: PART };
      expect((await source.send(first, `${base}/overloaded`, options)).status).toBe(503);
      const second = { partNumber: 2, offset: PART, size: PART };
      const response = await source.send(second, `${base}/second`, options);
      const whole = bytes.subarray(PART);
      expect(received.get('/second')?.equals(whole)).toBe(true);
      expect(await response.crc()).toBe(crc64()(0n, whole));
    } finally {
      refused.resolve();
      restore();
      await source.close();
    }
  });
});
