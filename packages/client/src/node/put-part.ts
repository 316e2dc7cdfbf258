import { Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { ConnectionFailure, type PartResponse, type SendingOptions } from '../part-source.ts';

/** Connections to S3 that are kept between parts: a new one costs up to three round trips and begins slowly. */
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

/** S3's error documents have some hundred bytes. */
const MAX_ANSWER = 64 * 1024;

/**
 * PUTs `size` bytes as they are read, with nothing of them held but two chunks.
 *
 * @param chunks each may be overwritten once the one after the next is asked for
 * @throws ConnectionFailure, and whatever `chunks` throws
 */
export function putPart(
  connections: Connections,
  url: string,
  size: number,
  chunks: AsyncIterable<Uint8Array>,
  { onBytes, signal }: SendingOptions,
): Promise<Omit<PartResponse, 'crc'>> {
  return new Promise((resolve, reject) => {
    const request = connections.request(new URL(url), size);
    let answered = false;
    const end = (settle: () => void) => {
      signal.removeEventListener('abort', stop);
      settle();
    };
    const fail = (error: unknown) =>
      end(() => {
        request.destroy();
        reject(error);
      });
    const stop = () => fail(new ConnectionFailure('The attempt was stopped.'));
    request.on('error', (cause) => fail(new ConnectionFailure(cause.message, { cause })));
    request.on('response', (response) => {
      answered = true;
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        if (body.length < MAX_ANSWER) body += text;
      });
      response.on('error', (cause) => fail(new ConnectionFailure(cause.message, { cause })));
      response.on('end', () =>
        end(() => {
          // S3 answered before it had all: what is on its way would be read as the next request.
          if (!request.writableFinished) request.destroy();
          resolve({ status: response.statusCode ?? 0, etag: response.headers.etag, body });
        }),
      );
    });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) return stop();

    const write = async () => {
      let sent = 0;
      let flushed = Promise.resolve();
      for await (const chunk of chunks) {
        await flushed;
        if (answered || request.destroyed) return;
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
