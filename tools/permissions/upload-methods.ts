import { AbortMultipartUploadCommand } from '@aws-sdk/client-s3';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { AwsError } from '@reelgate/local-cloud';
import type { FormGrant, PutGrant, Upload } from '../../core/contract/wire.ts';
import { defaultBudgets } from '../../core/quota/budgets.ts';
import { dayExpiresAt, dayOf } from '../../core/quota/daily-budget.ts';
import { encodeOwner } from '../../core/uploads/object-keys.ts';
import { dayItemKey } from '../../core/uploads/records.ts';
import { endOf, eventually, type Fixture, film, itemOf, requestFor } from './fixture.ts';
import type { Scenario } from './scenarios.ts';

/** Uploads by clients that do not use parts, or do not know this API. */
export const UPLOAD_METHODS: readonly Scenario[] = [
  { name: 'sent by a single PUT', run: byPut },
  { name: 'a single PUT after the end of its upload', run: putAfterTheEnd },
  { name: 'posted by a form', run: byForm },
  { name: 'uploaded, listed and aborted with Companion’s protocol', run: byCompanion },
  { name: 'a Companion session too many', run: sessionTooMany },
];

async function byPut(fixture: Fixture): Promise<void> {
  const { upload } = await create<PutGrant>(fixture, 'put');
  const { grant } = await signAgain<PutGrant>(fixture, upload);
  const status = await putTo(grant, film);
  if (status !== 200) throw new Error(`S3 returned ${status} for the PUT; expected 200.`);
  await endOf(fixture, upload.id, 'ready');
}

/** After a deletion and after a rejection, S3 refuses the grant. */
async function putAfterTheEnd(fixture: Fixture): Promise<void> {
  const deleted = await create<PutGrant>(fixture, 'put');
  await call(fixture, 'DELETE', `/v1/uploads/${deleted.upload.id}`);
  if ((await putTo(deleted.grant, film)) !== 412) throw new Error('The deleted upload was sent.');
  const text = Buffer.from('Text only.\n'.repeat(100));
  const rejected = await create<PutGrant>(fixture, 'put', text);
  await putTo(rejected.grant, text);
  await endOf(fixture, rejected.upload.id, 'rejected');
  // The workflow deletes the source first, so a PUT in between is stored, and deleted as a late object.
  await eventually('the refusal of the rejected upload', async () =>
    (await putTo(rejected.grant, text)) === 412 ? true : undefined,
  );
}

async function putTo({ url, headers }: PutGrant, body: Uint8Array): Promise<number> {
  return (await fetch(url, { method: 'PUT', headers, body: Buffer.from(body) })).status;
}

/** Posts a form; the workflow processes the file. */
export async function postFilm(fixture: Fixture): Promise<Upload> {
  const { upload } = await create<FormGrant>(fixture, 'post');
  const { grant } = await signAgain<FormGrant>(fixture, upload);
  await post(grant);
  return upload;
}

/** Posts a form whose event is lost: each attempt of its function to read the upload fails. */
export async function postWithoutEvent(fixture: Fixture): Promise<Upload> {
  const { upload, grant } = await create<FormGrant>(fixture, 'post');
  const failed = new Promise<void>((resolve) => {
    // Lambda attempts an asynchronous invocation three times.
    for (let attempt = 0; attempt < 3; attempt += 1) {
      fixture.once(
        ({ operation, request: { body, caller } }) =>
          operation === 'GetItem' &&
          body.includes(upload.id) &&
          caller.kind === 'role' &&
          /acceptform/i.test(caller.roleArn),
        () => {
          resolve();
          throw new AwsError('AccessDeniedException', 'This event must be lost.');
        },
      );
    }
  });
  await post(grant);
  await failed;
  return upload;
}

async function byForm(fixture: Fixture): Promise<void> {
  const upload = await postFilm(fixture);
  await endOf(fixture, upload.id, 'ready');
}

async function byCompanion(fixture: Fixture): Promise<void> {
  const { path } = await call<{ path: string }>(fixture, 'POST', '/v1/companion-sessions');
  const query = new URLSearchParams({
    filename: 'film.mp4',
    type: 'video/mp4',
    'metadata[size]': String(film.length),
  });
  await post(await call(fixture, 'GET', `${path}/s3/params?${query}`));
  const { id, named } = await begin(fixture, path);
  const at = `${path}/s3/multipart/${id}`;
  const { url } = await call<{ url: string }>(fixture, 'GET', `${at}/1${named}`);
  const sent = await fetch(url, { method: 'PUT', body: Buffer.from(film) });
  const parts = [{ PartNumber: 1, ETag: sent.headers.get('etag') }];
  await call(fixture, 'GET', at + named);
  await call(fixture, 'POST', `${at}/complete${named}`, { parts });
  await endOf(fixture, id, 'ready');

  // With a token, and completed after S3 has deleted the parts.
  const other = await begin(fixture, '/v1/companion');
  const { objectKey, s3UploadId } = await itemOf(fixture, other.id);
  const Bucket = fixture.hosted.sourceBucket;
  await fixture.s3.send(
    new AbortMultipartUploadCommand({ Bucket, Key: objectKey, UploadId: s3UploadId }),
  );
  const lost = `/v1/companion/s3/multipart/${other.id}`;
  const { code } = await call<{ code?: string }>(
    fixture,
    'POST',
    `${lost}/complete${other.named}`,
    {
      parts,
    },
  );
  if (code !== 'upload_gone')
    throw new Error(`Completing deleted parts returned ${code}; expected upload_gone.`);
  await call(fixture, 'DELETE', lost + other.named);
  await eventually(`the end of ${other.id}`, async () =>
    (await itemOf(fixture, other.id)).quota === 'returned' ? true : undefined,
  );
}

async function sessionTooMany(fixture: Fixture): Promise<void> {
  const { sub } = JSON.parse(
    Buffer.from(fixture.token.split('.')[1] ?? '', 'base64url').toString(),
  ) as { sub: string };
  const used = async (companionSessions: number) => {
    await fixture.table.send(
      new UpdateCommand({
        TableName: fixture.hosted.table,
        Key: dayItemKey(encodeOwner(sub), dayOf(Date.now())),
        UpdateExpression: 'SET companionSessions = :used, expiresAt = :expiresAt',
        ExpressionAttributeValues: {
          ':used': companionSessions,
          ':expiresAt': dayExpiresAt(Date.now()),
        },
      }),
    );
  };
  await used(defaultBudgets.companionSessionsPerDay);
  const { code } = await call<{ code?: string }>(fixture, 'POST', '/v1/companion-sessions');
  if (code !== 'daily_sessions_exceeded') {
    throw new Error(`A session too many returned ${code}; expected daily_sessions_exceeded.`);
  }
  await used(0);
}

async function begin(fixture: Fixture, base: string) {
  const { uploadId, key } = await call<{ uploadId: string; key: string }>(
    fixture,
    'POST',
    `${base}/s3/multipart`,
    { filename: 'film.mp4', type: 'video/mp4', metadata: { size: film.length } },
  );
  return { id: uploadId, named: `?key=${encodeURIComponent(key)}` };
}

function create<Grant>(fixture: Fixture, method: 'put' | 'post', file: Uint8Array = film) {
  const body = { ...requestFor(file), method };
  return call<{ upload: Upload; grant: Grant }>(fixture, 'POST', '/v1/uploads', body);
}

function signAgain<Grant>(fixture: Fixture, { id }: Upload) {
  return call<{ grant: Grant }>(fixture, 'POST', `/v1/uploads/${id}/grant`);
}

async function post({ url, fields }: Pick<FormGrant, 'url' | 'fields'>): Promise<void> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([Buffer.from(film)]), 'film.mp4');
  const { status } = await fetch(url, { method: 'POST', body: form });
  if (status !== 201) throw new Error(`S3 returned ${status} for the form; expected 201.`);
}

/** Calls the API and returns its body, also for errors. Paths with a capability are called without a token. */
async function call<Body>(
  { hosted, token }: Fixture,
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
