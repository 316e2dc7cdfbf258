import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isOwnHost } from './own-host.ts';

/**
 * Binds a listener of the local cloud on 127.0.0.1: to `wanted`, or with 0 to `previous` (0 for none), or else
 * to a free port. Returns the port. Every request with the host name of another machine is refused.
 */
export async function listenOnLoopback(
  server: Server,
  wanted: number,
  previous = 0,
): Promise<number> {
  refuseOtherHosts(server);
  if (wanted !== 0) return await bind(server, wanted);
  return await bind(server, previous).catch(() => bind(server, 0));
}

function bind(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

function refuseOtherHosts(server: Server): void {
  for (const event of ['request', 'checkContinue']) {
    const listeners = server.listeners(event) as RequestListener[];
    if (listeners.length === 0) continue;
    server.removeAllListeners(event);
    server.on(event, (request: IncomingMessage, response: ServerResponse) => {
      const { host } = request.headers;
      if (!isOwnHost(host)) return refuse(request, response, host);
      for (const listener of listeners) listener.call(server, request, response);
    });
  }
}

/** https://www.rfc-editor.org/rfc/rfc9110#name-421-misdirected-request */
function refuse(request: IncomingMessage, response: ServerResponse, host: string | undefined) {
  request.resume();
  response.writeHead(421, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end(
    `The Host header is ${JSON.stringify(host)}; the local cloud accepts 127.0.0.1, localhost and [::1].\n`,
  );
}
