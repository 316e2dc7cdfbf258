import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LossyNetwork {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  /** Failed parts since the last `reset`. */
  readonly failed: number;
  /** Begins to count at the first part again. */
  reset(): void;
  close(): Promise<void>;
}

/** S3's body of an internal error. */
const INTERNAL_ERROR =
  '<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>';

/**
 * A proxy to S3 or the API that delays every request by `delayMs`, and receives every `nth` PUT of a part completely
 * and responds with 500. Only the order of the PUTs decides which ones fail, so it is the same for every candidate.
 */
export async function openLossyNetwork(
  to: string,
  delayMs: number,
  nth: number,
): Promise<LossyNetwork> {
  const { hostname, port } = new URL(to);
  const agent = new Agent({ keepAlive: true });
  let parts = 0;
  let failed = 0;
  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const isPart = incoming.method === 'PUT' && incoming.url?.includes('partNumber=');
    if (isPart) parts += 1;
    const fails = isPart && parts % nth === 0;
    await sleep(delayMs);
    if (fails) {
      failed += 1;
      incoming.resume();
      incoming.once('end', () => {
        outgoing.writeHead(500, { 'access-control-allow-origin': '*' });
        outgoing.end(INTERNAL_ERROR);
      });
      return;
    }
    const { method, url: path, headers } = incoming;
    const onward = request({ agent, hostname, port, method, path, headers }, (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
    onward.once('error', () => outgoing.destroy());
    incoming.pipe(onward);
  };
  const server = createServer({ highWaterMark: 256 * 1024 }, (incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    get failed() {
      return failed;
    },
    reset() {
      parts = 0;
      failed = 0;
    },
    close: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
