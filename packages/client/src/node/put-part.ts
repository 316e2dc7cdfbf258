import { Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { ConnectionFailure, type PartRequestOptions, type PartResponse } from '../part-source.ts';

/** Connections to S3, reused between parts: a new one costs up to three round trips and starts slowly. */
export class Connections {
  readonly #plain = new PlainAgent({ keepAlive: true });
  readonly #secure = new SecureAgent({ keepAlive: true });

  request(url: URL, size: number) {
    const options = { method: 'PUT', headers: { 'content-length': size } };
    return url.protocol === 'https:'
      ? secureRequest(url, { ...options, agent: this.#secure })
      : plainRequest(url, { ...options, agent: this.#plain });
  }

  close(): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }
}

/** S3's error documents have a few hundred bytes. */
const MAX_RESPONSE_CHARACTERS = 64 * 1024;

/**
 * PUTs `size` bytes while they are read; at most two chunks are in memory.
 *
 * @param chunks a chunk's buffer may be reused when the chunk after the next one is requested
 * @throws ConnectionFailure, and every error of `chunks`
 */
export function putPart(
  connections: Connections,
  url: string,
  size: number,
  chunks: AsyncIterable<Uint8Array>,
  { onBytes, signal }: PartRequestOptions,
): Promise<Omit<PartResponse, 'crc'>> {
  return new Promise((resolve, reject) => {
    const request = connections.request(new URL(url), size);
    let responded = false;
    const end = (settle: () => void) => {
      signal.removeEventListener('abort', abort);
      settle();
    };
    const fail = (error: unknown) =>
      end(() => {
        request.destroy();
        reject(error);
      });
    const abort = () => fail(new ConnectionFailure('The attempt was aborted.'));
    request.on('error', (cause) => fail(new ConnectionFailure(cause.message, { cause })));
    request.on('response', (response) => {
      responded = true;
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        if (body.length < MAX_RESPONSE_CHARACTERS) body += text;
      });
      response.on('error', (cause) => fail(new ConnectionFailure(cause.message, { cause })));
      response.on('end', () =>
        end(() => {
          // S3 responded before it had all bytes: the rest would be read as the next request.
          if (!request.writableFinished) request.destroy();
          resolve({ status: response.statusCode ?? 0, etag: response.headers.etag, body });
        }),
      );
    });
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) return abort();

    const write = async () => {
      let sent = 0;
      let flushed = Promise.resolve();
      for await (const chunk of chunks) {
        await flushed;
        if (responded || request.destroyed) return;
        flushed = new Promise((done) => {
          request.write(chunk, () => {
            sent += chunk.length;
            if (!request.destroyed) onBytes(sent);
            done();
          });
        });
      }
      await flushed;
      request.end();
    };
    write().catch(fail);
  });
}
