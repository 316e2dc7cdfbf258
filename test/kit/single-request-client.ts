import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FormGrant, PutGrant, Upload } from '../../core/contract/wire.ts';
import type { HostedCloud } from './hosted-cloud.ts';

/** One second of video without sound: the fastest input for the pipeline. */
export const film = readFileSync(
  join(import.meta.dirname, '../fixtures/media/sample_video_only.mp4'),
);

export interface ApiResponse<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** A client that uses HTTP only, without reelgate's client. */
export function plainClient(cloud: HostedCloud, username = 'uploader-a') {
  const ask = async <Body>(
    method: string,
    path: string,
    body?: unknown,
    signed = true,
  ): Promise<ApiResponse<Body>> => {
    const response = await fetch(new URL(path, cloud.hosted.api), {
      method,
      headers: {
        ...(signed && { authorization: `Bearer ${await cloud.tokenOf(username)}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(text) as Body };
  };
  const create = async <Grant>(method: 'put' | 'post', more: object = {}, bytes: Buffer = film) => {
    const response = await ask<{ upload: Upload; grant: Grant }>('POST', '/v1/uploads', {
      fileName: 'film.mp4',
      contentType: 'video/mp4',
      size: bytes.length,
      method,
      ...more,
    });
    if (response.status !== 201) throw new Error(JSON.stringify(response.body));
    return response.body;
  };
  return {
    ask,
    createPut: (more?: object, bytes?: Buffer) => create<PutGrant>('put', more, bytes),
    createPost: (more?: object, bytes?: Buffer) => create<FormGrant>('post', more, bytes),
    async get(id: string): Promise<Upload> {
      return (await ask<{ upload: Upload }>('GET', `/v1/uploads/${id}`)).body.upload;
    },
    /** Polls until the upload has ended. */
    async endOf(id: string): Promise<Upload> {
      for (;;) {
        const upload = await this.get(id);
        if (['ready', 'rejected', 'failed', 'cancelled', 'expired'].includes(upload.status)) {
          return upload;
        }
        await sleep(100);
      }
    },
    /** A Companion path with a capability, as Uppy 6 needs it. */
    async companionPath(): Promise<string> {
      const { body } = await ask<{ path: string }>('POST', '/v1/companion-sessions');
      return body.path;
    },
  };
}

/** S3's response: status, error code if there is one, and headers. */
export async function readS3Response(response: Response) {
  const text = await response.text();
  const code = /<Code>(\w+)</.exec(text)?.[1];
  return { status: response.status, code, headers: response.headers };
}

/** Sends the PUT of a grant; options replace parts of the request. */
export async function put(grant: PutGrant, bytes: Buffer = film, headers: object = grant.headers) {
  return readS3Response(
    await fetch(grant.url, { method: 'PUT', headers: { ...headers }, body: new Uint8Array(bytes) }),
  );
}

/** Posts a form as a page does. */
export async function post(
  { url, fields, fileField }: Pick<FormGrant, 'url' | 'fields' | 'fileField'>,
  bytes: Buffer = film,
) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append(fileField, new Blob([new Uint8Array(bytes)]), 'film.mp4');
  return readS3Response(await fetch(url, { method: 'POST', body: form, redirect: 'manual' }));
}
