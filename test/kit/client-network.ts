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

/** One request to S3, as it passed. */
export interface SeenPart {
  readonly partNumber: number;
  /** Bytes of the body that came by. */
  bytes: number;
  /** S3's answer; undefined where none came back. */
  status: number | undefined;
}

/** What happens to a part on its way. */
export type Treatment =
  | { readonly kind: 'refuse'; readonly status: number; readonly code: string }
  /** The connection breaks off after so many bytes. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** One bit arrives turned over. */
  | { readonly kind: 'flip' }
  /** Nothing goes on after the first chunk. */
  | { readonly kind: 'stall' }
  /** Milliseconds that each chunk (up to 64 KiB) takes. */
  | { readonly kind: 'slow'; readonly chunkMs: number }
  /** S3 has it, its answer is lost. */
  | { readonly kind: 'lose-answer' };

/** What happens to a call of the API: answered in its place, or its answer lost. */
export type ApiTreatment =
  | { readonly status: number; readonly body: string; readonly headers?: Record<string, string> }
  | 'lose-answer';

/** The network between a client and its cloud, on which things happen. */
export interface ClientNetwork {
  /** The API, as seen from here. Its grants lead to S3 by this network too. */
  readonly api: string;
  /** Requests for parts, in the order of their coming. */
  readonly parts: readonly SeenPart[];
  /** Calls of the API: method and path. */
  readonly calls: readonly string[];
  treatParts(treat: ((part: SeenPart, nth: number) => Treatment | undefined) | undefined): void;
  treatCalls(treat: ((call: string, nth: number) => ApiTreatment | undefined) | undefined): void;
  /** Every connection is cut, and none is accepted until `true` comes. */
  open(passable: boolean): void;
  /** Until no part is on its way: what a killed client sent last may still arrive. */
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

  const passPart = async (incoming: IncomingMessage, answer: ServerResponse) => {
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
      answer.writeHead(treatment.status).end(`<Error><Code>${treatment.code}</Code></Error>`);
      return;
    }
    const onward = request(url, {
      method: incoming.method ?? 'PUT',
      headers: { ...incoming.headers, host: url.host },
    });
    onTheWay.add(onward);
    onward.on('close', () => onTheWay.delete(onward));
    onward.on('error', () => answer.destroy());
    // A body that breaks off, even one that has come and was not read yet, is never whole for S3 either.
    incoming.on('close', () => incoming.readableEnded || onward.destroy());
    onward.on('response', (response) => {
      seen.status = response.statusCode;
      if (treatment?.kind === 'lose-answer') {
        response.resume();
        answer.destroy();
        return;
      }
      // Whoever has gone meanwhile takes no answer; it is read all the same, or its request would never end.
      if (answer.destroyed) {
        response.resume();
        return;
      }
      answer.on('close', () => response.resume());
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
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
  const passCall = async (incoming: IncomingMessage, answer: ServerResponse) => {
    const call = `${incoming.method} ${incoming.url}`;
    const nth = calls.push(call);
    const treatment = treatCall?.(call, nth);
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    if (treatment && treatment !== 'lose-answer') {
      answer.writeHead(treatment.status, treatment.headers).end(treatment.body);
      return;
    }
    const { host: _, connection: __, ...headers } = incoming.headers;
    const response = await fetch(new URL(incoming.url ?? '/', api), {
      method: incoming.method ?? 'GET',
      headers: headers as Record<string, string>,
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    const text = (await response.text()).replaceAll(s3, addressOf(storage));
    if (treatment === 'lose-answer') {
      answer.destroy();
      return;
    }
    const type = response.headers.get('content-type') ?? 'application/json';
    answer.writeHead(response.status, { 'content-type': type }).end(text);
  };

  const storage = createServer((incoming, answer) => {
    // Whoever cuts a connection ends the reading of it.
    passPart(incoming, answer).catch(() => answer.destroy());
  });
  const gateway = createServer((incoming, answer) => {
    passCall(incoming, answer).catch(() => answer.destroy());
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
