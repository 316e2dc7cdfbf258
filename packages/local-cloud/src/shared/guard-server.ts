import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { isOwnHost } from './own-host.ts';

/** A client that sends or reads nothing for this long, although the server waits for it, is disconnected. */
const IDLE_MS = 60_000;
/** All headers must have arrived within this time. Node checks it every 30 s. */
const HEADERS_MS = 20_000;
/** Far more than browsers and SDKs open. Each open connection costs a file descriptor. */
const MAX_CONNECTIONS = 1_000;

type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

/** The requests of a connection that have no complete response yet, in their order. */
type Pending = Map<Socket, Set<IncomingMessage>>;

export interface GuardOptions {
  /** In ms. @default 60,000 */
  readonly idleMs?: number;
}

/**
 * Protects a server against its clients, before its own listeners run: every request with the host name of another
 * machine is refused, an error of a stream ends its connection and nothing else, connections are limited, and a
 * client that keeps the server waiting is disconnected. Work of the server itself may take any time.
 */
export function guardServer(server: Server, { idleMs = IDLE_MS }: GuardOptions = {}): void {
  const pending: Pending = new Map();
  for (const event of ['request', 'checkContinue']) {
    const listeners = server.listeners(event) as RequestListener[];
    if (listeners.length === 0) continue;
    server.removeAllListeners(event);
    server.on(event, (request: IncomingMessage, response: ServerResponse) => {
      track(pending, request, response);
      const { host } = request.headers;
      if (!isOwnHost(host)) return refuse(request, response, host);
      for (const listener of listeners) listener.call(server, request, response);
    });
  }
  server.maxConnections = MAX_CONNECTIONS;
  server.headersTimeout = HEADERS_MS;
  server.setTimeout(idleMs, (socket) => {
    if (isWaitingForClient(socket, pending.get(socket))) socket.destroy();
    else socket.setTimeout(idleMs);
  });
}

function track(pending: Pending, request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  const requests = pending.get(socket) ?? new Set();
  pending.set(socket, requests.add(request));
  // An `error` event without a listener would end the process, for example after a write to a closed connection.
  request.on('error', ignore);
  response.on('error', ignore);
  response.once('close', () => {
    requests.delete(request);
    if (requests.size === 0) pending.delete(socket);
  });
}

function isWaitingForClient(socket: Socket, requests: Set<IncomingMessage> | undefined): boolean {
  if (requests === undefined || socket.writableLength > 0) return true;
  // A request whose received bytes nobody has read waits for the server.
  return [...requests].some((request) => !request.complete && request.readableLength === 0);
}

function ignore(): void {}

/** https://www.rfc-editor.org/rfc/rfc9110#name-421-misdirected-request */
function refuse(request: IncomingMessage, response: ServerResponse, host: string | undefined) {
  request.resume();
  response.writeHead(421, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end(
    `The Host header is ${JSON.stringify(host)}; the local cloud accepts 127.0.0.1, localhost and [::1].\n`,
  );
}
