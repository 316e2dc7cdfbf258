import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { signIn } from '@reelgate/local-cloud/sign-in';
import { capabilityKey, newCapability } from '../../../core/grants/capability.ts';
import { ACCOUNTS } from '../../../tools/cloud/accounts.ts';
import { film, plainClient } from '../../kit/single-request-client.ts';
import { row } from '../rows.ts';
import { type AttackTarget, attackTarget, kindOf } from './attack-target.ts';
import { responseText, tally } from './state-texts.ts';

let target: AttackTarget;
let client: ReturnType<typeof plainClient>;
/** The Companion base path of owner A, and a multipart upload that A started there. */
let mine: string;
let begun: { readonly uploadId: string; readonly key: string };

const asked = (size: number) => ({
  filename: 'film.mp4',
  type: 'video/mp4',
  metadata: { name: 'film.mp4', size },
});

beforeAll(async () => {
  target = await attackTarget({ upload: { quota: { maximumActiveUploads: 5 } } });
  client = plainClient(target.cloud);
  mine = await client.companionPath();
  const { body } = await client.ask<typeof begun>(
    'POST',
    `${mine}/s3/multipart`,
    asked(film.length),
    false,
  );
  begun = body;
});

afterAll(() => target?.close());

/** Every operation that names an upload. */
const operations = (id: string, key: string) => {
  const at = `/s3/multipart/${id}`;
  const named = `?key=${encodeURIComponent(key)}`;
  const parts = [{ PartNumber: 1, ETag: '"0"' }];
  return [
    ['GET', at + named, undefined],
    ['GET', `${at}/1${named}`, undefined],
    ['GET', `${at}/batch${named}&partNumbers=1`, undefined],
    ['POST', `${at}/complete${named}`, { parts }],
    ['DELETE', at + named, undefined],
  ] as const;
};

const ABSENT = '019b7c2e-5a3e-7000-8000-0123456789ab';

async function stateOf(): Promise<string> {
  const { status } = await client.get(begun.uploadId);
  return `A's upload is ${status}`;
}

/** Requests every operation below `base` without an Authorization header. */
async function askAll(base: string, id: string, key: string) {
  return Promise.all(
    operations(id, key).map(([method, path, body]) => client.ask(method, base + path, body, false)),
  );
}

it('A capability of owner B gives no access to uploads of owner A: the responses are those for an absent upload', async () => {
  const others = await plainClient(target.cloud, 'uploader-b').companionPath();
  const responses = await askAll(others, begun.uploadId, begun.key);
  const absent = await askAll(others, ABSENT, begun.key);
  expect(responses.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
  expect(responses.map(({ body }) => kindOf(body))).toEqual(absent.map(({ body }) => kindOf(body)));
  row(tally(responses.map(responseText)), await stateOf());
});

it('The id of an own upload with the key of another upload gives no access', async () => {
  const keys = ['', 'x', begun.key.replace(/\/[^/]+\//, '/AAAA/'), `${begun.key}/..`];
  const responses = (
    await Promise.all(keys.map((key) => askAll(mine, begun.uploadId, key)))
  ).flat();
  for (const { status } of responses) expect(status).toBe(404);
  row(tally(responses.map(responseText)), await stateOf());
});

async function ended(): Promise<string> {
  const owner = await target.owner('uploader-a');
  const past = Date.now() - 3_600_000;
  const { capability, item } = newCapability({ owner, subject: 'a' }, randomBytes(32), past, 3_599);
  const Item = { ...item };
  await target.table.send(new PutCommand({ TableName: target.cloud.hosted.table, Item }));
  return capability;
}

const hashOfMine = () => (capabilityKey(capabilityOf(mine))?.pk ?? '').replace('CAPABILITY#', '');

it.each([
  ['that has ended', ended],
  ['that never was', async () => randomBytes(32).toString('base64url')],
  ['of one letter', async () => 'x'],
  ['with a character more', async () => `${capabilityOf(mine)}A`],
  ['with another last character', async () => `${capabilityOf(mine).slice(0, -1)}_`],
  ['that is the stored hash', async () => hashOfMine()],
  ['that is a token', () => target.cloud.tokenOf('uploader-a')],
])('A capability %s opens nothing', async (_what, made) => {
  const base = `/companion/${await made()}`;
  const responses = [
    ...(await askAll(base, begun.uploadId, begun.key)),
    await client.ask('POST', `${base}/s3/multipart`, asked(1), false),
  ];
  for (const { status } of responses) expect(status).toBe(401);
  row(tally(responses.map(responseText)), await stateOf());
});

it('A capability is not a token: no other route accepts it', async () => {
  const capability = capabilityOf(mine);
  const attempts = [
    target.ask({ token: capability }, 'GET', '/v1/uploads'),
    target.ask({ token: capability }, 'POST', '/v1/companion/s3/multipart', asked(1)),
    target.ask({ token: capability }, 'POST', '/v1/companion-sessions'),
    target.ask({ token: undefined }, 'GET', `${mine}/v1/uploads`),
    target.ask({ token: undefined }, 'GET', `${mine}/s3/sts`),
    target.ask({ token: undefined }, 'POST', `${mine}/v1/companion-sessions`),
  ];
  const responses = await Promise.all(attempts);
  expect(responses.map(({ status }) => status)).toEqual([401, 401, 401, 404, 404, 404]);
  row(tally(responses.map(responseText)), await stateOf());
});

it('A token with the read scope only creates no upload by a form and no capability', async () => {
  const { issuer, clientId, redirectUri } = target.cloud.hosted;
  const account = ACCOUNTS.find(({ username }) => username === 'uploader-a');
  if (!account) throw new Error('There is no account uploader-a.');
  const scope = 'openid reelgate/uploads.read';
  const { access_token: token } = await signIn({
    issuer,
    clientId,
    redirectUri,
    scope,
    ...account,
  });
  const query = new URLSearchParams({
    filename: 'a.mp4',
    type: 'video/mp4',
    'metadata[size]': '1',
  });
  const responses = [
    await target.ask({ token }, 'GET', `/v1/companion/s3/params?${query}`),
    await target.ask({ token }, 'POST', '/v1/companion/s3/multipart', asked(1)),
    await target.ask({ token }, 'POST', '/v1/companion-sessions'),
  ];
  expect(responses.map(({ status }) => status)).toEqual([403, 403, 403]);
  row(tally(responses.map(responseText)), await stateOf());
});

it.each([
  ['no size', { name: 'a' }, 'video/mp4', 422, '/metadata/size'],
  ['a size beyond the policy', { size: 50_000_000_001 }, 'video/mp4', 422, '/size'],
  ['a type that is not allowed', { size: 1 }, 'text/html', 422, '/contentType'],
  [
    'parts that are too many',
    { size: 10 ** 12, partSize: 5_242_880 },
    'video/mp4',
    422,
    '/metadata/partSize',
  ],
])(
  'An upload by Uppy with %s is refused as any other',
  async (_what, metadata, type, status, at) => {
    const body = { filename: 'a.mp4', type, metadata };
    const response = await client.ask<{ errors: { pointer: string }[]; message: string }>(
      'POST',
      `${mine}/s3/multipart`,
      body,
      false,
    );
    expect(response.status).toBe(status);
    expect(response.body.errors[0]?.pointer).toBe(at);
    expect(response.body.message.length).toBeGreaterThan(20);
    row(responseText(response), await stateOf());
  },
);

it('S3 refuses parts of another length than Uppy’s plan', async () => {
  const { body } = await client.ask<{ url: string }>(
    'GET',
    `${mine}/s3/multipart/${begun.uploadId}/1?key=${encodeURIComponent(begun.key)}`,
    undefined,
    false,
  );
  const statuses: string[] = [];
  for (const bytes of [film.subarray(1), Buffer.concat([film, film])]) {
    const { status } = await fetch(body.url, { method: 'PUT', body: new Uint8Array(bytes) });
    statuses.push(String(status));
  }
  expect(statuses).toEqual(['403', '403']);
  row(tally(statuses), await stateOf());
});

it('The quota applies to both upload methods of Companion together', async () => {
  const query = new URLSearchParams({
    filename: 'a.mp4',
    type: 'video/mp4',
    'metadata[size]': '1',
  });
  const owner = await target.owner('uploader-a');
  const before = (await target.quotaOf(owner))?.activeUploads ?? 0;
  const attempts = Array.from({ length: 10 }, (_, index) =>
    index % 2 === 0
      ? client.ask('POST', `${mine}/s3/multipart`, asked(1), false)
      : client.ask('GET', `${mine}/s3/params?${query}`, undefined, false),
  );
  const responses = await Promise.all(attempts);
  const made = responses.filter(({ status }) => status === 200).length;
  expect(made + before).toBe(5);
  const refused = responses.filter(({ status }) => status !== 200).map(responseText);
  expect(new Set(refused)).toEqual(new Set(['409 quota_uploads_exceeded']));
  const quota = await target.quotaOf(owner);
  expect(quota?.activeUploads).toBe(5);
  row(tally(responses.map(responseText)), `${quota?.activeUploads} unfinished`);
});

it('No log, audit log, record or database contains a capability after every route was called with it', async () => {
  const capability = capabilityOf(mine);
  const files = [...filesBelow(target.cloud.data)];
  const logs = files.filter((file) => /\.(ndjson|log)$/.test(file));
  const known = logs.filter((file) => readFileSync(file).includes(begun.uploadId));
  expect(known.length).toBeGreaterThan(0);
  const holding = files.filter((file) => readFileSync(file).includes(capability));
  expect(holding).toEqual([]);
  const Key = capabilityKey(capability);
  const { Item } = await target.table.send(
    new GetCommand({ TableName: target.cloud.hosted.table, Key }),
  );
  expect(Item).toBeDefined();
  expect(JSON.stringify(Item)).not.toContain(capability);
  row(`${files.length} files searched, ${logs.length} logs`, `${holding.length} hold it`);
});

function* filesBelow(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) yield* filesBelow(path);
    else if (stat?.isFile()) yield path;
  }
}

function capabilityOf(path: string): string {
  return path.split('/')[2] ?? '';
}
