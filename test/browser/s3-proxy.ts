import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** One PUT of a part that passed the proxy. */
export interface SeenPut {
  readonly partNumber: number;
  /** The path of the request, which contains the object's key. */
  readonly path: string;
  /** Received bytes of the body. */
  bytes: number;
  /** The status that S3 returned; undefined before that, or if the proxy did not pass it on. */
  status: number | undefined;
}

/** Part numbers in ascending order, with repetitions. */
export function numbersOf(puts: readonly SeenPut[]): number[] {
  return puts.map(({ partNumber }) => partNumber).sort((a, b) => a - b);
}

/** The parts that S3 has accepted. */
export function arrived(puts: readonly SeenPut[]): SeenPut[] {
  return puts.filter(({ status }) => status === 200);
}

/** A fault that the proxy injects into a PUT. */
export type PutFault =
  /** The proxy responds; S3 does not receive the request. */
  | { readonly kind: 'refuse'; readonly status: number }
  /** The proxy closes the connection after this many bytes of the body. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** One bit of the first byte of the body is flipped. */
  | { readonly kind: 'flip' }
  /** The request waits until the promise resolves. */
  | { readonly kind: 'hold'; readonly until: Promise<unknown> }
  /** The response is delayed, in ms. */
  | { readonly kind: 'delay'; readonly ms: number };

/** Chooses a fault for each PUT of a part; `nth` counts them from 1. */
export type ChoosePutFault = (put: SeenPut, nth: number) => PutFault | undefined;

/** A proxy before S3 that can change what happens to requests. */
export interface S3Proxy {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  readonly puts: readonly SeenPut[];
  /** Applies to later requests; `undefined` passes everything on. Clears the list of seen PUTs. */
  injectFaults(choose: ChoosePutFault | undefined): void;
  close(): Promise<void>;
}

/**
 * Passes every request on to S3 unchanged, including `Host`, except for the chosen fault.
 *
 * @param s3 S3's own address, such as `http://127.0.0.1:4501`
 */
export async function openS3Proxy(s3: string): Promise<S3Proxy> {
  const { hostname, port } = new URL(s3);
  const puts: SeenPut[] = [];
  let choose: ChoosePutFault = () => undefined;

  const pass = async (incoming: IncomingMessage, response: ServerResponse) => {
    const url = new URL(incoming.url ?? '/', s3);
    const partNumber = Number(url.searchParams.get('partNumber'));
    const put: SeenPut = { partNumber, path: url.pathname, bytes: 0, status: undefined };
    const isPart = incoming.method === 'PUT' && partNumber > 0;
    const fault = isPart ? choose(put, puts.push(put)) : undefined;
    if (fault?.kind === 'hold') {
      await fault.until;
      // The sender has closed the connection in the meantime.
      if (incoming.destroyed) return;
    }
    if (fault?.kind === 'refuse') {
      put.status = fault.status;
      incoming.resume();
      response.writeHead(fault.status, { 'access-control-allow-origin': '*' });
      response.end('<Error><Code>InternalError</Code></Error>');
      return;
    }
    const onward = httpRequest({
      hostname,
      port,
      method: incoming.method,
      path: incoming.url,
      headers: incoming.headers,
    });
    incoming.once('close', () => {
      if (!incoming.complete) onward.destroy();
    });
    onward.once('error', () => response.destroy());
    onward.once('response', async (stored) => {
      if (fault?.kind === 'delay') await sleep(fault.ms);
      put.status = stored.statusCode;
      response.writeHead(stored.statusCode ?? 502, stored.headers);
      stored.pipe(response);
    });
    incoming
      .pipe(
        new Transform({
          transform(chunk: Buffer, _, done) {
            if (put.bytes === 0 && fault?.kind === 'flip') chunk[0] = (chunk[0] ?? 0) ^ 1;
            put.bytes += chunk.length;
            if (fault?.kind === 'cut' && put.bytes > fault.afterBytes) {
              incoming.destroy();
              onward.destroy();
              return;
            }
            done(null, chunk);
          },
        }),
      )
      .pipe(onward);
  };
  const server = createServer((incoming, response) => void pass(incoming, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    puts,
    injectFaults(next) {
      choose = next ?? (() => undefined);
      puts.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
