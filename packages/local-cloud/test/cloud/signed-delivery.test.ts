import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  GetSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type AuditEntry, type Cloud, MovableClock, startCloud } from '@reelgate/local-cloud';
import { synthesizeSignedDelivery } from '../../examples/signed-delivery/synthesize.ts';
import { until } from '../waiting.ts';

const folder = mkdtempSync(join(tmpdir(), 'delivery-'));
const clock = new MovableClock();
const auditLog: AuditEntry[] = [];
const errors: unknown[] = [];
let assemblyDir: string;
let cloud: Cloud;

const start = async () => {
  cloud = await startCloud({
    assemblyDir,
    dataDir: join(folder, 'data'),
    clock,
    warmUp: false,
    controlPort: 0,
    onError: (error) => errors.push(error),
  });
  cloud.onAuditEntry((entry) => auditLog.push(entry));
};
const output = (name: string) => cloud.outputs['test-delivery']?.[name] ?? '';
const settings = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: cloud.operator,
});
const currentKey = async () => {
  const secrets = new SecretsManagerClient(settings(cloud.endpoints.services));
  const current = await secrets.send(new GetSecretValueCommand({ SecretId: output('SecretArn') }));
  return current.SecretString ?? '';
};
const signed = async (path: string) => {
  const signature = createHmac('sha256', await currentKey())
    .update(path)
    .digest('base64url');
  return `${output('Url')}/${signature}${path}`;
};
const status = async (url: string) => {
  const response = await fetch(url);
  await response.arrayBuffer();
  return response.status;
};

beforeAll(async () => {
  assemblyDir = synthesizeSignedDelivery(folder);
  await start();
});
afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true });
});

it('The first rotation publishes the key, and a viewer with a signature gets the object', async () => {
  const s3 = new S3Client({ ...settings(cloud.endpoints.s3), forcePathStyle: true });
  await s3.send(new PutObjectCommand({ Bucket: output('BucketName'), Key: 'a', Body: 'hello' }));
  await until(async () => (await status(await signed('/a'))) === 200);
  const response = await fetch(await signed('/a'));
  expect(await response.text()).toBe('hello');
  expect(response.headers.get('x-cache')).toBe('Hit from cloudfront');
  expect(await status(`${output('Url')}/other/a`)).toBe(403);
  expect(await status(`${cloud.endpoints.s3}/${output('BucketName')}/a`)).toBe(403);
});

it('Each call uses its role or its service, and none is denied but the anonymous one', async () => {
  const made = auditLog.map(({ caller, action, decision }) => [
    caller.replace(/.*role\/test-delivery-(\w+?)(servicerole|role).*/, '$1'),
    action,
    decision,
  ]);
  for (const call of [
    ['rotatekey', 'secretsmanager:PutSecretValue'],
    ['rotatekey', 'cloudfront-keyvaluestore:DescribeKeyValueStore'],
    ['rotatekey', 'cloudfront-keyvaluestore:UpdateKeys'],
    ['rotatekey', 'secretsmanager:UpdateSecretVersionStage'],
    ['secretsmanager.amazonaws.com', 'lambda:InvokeFunction'],
    ['cloudfront.amazonaws.com', 's3:GetObject'],
  ])
    expect(made).toContainEqual([...call, 'allowed']);
  expect(made.filter(([, , decision]) => decision === 'denied')).toEqual([
    ['anonymous', 's3:GetObject', 'denied'],
  ]);
});

it('A template that builds the URL of the distribution gets one without TLS', async () => {
  const lambda = new LambdaClient(settings(cloud.endpoints.services));
  const { Environment } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: output('RotateKeyName') }),
  );
  expect(Environment?.Variables?.URL).toBe(output('Url'));
  expect(output('Url')).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

it('Counters are in the report and at the control endpoint', async () => {
  const { url = '', token } = cloud.control ?? {};
  const response = await fetch(`${url}/cloudfront`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(await response.json()).toEqual(cloud.cloudFrontReport());
  const { distributions, functions } = cloud.cloudFrontReport();
  expect(distributions[0]?.results.Hit).toBeGreaterThan(0);
  expect(functions[0]?.lastMicros).toBeGreaterThan(0);
});

it('Calls of the distribution and of the rotation can fail by fault rules', async () => {
  const s3 = new S3Client({ ...settings(cloud.endpoints.s3), forcePathStyle: true });
  await s3.send(new PutObjectCommand({ Bucket: output('BucketName'), Key: 'b', Body: 'x' }));
  cloud.faults?.add([
    {
      service: 's3',
      operation: 'GetObject',
      caller: 'cloudfront.amazonaws.com',
      kind: 'server_error',
    },
    {
      service: 'secretsmanager',
      operation: 'PutSecretValue',
      resource: ':secret:',
      kind: 'server_error',
    },
    {
      service: 'cloudfront-keyvaluestore',
      operation: 'UpdateKeys',
      resource: 'key-value-store',
      kind: 'throttle',
    },
  ]);
  expect(await status(await signed('/b'))).toBe(500);
  clock.advance(10_000);
  expect(await status(await signed('/b'))).toBe(200);
  const before = await currentKey();
  const secrets = new SecretsManagerClient(settings(cloud.endpoints.services));
  await secrets.send(new RotateSecretCommand({ SecretId: output('SecretArn') }));
  await until(async () => (await currentKey()) !== before);
  expect(cloud.faults?.rules().map(({ matched }) => matched > 0)).toEqual([true, true, true]);
  cloud.faults?.remove();
});

it('Secret, key and port remain after a restart; the next rotation comes by the clock', async () => {
  const url = await signed('/a');
  await cloud.close();
  await start();
  expect(await status(url)).toBe(200);
  const before = await currentKey();
  clock.advance(31 * 86_400_000);
  await until(async () => (await currentKey()) !== before);
  await until(async () => (await status(await signed('/a'))) === 200);
  expect(await status(url)).toBe(403);
  expect(errors).toEqual([]);
});
