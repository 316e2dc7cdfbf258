import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Binds `wanted` on 127.0.0.1 or fails; without a wish (0) the port of the last time (`kept`, 0 for none), or
 * any free one. Answers the port.
 */
export async function listenOnLoopback(
  server: Server,
  wanted: number,
  kept: number,
): Promise<number> {
  if (wanted !== 0) return await bind(server, wanted);
  return await bind(server, kept).catch(() => bind(server, 0));
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
