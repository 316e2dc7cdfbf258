import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A file at a path of the page's origin. */
export interface PageFile {
  readonly contentType: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface PageServer {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  /** Adds or replaces a file. */
  put(path: string, file: PageFile): void;
  close(): Promise<void>;
}

/** Serves files from memory on a free port of 127.0.0.1. */
export async function servePages(): Promise<PageServer> {
  const files = new Map<string, PageFile>();
  const server = createServer((request, response) => {
    const file = files.get(new URL(request.url ?? '/', 'http://page').pathname);
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': file.contentType,
      'cache-control': 'no-store',
      ...file.headers,
    });
    response.end(file.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    put: (path, file) => files.set(path, file),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
