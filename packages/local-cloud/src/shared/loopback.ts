import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { guardServer } from './guard-server.ts';

/**
 * Guards a listener of the local cloud and binds it on 127.0.0.1: to `wanted`, or with 0 to `previous` (0 for none),
 * or else to a free port. Returns the port. Every listener of the local cloud is opened here.
 */
export async function listenOnLoopback(
  server: Server,
  wanted: number,
  previous = 0,
): Promise<number> {
  guardServer(server);
  if (wanted !== 0) return await bind(server, wanted);
  return await bind(server, previous).catch(() => bind(server, 0));
}

function bind(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      // After this, `error` reports a connection that could not be accepted, such as EMFILE. The server continues.
      server.on('error', (error) => console.error(`Local cloud, port ${port}:`, error.message));
      resolve((server.address() as AddressInfo).port);
    });
  });
}
