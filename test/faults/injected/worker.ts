import { expandGrant } from '../../../core/contract/expand-grant.ts';
import type { Upload } from '../../../core/contract/upload.ts';
import type { CompactGrant, FormGrant, PutGrant } from '../../../core/contract/wire.ts';
import { encodeOwner } from '../../../core/uploads/object-keys.ts';
import { accessToken } from '../../../tools/cloud/access-token.ts';
import type { FaultCloud } from './fault-cloud.ts';

/** A response of the API. */
export interface ApiResponse {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Sent {
  readonly partNumber: number;
  readonly etag: string;
}

export interface Begun {
  readonly upload: Upload;
  readonly grant: CompactGrant;
  readonly idempotencyKey: string;
}

/** Maximum attempts of one request while its response is retryable. */
const MAX_TRIES = 12;
const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 800;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * One owner with one upload at a time, so that the owner's quota is that upload's. Retries like any client
 * that respects `retryable`, and counts the retries.
 */
export class Worker {
  readonly cloud: FaultCloud;
  readonly username: string;
  readonly owner: string;
  /** Responses that were retried, as `POST 503`. */
  retried: string[] = [];

  readonly #token: string;

  private constructor(cloud: FaultCloud, username: string, owner: string, token: string) {
    this.cloud = cloud;
    this.username = username;
    this.owner = owner;
    this.#token = token;
  }

  static async open(cloud: FaultCloud, username: string): Promise<Worker> {
    const token = await accessToken(cloud.cloud.hosted, username);
    const [, payload = ''] = token.split('.');
    const { sub } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string };
    return new Worker(cloud, username, encodeOwner(sub), token);
  }

  /** Sends one request and retries it while the response is retryable. */
  async ask(method: string, path: string, body?: object, headers = {}): Promise<ApiResponse> {
    for (let attempt = 1; ; attempt += 1) {
      const response = await this.once(method, path, body, headers);
      if (attempt === MAX_TRIES || !mayHelp(response)) return response;
      this.retried.push(`${method} ${response.status}`);
      await pause(Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt));
    }
  }

  /** Sends one request. A network error is status 0. */
  async once(method: string, path: string, body?: object, headers = {}): Promise<ApiResponse> {
    const token = this.#token;
    try {
      const response = await fetch(new URL(path, this.cloud.cloud.hosted.api), {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as ApiResponse['body'] };
    } catch {
      return { status: 0, body: {} };
    }
  }

  async create(file: Uint8Array, idempotencyKey: string): Promise<Begun> {
    const request = { fileName: 'film.mp4', contentType: 'video/mp4', size: file.length };
    const headers = { 'idempotency-key': idempotencyKey };
    const { upload, grant } = granted(
      201,
      await this.ask('POST', '/v1/uploads', request, headers),
    ) as { upload: Upload; grant: CompactGrant };
    return { upload, grant, idempotencyKey };
  }

  /** As `create`, for a file that is sent in one request. */
  async createSingle<Method extends 'put' | 'post'>(
    method: Method,
    file: Uint8Array,
    idempotencyKey: string,
  ) {
    const request = { fileName: 'film.mp4', contentType: 'video/mp4', size: file.length, method };
    const headers = { 'idempotency-key': idempotencyKey };
    return granted(201, await this.ask('POST', '/v1/uploads', request, headers)) as unknown as {
      upload: Upload;
      grant: Method extends 'put' ? PutGrant : FormGrant;
    };
  }

  /** Sends the file as a script does, and again after an error. */
  async sendPut({ url, headers }: PutGrant, file: Uint8Array): Promise<void> {
    await this.#sent('PUT', async () => {
      const response = await fetch(url, { method: 'PUT', headers, body: Buffer.from(file) });
      // An earlier attempt, whose response was lost, has stored it.
      return response.status === 412 ? new Response() : response;
    });
  }

  /** Posts the form as a browser does, and again after an error. */
  async sendForm({ url, fields, fileField }: FormGrant, file: Uint8Array): Promise<void> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append(fileField, new Blob([Buffer.from(file)]));
    await this.#sent('POST', () => fetch(url, { method: 'POST', body: form }));
  }

  /** Sends every part of the grant; repeats a part that S3 refuses. */
  async send(
    { upload, grant }: Pick<Begun, 'upload' | 'grant'>,
    file: Uint8Array,
  ): Promise<Sent[]> {
    const cut = { size: file.length, partSize: upload.parts.size };
    const sent: Sent[] = [];
    for (const part of expandGrant(grant, cut)) {
      const bytes = Buffer.from(file.subarray(part.offset, part.offset + part.size));
      sent.push({ partNumber: part.partNumber, etag: await this.#put(part.url, bytes) });
    }
    return sent;
  }

  async #put(url: string, body: Uint8Array): Promise<string> {
    const put = () => fetch(url, { method: 'PUT', body: Buffer.from(body) });
    return (await this.#sent('PUT', put)).headers.get('etag') ?? '';
  }

  /** Sends a request to S3 until S3 accepts it. */
  async #sent(method: string, send: () => Promise<Response>): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      const response = await send().catch(() => undefined);
      const text = await response?.text();
      if (response?.ok) return response;
      const status = response?.status ?? 0;
      if (attempt === MAX_TRIES || (status !== 0 && status < 500)) {
        throw new Error(`S3 refuses a ${method}: ${status} ${text}`);
      }
      this.retried.push(`${method} ${status}`);
      await pause(Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt));
    }
  }

  async sign(id: string): Promise<CompactGrant> {
    const response = await this.ask('POST', `/v1/uploads/${id}/grant`, {});
    return (granted(200, response) as { grant: CompactGrant }).grant;
  }

  async complete(id: string, parts: readonly Sent[]): Promise<Upload> {
    const response = await this.ask('POST', `/v1/uploads/${id}/complete`, { parts });
    return (granted(202, response) as { upload: Upload }).upload;
  }

  async cancel(id: string): Promise<Upload> {
    return (granted(200, await this.ask('DELETE', `/v1/uploads/${id}`)) as { upload: Upload })
      .upload;
  }
}

function granted(wanted: number, { status, body }: ApiResponse): ApiResponse['body'] {
  if (status === wanted) return body;
  throw new Error(`The API responses ${status} ${JSON.stringify(body)} where ${wanted} is due.`);
}

function mayHelp({ status, body }: ApiResponse): boolean {
  return (
    status === 0 || status === 429 || status >= 500 || (status >= 400 && body.retryable === true)
  );
}
