import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LossyRoad {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  /** Parts that have failed since the last `reset`. */
  readonly failed: number;
  /** Counts from the first part again. */
  reset(): void;
  close(): Promise<void>;
}

/** S3's own words for a fault of its own, readable for the page as all its answers are. */
const FAULT =
  '<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>';

/**
 * A road to S3, or to the API, on which every request takes `delayMs` longer and every `nth` PUT of a part is received whole and
 * answered 500. Which parts fail follows from their order alone, so it is the same for every contender.
 */
export async function openLossyRoad(to: string, delayMs: number, nth: number): Promise<LossyRoad> {
  const { hostname, port } = new URL(to);
  const agent = new Agent({ keepAlive: true });
  let parts = 0;
  let failed = 0;
  const pass = async (incoming: IncomingMessage, answer: ServerResponse) => {
    const isPart = incoming.method === 'PUT' && incoming.url?.includes('partNumber=');
    if (isPart) parts += 1;
    const fails = isPart && parts % nth === 0;
    await sleep(delayMs);
    if (fails) {
      failed += 1;
      incoming.resume();
      incoming.once('end', () => {
        answer.writeHead(500, { 'access-control-allow-origin': '*' });
        answer.end(FAULT);
      });
      return;
    }
    const { method, url: path, headers } = incoming;
    const onward = request({ agent, hostname, port, method, path, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    onward.once('error', () => answer.destroy());
    incoming.pipe(onward);
  };
  const server = createServer({ highWaterMark: 256 * 1024 }, (incoming, answer) => {
    pass(incoming, answer).catch(() => answer.destroy());
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
