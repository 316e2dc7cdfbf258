import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface SlowNetwork {
  /** Replaces the server's endpoint. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/**
 * A proxy that delays everything that a client sends by `delayMs`, on new and on open connections. Responses and
 * the opening of connections are not delayed, which favours clients that open one for each request.
 */
export async function openSlowNetwork(endpoint: string, delayMs: number): Promise<SlowNetwork> {
  const { hostname, port } = new URL(endpoint);
  const open = new Set<Socket>();
  const proxy = createServer({ noDelay: true }, (near) => {
    const far = connect({ host: hostname, port: Number(port), noDelay: true });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.once('error', () => other.destroy());
      one.once('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
    // Timers of the same duration fire in the order in which they were set.
    near.on('data', (bytes) => {
      setTimeout(() => far.write(bytes), delayMs);
    });
    far.pipe(near);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    async close() {
      for (const socket of open) socket.destroy();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
