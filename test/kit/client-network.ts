import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** One request to S3 that passed the proxy. */
export interface SeenPart {
  readonly partNumber: number;
  /** Received bytes of the body. */
  bytes: number;
  /** The status that S3 returned; undefined if there was no response. */
  status: number | undefined;
}

/** The change that the proxy makes to a part. */
export type Interception =
  | { readonly kind: 'refuse'; readonly status: number; readonly code: string }
  /** The proxy closes the connection after this many bytes. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** One bit is flipped. */
  | { readonly kind: 'flip' }
  /** The request hangs after the first chunk. */
  | { readonly kind: 'stall' }
  /** Each chunk (up to 64 KiB) is delayed by this many ms. */
  | { readonly kind: 'slow'; readonly chunkMs: number }
  /** S3 receives the part; the response is lost. */
  | { readonly kind: 'lose-response' };

/** The change that the proxy makes to an API call: its own response, or a lost response. */
export type ApiInterception =
  | { readonly status: number; readonly body: string; readonly headers?: Record<string, string> }
  | 'lose-response';

/** A proxy between a client and its cloud that can change, delay and lose requests. */
export interface ClientNetwork {
  /** URL of the API through the proxy. Grants lead to S3 through the proxy too. */
  readonly api: string;
  /** Requests for parts, in the order of arrival. */
  readonly parts: readonly SeenPart[];
  /** API calls: method and path. */
  readonly calls: readonly string[];
  /** Calls `intercept` for each part with its number in the order of arrival; `undefined` forwards all parts unchanged. */
  interceptParts(
    intercept: ((part: SeenPart, nth: number) => Interception | undefined) | undefined,
  ): void;
  /** The same for API calls. */
  interceptCalls(
    intercept: ((call: string, nth: number) => ApiInterception | undefined) | undefined,
  ): void;
  /** `false` closes every connection and refuses new ones until `true`. */
  setOpen(open: boolean): void;
  /** Resolves when no part is in transit. The last part of a killed client may still arrive. */
  waitUntilIdle(): Promise<void>;
  /** Empties `parts` and `calls`. */
  clearLog(): void;
  close(): Promise<void>;
}

export async function openClientNetwork(api: string, s3: string): Promise<ClientNetwork> {
  const parts: SeenPart[] = [];
  const calls: string[] = [];
  let interceptPart: Parameters<ClientNetwork['interceptParts']>[0];
  let interceptCall: Parameters<ClientNetwork['interceptCalls']>[0];
  let isOpen = true;
  const inTransit = new Set<ClientRequest>();

  const forwardPart = async (incoming: IncomingMessage, response: ServerResponse) => {
    const url = new URL(incoming.url ?? '/', s3);
    const seen: SeenPart = {
      partNumber: Number(url.searchParams.get('partNumber')),
      bytes: 0,
      status: undefined,
    };
    const nth = parts.push(seen);
    const interception = interceptPart?.(seen, nth);
    if (interception?.kind === 'refuse') {
      for await (const chunk of incoming) seen.bytes += (chunk as Buffer).length;
      seen.status = interception.status;
      response
        .writeHead(interception.status)
        .end(`<Error><Code>${interception.code}</Code></Error>`);
      return;
    }
    const upstreamRequest = request(url, {
      method: incoming.method ?? 'PUT',
      headers: { ...incoming.headers, host: url.host },
    });
    inTransit.add(upstreamRequest);
    upstreamRequest.on('close', () => inTransit.delete(upstreamRequest));
    upstreamRequest.on('error', () => response.destroy());
    // An incomplete body must stay incomplete for S3, even if all of its bytes have been received and not yet read.
    incoming.on('close', () => incoming.readableEnded || upstreamRequest.destroy());
    upstreamRequest.on('response', (stored) => {
      seen.status = stored.statusCode;
      if (interception?.kind === 'lose-response') {
        stored.resume();
        response.destroy();
        return;
      }
      // The client has closed its connection. The response is read to the end, or the request to S3 would never end.
      if (response.destroyed) {
        stored.resume();
        return;
      }
      response.on('close', () => stored.resume());
      response.writeHead(stored.statusCode ?? 502, stored.headers);
      stored.pipe(response);
    });
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      if (interception?.kind === 'flip' && seen.bytes === 0) chunk[0] = (chunk[0] ?? 0) ^ 1;
      if (interception?.kind === 'slow') await sleep(interception.chunkMs);
      seen.bytes += chunk.length;
      if (interception?.kind === 'cut' && seen.bytes > interception.afterBytes) incoming.destroy();
      if (interception?.kind === 'stall') await new Promise(() => {});
      if (!upstreamRequest.write(chunk))
        await new Promise((resolve) => upstreamRequest.once('drain', resolve));
    }
    upstreamRequest.end();
    upstreamRequest.on('close', () => incoming.destroyed || incoming.resume());
  };
  const forwardCall = async (incoming: IncomingMessage, response: ServerResponse) => {
    const call = `${incoming.method} ${incoming.url}`;
    const nth = calls.push(call);
    const interception = interceptCall?.(call, nth);
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    if (interception && interception !== 'lose-response') {
      response.writeHead(interception.status, interception.headers).end(interception.body);
      return;
    }
    const { host: _, connection: __, ...headers } = incoming.headers;
    const upstream = await fetch(new URL(incoming.url ?? '/', api), {
      method: incoming.method ?? 'GET',
      headers: headers as Record<string, string>,
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    const text = (await upstream.text()).replaceAll(s3, addressOf(storage));
    if (interception === 'lose-response') {
      response.destroy();
      return;
    }
    const type = upstream.headers.get('content-type') ?? 'application/json';
    response.writeHead(upstream.status, { 'content-type': type }).end(text);
  };

  const storage = createServer((incoming, response) => {
    // A closed connection ends the reading of its body with an error.
    forwardPart(incoming, response).catch(() => response.destroy());
  });
  const gateway = createServer((incoming, response) => {
    forwardCall(incoming, response).catch(() => response.destroy());
  });
  const sockets = new Set<Socket>();
  for (const server of [storage, gateway]) {
    server.on('connection', (socket: Socket) => {
      if (!isOpen) socket.destroy();
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
  return {
    api: addressOf(gateway),
    parts,
    calls,
    interceptParts(intercept) {
      interceptPart = intercept;
    },
    interceptCalls(intercept) {
      interceptCall = intercept;
    },
    setOpen(open) {
      isOpen = open;
      if (!open) for (const socket of sockets) socket.destroy();
    },
    async waitUntilIdle() {
      await Promise.all(
        [...inTransit].map(
          (upstreamRequest) => new Promise<void>((closed) => upstreamRequest.once('close', closed)),
        ),
      );
    },
    clearLog() {
      parts.length = 0;
      calls.length = 0;
    },
    async close() {
      for (const server of [storage, gateway]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
