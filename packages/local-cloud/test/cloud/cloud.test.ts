import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type AuditEntry, type Cloud, startCloud } from '@reelgate/local-cloud';
import { synthesizeObjectIndex } from '../../examples/object-index/synthesize.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloud-'));
const dataDir = join(folder, 'data');
const auditLog: AuditEntry[] = [];
const errors: unknown[] = [];
let assemblyDir: string;
let cloud: Cloud;

const start = async () => {
  cloud = await startCloud({
    assemblyDir,
    dataDir,
    warmUp: false,
    onError: (error) => errors.push(error),
  });
  cloud.onAuditEntry((entry) => auditLog.push(entry));
};
const output = (stack: string, name: string) => cloud.outputs[stack]?.[name] ?? '';
const settings = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: cloud.operator,
});

async function put(key: string, body: string) {
  const s3 = new S3Client({ ...settings(cloud.endpoints.s3), forcePathStyle: true });
  await s3.send(
    new PutObjectCommand({ Bucket: output('test-data', 'BucketName'), Key: key, Body: body }),
  );
}

async function item(key: string, method = 'GET') {
  const url = `${output('test-work', 'ApiUrl')}/items/${encodeURIComponent(key)}`;
  const response = await fetch(url, { method });
  return { status: response.status, body: await response.json() };
}

async function eventually<T>(look: () => Promise<T>, done: (value: T) => boolean): Promise<T> {
  for (let waited = 0; ; waited += 50) {
    const value = await look();
    if (done(value) || waited > 120_000) return value;
    await new Promise((next) => setTimeout(next, 50));
  }
}

/** The status of a GET request with this Host header, which `fetch` does not allow to set. */
function statusFor(endpoint: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(endpoint, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
}

beforeAll(async () => {
  assemblyDir = synthesizeObjectIndex(folder);
  await start();
});
afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true });
});

it('A new object passes through rule, workflow and function into the table, and the API returns it', async () => {
  await put('in-a', 'twelve bytes');
  const { body } = await eventually(
    () => item('in-a'),
    ({ status }) => status === 200,
  );
  expect(body).toEqual({ size: 12 });
});

it('Each call uses its role, and every decision is in the audit log', async () => {
  const made = auditLog.map(({ caller, action, decision }) => [
    caller.replace(/.*role\/test-work-(\w+?)(servicerole|role).*/, '$1'),
    action,
    decision,
  ]);
  for (const step of [
    ['events.amazonaws.com', 'sts:AssumeRole'],
    ['workflowevents', 'states:StartExecution'],
    ['events.amazonaws.com', 'sqs:SendMessage'],
    ['workflow', 'lambda:InvokeFunction'],
    ['record', 'dynamodb:PutItem'],
    ['apigateway.amazonaws.com', 'lambda:InvokeFunction'],
    ['readentry', 'dynamodb:GetItem'],
  ]) {
    expect(made).toContainEqual([...step, 'allowed']);
  }
  const lines = readFileSync(join(dataDir, 'audit-log.ndjson'), 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(
    expect.arrayContaining(auditLog.slice(0, 5)),
  );
});

it('A second target gets the same event, and no event that the pattern does not match', async () => {
  await put('elsewhere-b', 'x');
  const sqs = new SQSClient(settings(cloud.endpoints.services));
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: output('test-work', 'QueueUrl'),
      WaitTimeSeconds: 1,
      MaxNumberOfMessages: 10,
    }),
  );
  const keys = Messages.map(({ Body = '' }) => JSON.parse(Body).detail.object.key);
  expect(keys).toEqual(['in-a']);
});

it('A call without a permission in the template is refused', async () => {
  const { body } = await item('in-c', 'PUT');
  expect(body.error).toMatch(
    /^AccessDeniedException: User: arn:aws:sts::000000000000:assumed-role\/test-work-readentryservicerole.* is not authorized to perform: dynamodb:PutItem on resource: "arn:aws:dynamodb:.*" because no identity-based policy allows the dynamodb:PutItem action$/,
  );
});

it('Faults cannot be injected unless an option enables them', () => {
  expect(cloud.faults).toBeUndefined();
  expect(cloud.control).toBeUndefined();
});

it('Every endpoint refuses a request for another host', async () => {
  const { s3, services, identity } = cloud.endpoints;
  const endpoints = [s3, services, identity, output('test-work', 'ApiUrl')];
  for (const endpoint of endpoints) {
    expect(await statusFor(endpoint, 'evil.example')).toBe(421);
    expect(await statusFor(endpoint, 'localhost')).not.toBe(421);
  }
});

it('A second cloud cannot use the same data folder', async () => {
  await expect(startCloud({ assemblyDir, dataDir })).rejects.toThrow(
    /is in use by another local cloud/,
  );
});

it('A restart keeps all data and addresses', async () => {
  const facts = () => ({
    endpoints: cloud.endpoints,
    outputs: cloud.outputs,
    secret: cloud.operator.secretAccessKey,
  });
  const before = facts();
  await cloud.close();
  await expect(fetch(before.endpoints.services)).rejects.toThrow();
  const left = spawnSync('ps', ['-eo', 'args']).stdout.toString();
  expect(left).not.toContain(dataDir);

  await start();
  expect(facts()).toEqual(before);
  expect(await item('in-a')).toEqual({ status: 200, body: { size: 12 } });
  const states = new SFNClient(settings(cloud.endpoints.services));
  const { executions = [] } = await states.send(
    new ListExecutionsCommand({ stateMachineArn: output('test-work', 'MachineArn') }),
  );
  expect(executions.map(({ status }) => status)).toEqual(['SUCCEEDED']);
});

it('A failed start leaves no process running', async () => {
  const other = join(folder, 'other');
  await expect(
    startCloud({ assemblyDir: join(folder, 'nothing'), dataDir: other }),
  ).rejects.toThrow(/is not a CDK cloud assembly/);
  expect(spawnSync('ps', ['-eo', 'args']).stdout.toString()).not.toContain(other);
});

it('The local cloud reported no internal error', () => {
  expect(errors).toEqual([]);
});
