import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { Agent } from 'node:http';
import type { LookupFunction } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFrontKeyValueStoreClient,
  DeleteKeyCommand,
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  ListKeysCommand,
  PutKeyCommand,
  UpdateKeysCommand,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import '@aws-sdk/signature-v4a';
import { type CloudFront, createCloudFront } from '../../src/cloudfront/cloudfront.ts';
import { createEndpoint, type Endpoint } from '../../src/endpoint/endpoint.ts';
import { type Authorize, allowEverySignedCaller } from '../../src/shared/caller.ts';
import { MovableClock } from '../../src/shared/clock.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
const clock = new MovableClock();
const dataDir = mkdtempSync(join(tmpdir(), 'kvs-'));
const asked: Parameters<Authorize>[0][] = [];
let engine: CloudFront;
let endpoint: Endpoint;
let client: CloudFrontKeyValueStoreClient;
let KvsARN = '';

const open = () => {
  engine = createCloudFront({
    dataDir,
    clock,
    random: randomUUID,
    readFromBucket: async () => ({ status: 404 }),
    onError: () => undefined,
    authorize: (request) => {
      asked.push(request);
      allowEverySignedCaller(request);
    },
  });
};
async function declare(logicalId: string, properties: object = {}) {
  const [provider] = engine.providers;
  if (!provider) throw new Error('No provider.');
  const { attributes } = await provider.provide({
    stackName: 'test',
    logicalId,
    physicalName: `test-${logicalId}`,
    properties: provider.properties.parse({ Name: logicalId, ...properties }),
    metadata: {},
  });
  return attributes.Arn ?? '';
}
/** Not every system resolves names below localhost. */
const lookup: LookupFunction = (_, options, callback) =>
  options.all
    ? callback(null, [{ address: '127.0.0.1', family: 4 }])
    : callback(null, '127.0.0.1', 4);
const clientWith = (url: string, secretAccessKey: string) =>
  new CloudFrontKeyValueStoreClient({
    endpoint: url,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { ...credentials, secretAccessKey },
    requestHandler: { httpAgent: new Agent({ lookup }) },
  });
let url = '';

beforeAll(async () => {
  open();
  endpoint = createEndpoint({
    services: [
      {
        signingName: 'cloudfront-keyvaluestore',
        signature: 'sigv4a',
        protocol: 'rest-json',
        handle: (request) => {
          const [service] = engine.services;
          if (!service) throw new Error('No service.');
          return service.handle(request);
        },
      },
    ],
    credentials: {
      find: (id) =>
        id === credentials.accessKeyId ? { credentials, caller: { kind: 'root' } } : undefined,
    },
    clock,
    newId: randomUUID,
  });
  url = (await endpoint.listen(0)).replace('127.0.0.1', 'localhost');
  client = clientWith(url, credentials.secretAccessKey);
});
beforeEach(async () => {
  KvsARN = await declare(`store-${randomUUID()}`);
});
afterAll(async () => {
  client.destroy();
  await endpoint.close();
  await engine.close();
});

const describeStore = () => client.send(new DescribeKeyValueStoreCommand({ KvsARN }));
const etag = async () => (await describeStore()).ETag;
const put = async (Key: string, Value: string, IfMatch?: string) =>
  client.send(new PutKeyCommand({ KvsARN, Key, Value, IfMatch: IfMatch ?? (await etag()) }));
const get = async (Key: string) => (await client.send(new GetKeyCommand({ KvsARN, Key }))).Value;
const update = async (input: object, IfMatch?: string) =>
  client.send(new UpdateKeysCommand({ KvsARN, IfMatch: IfMatch ?? (await etag()), ...input }));
const keys = async () =>
  (await client.send(new ListKeysCommand({ KvsARN }))).Items?.map(({ Key }) => Key);

describe('The data API of key value stores', () => {
  it('puts, gets, lists and deletes keys', async () => {
    await put('key1', 'value1');
    await put('a/b c', 'ü');
    expect(await get('a/b c')).toBe('ü');
    expect(await keys()).toEqual(['a/b c', 'key1']);
    const { ItemCount, TotalSizeInBytes } = await describeStore();
    expect({ ItemCount, TotalSizeInBytes }).toEqual({ ItemCount: 2, TotalSizeInBytes: 17 });
    await client.send(new DeleteKeyCommand({ KvsARN, Key: 'key1', IfMatch: await etag() }));
    expect(await keys()).toEqual(['a/b c']);
    await expect(get('key1')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('pages', async () => {
    const Puts = Array.from({ length: 5 }, (_, index) => ({ Key: `k${index}`, Value: 'v' }));
    await update({ Puts });
    const first = await client.send(new ListKeysCommand({ KvsARN, MaxResults: 3 }));
    expect(first.Items).toHaveLength(3);
    const { NextToken } = first;
    const second = await client.send(new ListKeysCommand({ KvsARN, MaxResults: 3, NextToken }));
    expect(second.Items?.map(({ Key }) => Key)).toEqual(['k3', 'k4']);
    expect(second.NextToken).toBeUndefined();
  });

  it('refuses a write that is based on an older version of the store, whatever its key', async () => {
    const before = await etag();
    const { ETag } = await put('one', '1', before);
    await expect(put('two', '2', before)).rejects.toMatchObject({
      name: 'ConflictException',
      $metadata: { httpStatusCode: 409 },
    });
    await put('two', '2', ETag);
    expect(await keys()).toEqual(['one', 'two']);
  });

  it('updates all keys or none', async () => {
    await put('old', 'x');
    const changes = { Puts: [{ Key: 'new', Value: 'y' }], Deletes: [{ Key: 'absent' }] };
    await expect(update(changes)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(await keys()).toEqual(['old']);
    const { ItemCount } = await update({ ...changes, Deletes: [{ Key: 'old' }] });
    expect(ItemCount).toBe(1);
    expect(await keys()).toEqual(['new']);
  });

  it.each([
    ['a key of 513 bytes', { Puts: [{ Key: 'k'.repeat(513), Value: '' }] }],
    ['a value of 1,025 bytes', { Puts: [{ Key: 'k', Value: 'v'.repeat(1025) }] }],
    ['no key', {}],
    ['a key twice', { Puts: [{ Key: 'k', Value: '' }], Deletes: [{ Key: 'k' }] }],
    [
      '51 keys',
      { Puts: Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' })) },
    ],
  ])('refuses %s', async (_, input) => {
    await expect(update(input)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('refuses more than 5 MB', async () => {
    const Value = 'v'.repeat(1024);
    let current = await etag();
    const batch = (start: number, size: number) =>
      Array.from({ length: size }, (_, index) => ({ Key: `k${1000 * start + index}`, Value }));
    for (let index = 0; index < 101; index++)
      current = (await update({ Puts: batch(index, 50) }, current)).ETag;
    await expect(
      update({ Puts: batch(200, 50) }, current).then(({ ETag }) =>
        update({ Puts: batch(300, 50) }, ETag),
      ),
    ).rejects.toMatchObject({
      name: 'ServiceQuotaExceededException',
      $metadata: { httpStatusCode: 402 },
    });
  });

  it('keeps its keys after a restart', async () => {
    const logicalId = `store-${randomUUID()}`;
    KvsARN = await declare(logicalId);
    await put('kept', 'yes');
    await engine.close();
    open();
    expect(await declare(logicalId)).toBe(KvsARN);
    expect(await get('kept')).toBe('yes');
  });

  it('authorizes each call on the store', async () => {
    await put('key', 'value');
    expect(asked.slice(-2)).toMatchObject([
      { action: 'cloudfront-keyvaluestore:DescribeKeyValueStore', resource: KvsARN },
      { action: 'cloudfront-keyvaluestore:PutKey', resource: KvsARN },
    ]);
  });

  it('refuses a signature with another key', async () => {
    const other = clientWith(url, 'wrong');
    await expect(other.send(new GetKeyCommand({ KvsARN, Key: 'x' }))).rejects.toMatchObject({
      name: 'InvalidSignatureException',
    });
    other.destroy();
  });

  it('refuses a store of another template', async () => {
    const absent = KvsARN.replace(/[^/]+$/, randomUUID());
    await expect(
      client.send(new DescribeKeyValueStoreCommand({ KvsARN: absent })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
