/**
 * Hosts every listener of the local cloud in a process of its own, which `listeners.test.ts` attacks. It sends its
 * parent over IPC first what it hosts, then a response to each `memory` and `errors`.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createCloudFront } from '../../src/cloudfront/cloudfront.ts';
import { createDynamoDbEngine } from '../../src/dynamodb/engine/engine.ts';
import { createDynamoDbServer } from '../../src/dynamodb/engine/http-server.ts';
import { startCloud } from '../../src/index.ts';
import { authorizeByOwnership } from '../../src/s3/access/plain-authorize.ts';
import { createS3 } from '../../src/s3/s3.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { listenOnLoopback } from '../../src/shared/loopback.ts';
import { redirectUri, startIdentity } from '../identity/pool.ts';

const [, , folder = '', assemblyDir = ''] = process.argv;
const errors: string[] = [];
const onError = (error: unknown, where: string) =>
  void errors.push(`${where}: ${error instanceof Error ? error.stack : String(error)}`);

const cloud = await startCloud({
  assemblyDir,
  dataDir: join(folder, 'cloud'),
  warmUp: false,
  controlPort: 0,
  onError,
});
/** Owns a bucket that everyone may write to: requests without a signature get as far as they can. */
const owner = { accessKeyId: 'owner', secretAccessKey: 'owner-secret' };
const openS3 = await createS3({
  dataDir: join(folder, 's3'),
  clock: systemClock,
  credentials: {
    find: (id) =>
      id === owner.accessKeyId ? { credentials: owner, caller: { kind: 'root' } } : undefined,
  },
  authorize: authorizeByOwnership,
  emit: () => undefined,
  legacy: true,
  onError,
});
const pool = await startIdentity(join(folder, 'identity'), systemClock);
const engine = createDynamoDbEngine({ folder: join(folder, 'dynamodb'), clock: systemClock });
const dynamodb = await listenOnLoopback(createDynamoDbServer(engine, randomUUID), 0);

const cloudfront = createCloudFront({
  dataDir: join(folder, 'cloudfront'),
  clock: systemClock,
  authorize: () => undefined,
  random: randomUUID,
  readFromBucket: openS3.read,
  onError: (error) => onError(error, 'cloudfront'),
});
async function provide(type: string, properties: object) {
  const provider = cloudfront.providers.find((each) => each.type === type);
  if (!provider) throw new Error(`No provider for ${type}.`);
  const given = { stackName: 'fuzz', logicalId: type, physicalName: type, metadata: {} };
  return provider.provide({ ...given, properties: provider.properties.parse(properties) });
}
const { ref: FunctionARN } = await provide('AWS::CloudFront::Function', {
  AutoPublish: true,
  FunctionCode: 'function handler(event) { return event.request; }',
  FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-2.0' },
  Name: 'fuzz',
});
const distribution = await provide('AWS::CloudFront::Distribution', {
  DistributionConfig: {
    Enabled: true,
    Origins: [
      {
        Id: 'bucket',
        DomainName: 'open-to-everybody.s3.us-east-1.amazonaws.com',
        S3OriginConfig: {},
      },
    ],
    DefaultCacheBehavior: {
      TargetOriginId: 'bucket',
      ViewerProtocolPolicy: 'allow-all',
      AllowedMethods: ['GET', 'HEAD', 'OPTIONS'],
      CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
      OriginRequestPolicyId: '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf',
      FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN }],
    },
  },
});

process.on('message', (question) => {
  if (question === 'errors') process.send?.({ errors: errors.splice(0) });
  if (question !== 'memory') return;
  // Twice: the first run may only queue finalizers of what the second one frees.
  global.gc?.();
  global.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({ memory: heapUsed + external });
});
process.send?.({
  pid: process.pid,
  endpoints: {
    ...cloud.endpoints,
    openS3: await openS3.listen(0),
    distribution: `http://${distribution.attributes.DomainName}`,
    control: cloud.control?.url,
    pool: pool.issuer,
    dynamodb: `http://127.0.0.1:${dynamodb}`,
  },
  outputs: cloud.outputs,
  operator: cloud.operator,
  owner,
  controlToken: cloud.control?.token,
  clientId: pool.clientId,
  redirectUri,
});
