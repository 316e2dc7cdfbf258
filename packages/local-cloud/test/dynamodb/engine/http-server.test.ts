import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';
import { createDynamoDbServer } from '../../../src/dynamodb/engine/http-server.ts';
import { openEngine, SIMPLE_TABLE, s } from './harness.ts';

const engine = openEngine();
const server = createDynamoDbServer({ ...engine, close() {} }, () => 'request-1');
let url: string;
beforeAll(async () => {
  engine.execute('CreateTable', SIMPLE_TABLE);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  server.close();
  await once(server, 'close');
  engine.remove();
});

async function send(target: string, body: string) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'x-amz-target': target, connection: 'close' },
    body,
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(response.headers.get('x-amz-crc32')).toBe(String(crc32(bytes)));
  expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.0');
  return { status: response.status, body: JSON.parse(bytes.toString()) };
}

it('responds to an operation', async () => {
  const request = { TableName: 'simple', Item: { pk: s('a') } };
  expect(await send('DynamoDB_20120810.PutItem', JSON.stringify(request))).toEqual({
    status: 200,
    body: {},
  });
});

it('responds to an operation of streams under its own target', async () => {
  expect(await send('DynamoDBStreams_20120810.ListStreams', '{}')).toEqual({
    status: 200,
    body: { Streams: [] },
  });
});

it.each([
  ['DynamoDB_20120810.GetItem', '{', 'com.amazon.coral.validate#SerializationException'],
  ['DynamoDB_20120810.Nope', '{}', 'com.amazonaws.dynamodb.v20120810#UnknownOperationException'],
  [
    'DynamoDBStreams_20120810.GetItem',
    '{}',
    'com.amazonaws.dynamodb.v20120810#UnknownOperationException',
  ],
  [
    'DynamoDB_20120810.ListStreams',
    '{}',
    'com.amazonaws.dynamodb.v20120810#UnknownOperationException',
  ],
  ['Other.GetItem', '{}', 'com.amazonaws.dynamodb.v20120810#UnknownOperationException'],
])('%s with %s returns %s', async (target, body, type) => {
  const response = await send(target, body);
  expect([response.status, response.body.__type]).toEqual([400, type]);
});
