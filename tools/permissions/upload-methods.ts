import { AbortMultipartUploadCommand } from '@aws-sdk/client-s3';
import { AwsError } from '@reelgate/local-cloud';
import type { FormGrant, PutGrant, Upload } from '../../core/contract/wire.ts';
import { endOf, eventually, film, itemOf, requestFor, type Stage } from './fixture.ts';
import type { Scenario } from './scenarios.ts';

/** What clients do that know nothing of the parts, or nothing of this API. */
export const WAYS_IN: readonly Scenario[] = [
  { name: 'sent by one PUT', run: byPut },
  { name: 'posted by a form', run: byForm },
  { name: 'uploaded, listed and given up by Companion’s protocol', run: byCompanion },
];

async function byPut(stage: Stage): Promise<void> {
  const { upload } = await create<PutGrant>(stage, 'put');
  const { grant } = await signAgain<PutGrant>(stage, upload);
  const body = Buffer.from(film);
  const { status } = await fetch(grant.url, { method: 'PUT', headers: grant.headers, body });
  if (status !== 200) throw new Error(`S3 answered the PUT with ${status}.`);
  await endOf(stage, upload.id, 'ready');
}

/** Posts a form; what follows is the workflow's. */
export async function postFilm(stage: Stage): Promise<Upload> {
  const { upload } = await create<FormGrant>(stage, 'post');
  const { grant } = await signAgain<FormGrant>(stage, upload);
  await post(grant);
  return upload;
}

/** A form's file that nobody takes in: each try to read its upload fails. */
export async function postUnheard(stage: Stage): Promise<Upload> {
  const { upload, grant } = await create<FormGrant>(stage, 'post');
  const failed = new Promise<void>((resolve) => {
    // Lambda tries an event three times.
    for (let tries = 0; tries < 3; tries += 1) {
      stage.once(
        ({ operation, request: { body, caller } }) =>
          operation === 'GetItem' &&
          body.includes(upload.id) &&
          caller.kind === 'role' &&
          /acceptform/i.test(caller.roleArn),
        () => {
          resolve();
          throw new AwsError('AccessDeniedException', 'The event is to be lost.');
        },
      );
    }
  });
  await post(grant);
  await failed;
  return upload;
}

async function byForm(stage: Stage): Promise<void> {
  const upload = await postFilm(stage);
  await endOf(stage, upload.id, 'ready');
}

async function byCompanion(stage: Stage): Promise<void> {
  const { path } = await ask<{ path: string }>(stage, 'POST', '/v1/companion-sessions');
  const query = new URLSearchParams({
    filename: 'film.mp4',
    type: 'video/mp4',
    'metadata[size]': String(film.length),
  });
  await post(await ask(stage, 'GET', `${path}/s3/params?${query}`));
  const { id, named } = await begin(stage, path);
  const at = `${path}/s3/multipart/${id}`;
  const { url } = await ask<{ url: string }>(stage, 'GET', `${at}/1${named}`);
  const sent = await fetch(url, { method: 'PUT', body: Buffer.from(film) });
  const parts = [{ PartNumber: 1, ETag: sent.headers.get('etag') }];
  await ask(stage, 'GET', at + named);
  await ask(stage, 'POST', `${at}/complete${named}`, { parts });
  await endOf(stage, id, 'ready');

  // By a token, and completed after S3 has forgotten the parts.
  const other = await begin(stage, '/v1/companion');
  const { objectKey, s3UploadId } = await itemOf(stage, other.id);
  const Bucket = stage.hosted.sourceBucket;
  await stage.s3.send(
    new AbortMultipartUploadCommand({ Bucket, Key: objectKey, UploadId: s3UploadId }),
  );
  const lost = `/v1/companion/s3/multipart/${other.id}`;
  const { code } = await ask<{ code?: string }>(stage, 'POST', `${lost}/complete${other.named}`, {
    parts,
  });
  if (code !== 'upload_gone') throw new Error(`Completing forgotten parts was answered ${code}.`);
  await ask(stage, 'DELETE', lost + other.named);
  await eventually(`the end of ${other.id}`, async () =>
    (await itemOf(stage, other.id)).quota === 'returned' ? true : undefined,
  );
}

async function begin(stage: Stage, base: string) {
  const { uploadId, key } = await ask<{ uploadId: string; key: string }>(
    stage,
    'POST',
    `${base}/s3/multipart`,
    { filename: 'film.mp4', type: 'video/mp4', metadata: { size: film.length } },
  );
  return { id: uploadId, named: `?key=${encodeURIComponent(key)}` };
}

function create<Grant>(stage: Stage, method: 'put' | 'post') {
  const body = { ...requestFor(film), method };
  return ask<{ upload: Upload; grant: Grant }>(stage, 'POST', '/v1/uploads', body);
}

function signAgain<Grant>(stage: Stage, { id }: Upload) {
  return ask<{ grant: Grant }>(stage, 'POST', `/v1/uploads/${id}/grant`);
}

async function post({ url, fields }: Pick<FormGrant, 'url' | 'fields'>): Promise<void> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([Buffer.from(film)]), 'film.mp4');
  const { status } = await fetch(url, { method: 'POST', body: form });
  if (status !== 201) throw new Error(`S3 answered the form with ${status}.`);
}

/** The API's answer, also where it refuses. Where a capability is in the path no token goes with it. */
async function ask<Body>(
  { hosted, token }: Stage,
  method: string,
  path: string,
  body?: object,
): Promise<Body> {
  const response = await fetch(new URL(path, hosted.api), {
    method,
    headers: {
      ...(!path.startsWith('/companion/') && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return (await response.json()) as Body;
}
