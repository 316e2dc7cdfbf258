import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface SlowRoad {
  /** In place of the server's own. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/**
 * A road to a server on which whatever a client sends arrives `delayMs` later: every request takes that much longer,
 * also on a connection that is open already. Answers come back as they are sent, and a connection is made at once:
 * whoever makes a new one for each request gains by that.
 */
export async function openSlowRoad(endpoint: string, delayMs: number): Promise<SlowRoad> {
  const { hostname, port } = new URL(endpoint);
  const open = new Set<Socket>();
  const road = createServer({ noDelay: true }, (near) => {
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
    // Timers of one length fire in the order in which they were set.
    near.on('data', (bytes) => {
      setTimeout(() => far.write(bytes), delayMs);
    });
    far.pipe(near);
  });
  road.listen(0, '127.0.0.1');
  await once(road, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(road.address() as AddressInfo).port}`,
    async close() {
      for (const socket of open) socket.destroy();
      road.close();
      await once(road, 'close');
    },
  };
}
