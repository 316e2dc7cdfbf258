import { expandGrant } from '../../../core/contract/expand-grant.ts';
import { type CompactGrant, compactGrantSchema } from '../../../core/contract/grant.ts';

/** The API by plain HTTP calls: benches must not measure our client. */
export interface UploadCaller {
  readonly api: string;
  readonly token: string;
}

export interface Begun {
  readonly id: string;
  readonly partSize: number;
  readonly grant: CompactGrant;
  /** Bytes of the response body. */
  readonly responseBytes: number;
}

/** `POST /v1/uploads` */
export async function begin(caller: UploadCaller, size: number): Promise<Begun> {
  const text = await call(caller, 'POST', '/v1/uploads', {
    fileName: 'bench.mp4',
    contentType: 'video/mp4',
    size,
  });
  const { upload, grant } = JSON.parse(text) as {
    upload: { id: string; parts: { size: number } };
    grant: unknown;
  };
  return {
    id: upload.id,
    partSize: upload.parts.size,
    grant: compactGrantSchema.parse(grant),
    responseBytes: new TextEncoder().encode(text).length,
  };
}

export interface SentPart {
  readonly partNumber: number;
  readonly etag: string;
}

/** PUTs the file's parts one after the other. */
export async function sendAll(file: Uint8Array<ArrayBuffer>, begun: Begun): Promise<SentPart[]> {
  const sent: SentPart[] = [];
  const cut = { size: file.length, partSize: begun.partSize };
  for (const { partNumber, url, offset, size } of expandGrant(begun.grant, cut)) {
    const body = file.subarray(offset, offset + size);
    const response = await fetch(url, { method: 'PUT', body });
    const etag = response.headers.get('etag');
    if (!response.ok || !etag) throw new Error(`Part ${partNumber}: ${await response.text()}`);
    sent.push({ partNumber, etag });
  }
  return sent;
}

/**
 * `POST /v1/uploads/{id}/complete`, repeated after 503 as every client must: API Gateway waits 30 s for a function.
 * Returns the number of retries.
 */
export async function complete(
  caller: UploadCaller,
  id: string,
  parts: readonly SentPart[],
): Promise<number> {
  for (let retries = 0; ; retries++) {
    try {
      await call(caller, 'POST', `/v1/uploads/${id}/complete`, { parts });
      return retries;
    } catch (error) {
      if (!(error instanceof CallFailed) || error.status !== 503 || retries === MAX_RETRIES)
        throw error;
      await new Promise((resolve) => setTimeout(resolve, 1_000 * (1 + Math.random())));
    }
  }
}

const MAX_RETRIES = 20;

class CallFailed extends Error {
  override readonly name = 'CallFailed';
  readonly status: number;

  constructor(what: string, status: number, text: string) {
    super(`${what}: ${status} ${text}`);
    this.status = status;
  }
}

export async function statusOf(caller: UploadCaller, id: string): Promise<string> {
  const { upload } = JSON.parse(await call(caller, 'GET', `/v1/uploads/${id}`)) as {
    upload: { status: string };
  };
  return upload.status;
}

async function call(
  { api, token }: UploadCaller,
  method: string,
  path: string,
  body?: object,
): Promise<string> {
  const response = await fetch(new URL(path, api), {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new CallFailed(`${method} ${path}`, response.status, text);
  return text;
}
