import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * A minimal upload server: PUT writes the body to a file and returns its MD5, like S3's ETag; GET returns a range of
 * the file. It checks no signature, computes no other checksum and records nothing.
 */
export function bareServer(folder: string): Server {
  return createServer({ highWaterMark: 256 * 1024, requestTimeout: 0 }, bareListener(folder));
}

function bareListener(folder: string): RequestListener {
  const pathOf = ({ url = '' }: IncomingMessage) =>
    join(folder, (url.split('?')[0] ?? '').replaceAll(/[^\w]/g, '_'));
  return async (request, response) => {
    try {
      const path = pathOf(request);
      if (request.method === 'PUT') {
        response.setHeader('etag', `"${await store(path, request)}"`);
        response.end();
        return;
      }
      const { size } = await stat(path);
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
      const start = Number(first ?? 0);
      const end = Number(last ?? size - 1);
      response.writeHead(first === undefined ? 200 : 206, { 'content-length': end - start + 1 });
      await pipeline(createReadStream(path, { start, end, highWaterMark: 512 * 1024 }), response);
    } catch (error) {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    }
  };
}

async function store(path: string, body: AsyncIterable<Buffer>): Promise<string> {
  const md5 = createHash('md5');
  const file = await open(path, 'w');
  try {
    for await (const chunk of body) {
      md5.update(chunk);
      await file.write(chunk);
    }
    return md5.digest('hex');
  } finally {
    await file.close();
  }
}
