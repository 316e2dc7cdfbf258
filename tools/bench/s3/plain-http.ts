import { Agent, request } from 'node:http';

/** Keep-alive connections, `atOnce` to a host, as browsers have them. */
export function connections(atOnce: number): Agent {
  return new Agent({ keepAlive: true, maxSockets: atOnce });
}

/** Sends the bytes and returns the ETag. */
export function put(agent: Agent, url: string, body: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { agent, method: 'PUT', headers: { 'content-length': body.length } },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => {
          text += piece;
        });
        response.on('end', () => {
          const { etag } = response.headers;
          if (response.statusCode === 200 && etag) resolve(etag);
          else reject(new Error(`PUT returned ${response.statusCode}; expected 200: ${text}`));
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Reads the bytes [start, end) and discards them. */
export function readRange(agent: Agent, url: string, start: number, end: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { agent, headers: { range: `bytes=${start}-${end - 1}` } },
      (response) => {
        let read = 0;
        response.on('data', (piece: Buffer) => {
          read += piece.length;
        });
        response.on('end', () => {
          if (response.statusCode === 206 && read === end - start) resolve();
          else
            reject(
              new Error(
                `GET returned ${response.statusCode} and ${read} bytes; expected 206 and ${end - start}.`,
              ),
            );
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}
