import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { playerHtml } from './player-html.ts';

export interface PlayerOptions {
  /** Base URL of the API. */
  readonly api: string;
  /** An access token of the account whose videos the page plays. */
  readonly getToken: () => Promise<string>;
  /** Of the page's origin, which has to be one that the API allows. */
  readonly port: number;
  /**
   * The port to listen on, where it is not that of the origin.
   * @default port
   */
  readonly listenOn?: number;
}

export interface Player {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  /** The page of one video. */
  watchUrl(uploadId: string): string;
  close(): Promise<void>;
}

/** The page's script: hls.js and this project's client in one file. */
export async function playerScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'page.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
  });
  return outputFiles[0]?.text ?? '';
}

/**
 * Serves the player page on loopback. The page may use the API as one account, so only pages of its own origin get the
 * token.
 *
 * @returns undefined where the port is in use
 */
export async function servePlayer(options: PlayerOptions): Promise<Player | undefined> {
  const { api, port, listenOn = port } = options;
  const host = `localhost:${port}`;
  let script: Promise<string> | undefined;
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.headers.host !== host) return send(response, 421, 'text/plain', 'Unknown host.');
    const { pathname } = new URL(request.url ?? '/', `http://${host}`);
    switch (pathname) {
      case '/':
        return send(response, 200, 'text/html; charset=utf-8', playerHtml(api));
      case '/page.js':
        script ??= playerScript();
        return send(response, 200, 'text/javascript; charset=utf-8', await script);
      case '/token':
        if (request.headers['sec-fetch-site'] !== 'same-origin') {
          return send(response, 403, 'text/plain', 'Only for the page itself.');
        }
        return send(response, 200, 'text/plain', await options.getToken());
      default:
        return send(response, 404, 'text/plain', 'There is no such page.');
    }
  };
  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) =>
      send(response, 500, 'text/plain', error instanceof Error ? error.message : String(error)),
    );
  });
  const isListening = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(listenOn, '127.0.0.1', () => resolve(true));
  });
  if (!isListening) return undefined;
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    watchUrl: (uploadId) => `http://${host}/?id=${encodeURIComponent(uploadId)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
  response.end(body);
}
