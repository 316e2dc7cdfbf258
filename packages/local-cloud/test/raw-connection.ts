import { connect } from 'node:net';

/** What a client does once it has sent its bytes. */
export type Ending = 'waits' | 'half-closes' | 'destroys';

/**
 * Sends bytes over a connection of its own and resolves with all that came back, once the server or the client has
 * closed the connection.
 */
export function exchange(endpoint: string, bytes: Uint8Array, ending: Ending): Promise<string> {
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve) => {
    const received: Buffer[] = [];
    const socket = connect(Number(port), hostname);
    socket.on('data', (chunk) => received.push(chunk));
    // A server may reset the connection of a client that breaks the protocol.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Buffer.concat(received).toString('latin1')));
    socket.on('connect', () => {
      if (ending === 'half-closes') socket.end(bytes);
      else socket.write(bytes, () => ending === 'destroys' && socket.destroy());
    });
  });
}

export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** The bytes of a request. A content-length is added unless the headers have a length of their own. */
export function requestBytes({ method, path, headers = {}, body = '' }: RawRequest): Buffer {
  const content = Buffer.from(body);
  const lengthGiven = Object.keys(headers).some((name) =>
    ['content-length', 'transfer-encoding'].includes(name),
  );
  const all: Record<string, string> = {
    host: '127.0.0.1',
    ...(lengthGiven ? {} : { 'content-length': String(content.length) }),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([
    Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`),
    content,
  ]);
}

/** Statuses of the responses in what came back, in order. */
export function statusesOf(received: string): number[] {
  return [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}
