import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogRecord } from '../../src/lambda/function-log.ts';
import { createLambda, type LambdaOptions } from '../../src/lambda/lambda.ts';
import { type Authorize, allowEverySignedCaller } from '../../src/shared/caller.ts';
import { type Clock, systemClock } from '../../src/shared/clock.ts';

export const ROLE = 'arn:aws:iam::000000000000:role/function-role';

/** A Lambda engine with bundles that the test writes. The caller is `root` by default. */
export function lambdaBench(more: Partial<LambdaOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'lambda-'));
  const logs: LogRecord[] = [];
  const sent: { queueArn: string; body: string; attributes?: Readonly<Record<string, string>> }[] =
    [];
  const clock: Clock = more.clock ?? systemClock;
  const authorize: Authorize = more.authorize ?? allowEverySignedCaller;
  const lambda = createLambda({
    dataDir: join(folder, 'data'),
    credentialsFor: (roleArn, sessionName) => ({
      accessKeyId: `ASIA${sessionName}`,
      secretAccessKey: roleArn,
      sessionToken: 'token',
      expiresAt: clock.now() + 3_600_000,
    }),
    endpoints: () => ({ services: 'http://127.0.0.1:1', s3: 'http://127.0.0.1:2' }),
    assetPath: (_bucket, key) => join(folder, key),
    random: randomUUID,
    sendToQueue: (queueArn, message) => void sent.push({ queueArn, ...message }),
    checkSendToQueue: () => undefined,
    onError: (error) => {
      throw error;
    },
    onLog: (record) => void logs.push(record),
    ...more,
    clock,
    authorize,
  });
  const provider = (type: string) => {
    const found = lambda.providers.find((one) => one.type === type);
    if (found === undefined) throw new Error(`No provider for ${type}.`);
    return found;
  };
  const provide = (type: string, logicalId: string, properties: unknown) => {
    const { properties: schema, provide: make } = provider(type);
    const request = { stackName: 'test', logicalId, physicalName: logicalId, metadata: {} };
    return make({ ...request, properties: schema.parse(properties) });
  };
  const declare = async (
    name: string,
    code: string,
    properties: object = {},
    file = 'index.mjs',
  ) => {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, file), code);
    return await provide('AWS::Lambda::Function', name, {
      Code: { S3Bucket: 'assets', S3Key: name },
      Handler: 'index.handler',
      Role: ROLE,
      Runtime: 'nodejs24.x',
      ...properties,
    });
  };
  const invoke = async (
    functionArn: string,
    event: unknown = {},
    type: 'RequestResponse' | 'Event' = 'RequestResponse',
  ) => {
    const caller = { kind: 'root' as const };
    const payload = JSON.stringify(event);
    const response = await lambda.invoke({ functionArn, payload, caller, type });
    return {
      ...response,
      result: response.payload === '' ? undefined : JSON.parse(response.payload),
    };
  };
  return { folder, lambda, logs, sent, provide, provider, declare, invoke };
}
