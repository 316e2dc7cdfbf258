import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A response of the fake API. A string is sent as it is, anything else as JSON. */
export interface FakeResponse {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** The connection is cut without a response. */
  readonly cut?: boolean;
}

export interface FakeRequest {
  readonly method: string;
  readonly url: string;
  readonly authorization: string;
  readonly idempotencyKey: string | undefined;
  readonly body: string;
}

/** An HTTP server in place of the API. */
export interface FakeApi {
  readonly url: string;
  readonly requests: FakeRequest[];
  close(): Promise<void>;
}

/** @param respond called for every request, with its body */
export async function fakeApi(
  respond: (request: FakeRequest) => FakeResponse | Promise<FakeResponse>,
): Promise<FakeApi> {
  const requests: FakeRequest[] = [];
  const server: Server = createServer((incoming, outgoing) => {
    let body = '';
    incoming.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    incoming.on('end', async () => {
      const request = {
        method: incoming.method ?? '',
        url: incoming.url ?? '',
        authorization: incoming.headers.authorization ?? '',
        idempotencyKey: incoming.headers['idempotency-key'] as string | undefined,
        body,
      };
      requests.push(request);
      const response = await respond(request);
      if (response.cut) {
        outgoing.destroy();
        return;
      }
      outgoing.writeHead(response.status ?? 200, response.headers);
      outgoing.end(
        typeof response.body === 'string' ? response.body : JSON.stringify(response.body ?? {}),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const PART_BYTES = 10;

/** An upload of two parts, as the API returns it. */
export const uploadBody = (more: object = {}) => ({
  id: 'upload-1',
  status: 'waiting',
  size: 2 * PART_BYTES,
  parts: { size: PART_BYTES, count: 2 },
  progress: { percent: 0 },
  updatedAt: '',
  ...more,
});

export const grantBody = (partNumbers: readonly number[] = [1, 2]) => ({
  method: 'PUT',
  urlTemplate: 'https://s3/?X-Amz-Expires=3600&s={signature}&n={partNumber}',
  partNumbers,
  signatures: partNumbers.map(String),
  expiresAt: '2099-01-01T00:00:00Z',
});

export const problemBody = (code: string, status: number, more: object = {}) => ({
  type: `urn:reelgate:problem:${code}`,
  title: `Title of ${code}`,
  status,
  code,
  next: 'Do something else.',
  retryable: false,
  ...more,
});
