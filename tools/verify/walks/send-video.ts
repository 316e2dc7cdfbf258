import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { upload } from '@reelgate/client';
import type { FormGrant, PutGrant, Upload } from '../../../core/contract/wire.ts';
import { contentTypeOf } from '../../demo/content-type.ts';
import { type ApiClient, sendToS3 } from '../api-client.ts';
import type { VideoWalk } from '../findings.ts';

/** Sends a file by one of the upload methods, calls `created` with the id of its upload, and returns when all is sent. */
export type SendVideo = (
  api: ApiClient,
  path: string,
  created: (uploadId: string) => void,
  signal: AbortSignal,
) => Promise<void>;

const sendInParts: SendVideo = async ({ address, getToken }, path, created, signal) => {
  await upload(path, {
    api: address,
    getToken,
    signal,
    resume: false,
    store: false,
    contentType: contentTypeOf(path),
    onGranted: ({ id }) => created(id),
  }).done;
};

const sendByPut: SendVideo = async (api, path, created, signal) => {
  const { grant, bytes } = await create<PutGrant>(api, 'put', path, created);
  const { url, headers } = grant;
  await sendToS3(url, { method: 'PUT', headers, body: bytes, signal });
};

const sendByForm: SendVideo = async (api, path, created, signal) => {
  const { grant, bytes } = await create<FormGrant>(api, 'post', path, created);
  const form = new FormData();
  for (const [name, value] of Object.entries(grant.fields)) form.append(name, value);
  form.append(grant.fileField, new Blob([bytes]), basename(path));
  await sendToS3(grant.url, { method: 'POST', body: form, signal });
};

/** As Uppy 5 does it: create, sign each part, complete. */
const sendByCompanion: SendVideo = async (api, path, created, signal) => {
  const bytes = new Uint8Array(await readFile(path));
  const base = '/v1/companion/s3/multipart';
  const { key, uploadId } = await api.ask<{ key: string; uploadId: string }>('POST', base, {
    filename: basename(path),
    type: contentTypeOf(path),
    metadata: { size: String(bytes.length) },
  });
  created(uploadId);
  const query = `?key=${encodeURIComponent(key)}`;
  const { url } = await api.ask<{ url: string }>('GET', `${base}/${uploadId}/1${query}`);
  const sent = await sendToS3(url, { method: 'PUT', body: bytes, signal });
  const parts = [{ PartNumber: 1, ETag: sent.get('etag') }];
  await api.ask('POST', `${base}/${uploadId}/complete${query}`, { parts });
};

async function create<Grant>(
  api: ApiClient,
  method: 'put' | 'post',
  path: string,
  created: (uploadId: string) => void,
) {
  const bytes = new Uint8Array(await readFile(path));
  const response = await api.ask<{ upload: Upload; grant: Grant }>('POST', '/v1/uploads', {
    fileName: basename(path),
    contentType: contentTypeOf(path),
    size: bytes.length,
    method,
  });
  created(response.upload.id);
  return { grant: response.grant, bytes };
}

/** How each walk sends its video. */
export const SEND: Readonly<Record<VideoWalk, SendVideo>> = {
  multipart: sendInParts,
  put: sendByPut,
  form: sendByForm,
  companion: sendByCompanion,
  interlaced: sendByPut,
};
