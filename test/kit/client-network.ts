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

/** What the proxy does with a part. */
export type Treatment =
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

/** What the proxy does with an API call: it responds in the API's place, or loses the response. */
export type ApiTreatment =
  | { readonly status: number; readonly body: string; readonly headers?: Record<string, string> }
  | 'lose-response';

/** A proxy between a client and its cloud that can change what happens to requests. */
export interface ClientNetwork {
  /** URL of the API through the proxy. Grants lead to S3 through the proxy too. */
  readonly api: string;
  /** Requests for parts, in the order of arrival. */
  readonly parts: readonly SeenPart[];
  /** API calls: method and path. */
  readonly calls: readonly string[];
  treatParts(treat: ((part: SeenPart, nth: number) => Treatment | undefined) | undefined): void;
  treatCalls(treat: ((call: string, nth: number) => ApiTreatment | undefined) | undefined): void;
  /** `false` closes every connection and refuses new ones until `true`. */
  open(passable: boolean): void;
  /** Resolves when no part is in transit: what a killed client sent last may still arrive. */
  quiet(): Promise<void>;
  forget(): void;
  close(): Promise<void>;
}

export async function openClientNetwork(api: string, s3: string): Promise<ClientNetwork> {
  const parts: SeenPart[] = [];
  const calls: string[] = [];
  let treatPart: Parameters<ClientNetwork['treatParts']>[0];
  let treatCall: Parameters<ClientNetwork['treatCalls']>[0];
  let passable = true;
  const onTheWay = new Set<ClientRequest>();

  const passPart = async (incoming: IncomingMessage, response: ServerResponse) => {
    const url = new URL(incoming.url ?? '/', s3);
    const seen: SeenPart = {
      partNumber: Number(url.searchParams.get('partNumber')),
      bytes: 0,
      status: undefined,
    };
    const nth = parts.push(seen);
    const treatment = treatPart?.(seen, nth);
    if (treatment?.kind === 'refuse') {
      for await (const chunk of incoming) seen.bytes += (chunk as Buffer).length;
      seen.status = treatment.status;
      response.writeHead(treatment.status).end(`<Error><Code>${treatment.code}</Code></Error>`);
      return;
    }
    const onward = request(url, {
      method: incoming.method ?? 'PUT',
      headers: { ...incoming.headers, host: url.host },
    });
    onTheWay.add(onward);
    onward.on('close', () => onTheWay.delete(onward));
    onward.on('error', () => response.destroy());
    // An incomplete body must stay incomplete for S3, even if all of its bytes have been received and not yet read.
    incoming.on('close', () => incoming.readableEnded || onward.destroy());
    onward.on('response', (stored) => {
      seen.status = stored.statusCode;
      if (treatment?.kind === 'lose-response') {
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
      if (treatment?.kind === 'flip' && seen.bytes === 0) chunk[0] = (chunk[0] ?? 0) ^ 1;
      if (treatment?.kind === 'slow') await sleep(treatment.chunkMs);
      seen.bytes += chunk.length;
      if (treatment?.kind === 'cut' && seen.bytes > treatment.afterBytes) incoming.destroy();
      if (treatment?.kind === 'stall') await new Promise(() => {});
      if (!onward.write(chunk)) await new Promise((resolve) => onward.once('drain', resolve));
    }
    onward.end();
    onward.on('close', () => incoming.destroyed || incoming.resume());
  };
  const passCall = async (incoming: IncomingMessage, response: ServerResponse) => {
    const call = `${incoming.method} ${incoming.url}`;
    const nth = calls.push(call);
    const treatment = treatCall?.(call, nth);
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    if (treatment && treatment !== 'lose-response') {
      response.writeHead(treatment.status, treatment.headers).end(treatment.body);
      return;
    }
    const { host: _, connection: __, ...headers } = incoming.headers;
    const upstream = await fetch(new URL(incoming.url ?? '/', api), {
      method: incoming.method ?? 'GET',
      headers: headers as Record<string, string>,
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    const text = (await upstream.text()).replaceAll(s3, addressOf(storage));
    if (treatment === 'lose-response') {
      response.destroy();
      return;
    }
    const type = upstream.headers.get('content-type') ?? 'application/json';
    response.writeHead(upstream.status, { 'content-type': type }).end(text);
  };

  const storage = createServer((incoming, response) => {
    // A closed connection ends the reading of its body with an error.
    passPart(incoming, response).catch(() => response.destroy());
  });
  const gateway = createServer((incoming, response) => {
    passCall(incoming, response).catch(() => response.destroy());
  });
  const sockets = new Set<Socket>();
  for (const server of [storage, gateway]) {
    server.on('connection', (socket: Socket) => {
      if (!passable) socket.destroy();
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
  return {
    api: addressOf(gateway),
    parts,
    calls,
    treatParts(treat) {
      treatPart = treat;
    },
    treatCalls(treat) {
      treatCall = treat;
    },
    open(open) {
      passable = open;
      if (!open) for (const socket of sockets) socket.destroy();
    },
    async quiet() {
      await Promise.all(
        [...onTheWay].map((onward) => new Promise<void>((closed) => onward.once('close', closed))),
      );
    },
    forget() {
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
