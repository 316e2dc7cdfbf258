import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import * as z from 'zod';
import type { ResourceProvider } from '../../src/shared/resource.ts';
import { dueActions, until } from '../waiting.ts';
import { type Harness, refusal, responseOf, startS3 } from './harness.ts';

const DAY_MS = 24 * 3_600_000;
let s3: Harness;
let client: S3Client;
beforeEach(async () => {
  s3 = await startS3({ legacy: false });
  ({ client } = s3);
});
afterEach(() => s3.stop());

function providerOf(type: string): ResourceProvider {
  const found = s3.s3.providers.find((each) => each.type === type);
  if (!found) throw new Error(`No provider of ${type}.`);
  return found;
}

/** Provides a resource like the host does: the schema first, then the provider. */
function provide(type: string, properties: unknown, physicalName = 'stack-source-0123456789ab') {
  const provider = providerOf(type);
  return provider.provide({
    stackName: 'stack',
    logicalId: 'Source',
    physicalName,
    properties: provider.properties.parse(properties),
    metadata: {},
  });
}

/** The properties that CDK synthesizes for a private, versioned bucket with EventBridge, CORS and lifecycle rules. */
const PROPERTIES = {
  BucketEncryption: {
    ServerSideEncryptionConfiguration: [
      { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
    ],
  },
  CorsConfiguration: {
    CorsRules: [
      {
        AllowedHeaders: ['*'],
        AllowedMethods: ['PUT'],
        AllowedOrigins: ['http://localhost:5173'],
        ExposedHeaders: ['ETag'],
        MaxAge: 3600,
      },
    ],
  },
  LifecycleConfiguration: {
    Rules: [
      { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 }, Status: 'Enabled' },
      {
        Id: 'old',
        NoncurrentVersionExpiration: { NoncurrentDays: 7 },
        ExpiredObjectDeleteMarker: true,
        Status: 'Enabled',
      },
      { ExpirationInDays: 3, Prefix: 'temporary/', Status: 'Enabled' },
    ],
  },
  NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
  OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  PublicAccessBlockConfiguration: {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  },
  Tags: [{ Key: 'a', Value: 'b' }],
  VersioningConfiguration: { Status: 'Enabled' },
};

describe('A bucket of a template', () => {
  it('has the attributes that templates use', async () => {
    const { ref, attributes } = await provide('AWS::S3::Bucket', PROPERTIES);
    expect(ref).toBe('stack-source-0123456789ab');
    expect(attributes).toMatchObject({
      Arn: 'arn:aws:s3:::stack-source-0123456789ab',
      RegionalDomainName: 'stack-source-0123456789ab.s3.us-east-1.amazonaws.com',
    });
  });

  it('keeps its objects and gets the new settings', async () => {
    const { ref: Bucket } = await provide('AWS::S3::Bucket', PROPERTIES);
    await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'kept' }));
    await provide('AWS::S3::Bucket', {
      ...PROPERTIES,
      VersioningConfiguration: { Status: 'Suspended' },
    });
    const object = await client.send(new GetObjectCommand({ Bucket, Key: 'a' }));
    expect(await object.Body?.transformToString()).toBe('kept');
  });

  it.each([
    ['ReplicationConfiguration', { ReplicationConfiguration: {} }],
    ['LambdaConfigurations', { NotificationConfiguration: { LambdaConfigurations: [] } }],
    [
      'Transitions',
      { LifecycleConfiguration: { Rules: [{ Status: 'Enabled', Transitions: [] }] } },
    ],
    [
      'SSEAlgorithm',
      {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } },
          ],
        },
      },
    ],
  ])('with %s is refused by name', (name, properties) => {
    const result = providerOf('AWS::S3::Bucket').properties.safeParse(properties);
    expect(result.success).toBe(false);
    if (!result.success) expect(z.prettifyError(result.error)).toContain(name);
  });

  it('accepts the two states of transfer acceleration', async () => {
    const AccelerateConfiguration = { AccelerationStatus: 'Enabled' };
    const { ref } = await provide('AWS::S3::Bucket', { AccelerateConfiguration });
    await expect(
      client.send(new PutObjectCommand({ Bucket: ref, Key: 'k', Body: 'x' })),
    ).resolves.toBeDefined();
    const unknown = { AccelerateConfiguration: { AccelerationStatus: 'Fast' } };
    expect(providerOf('AWS::S3::Bucket').properties.safeParse(unknown).success).toBe(false);
  });

  it('accepts no ACLs and no Signature Version 2', async () => {
    const { ref: Bucket } = await provide('AWS::S3::Bucket', PROPERTIES);
    const put = client.send(
      new PutObjectCommand({ Bucket, Key: 'a', Body: 'b', ACL: 'public-read' }),
    );
    expect(await refusal(put)).toMatchObject({
      code: 'AccessControlListNotSupported',
      status: 400,
    });
    const old = fetch(
      `${s3.endpoint}/${Bucket}/a?AWSAccessKeyId=main&Expires=9999999999&Signature=x`,
    );
    expect(await responseOf(old)).toMatchObject({ status: 400, code: 'InvalidRequest' });
  });

  it('gets the policy of a BucketPolicy, unless it is public', async () => {
    const { ref: Bucket } = await provide('AWS::S3::Bucket', PROPERTIES);
    const policy = (Statement: object) =>
      provide('AWS::S3::BucketPolicy', {
        Bucket,
        PolicyDocument: { Version: '2012-10-17', Statement },
      });
    const Resource = `arn:aws:s3:::${Bucket}/*`;
    await policy([{ Effect: 'Deny', Principal: { AWS: '*' }, Action: 's3:PutObject', Resource }]);
    const put = client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'b' }));
    expect(await refusal(put)).toMatchObject({ code: 'AccessDenied', status: 403 });
    await expect(
      policy([{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource }]),
    ).rejects.toMatchObject({ code: 'AccessDenied' });
  });
});

describe('Events', () => {
  it('describe every creation like S3', async () => {
    const { ref: Bucket } = await provide('AWS::S3::Bucket', PROPERTIES);
    const { VersionId, ETag } = await client.send(
      new PutObjectCommand({ Bucket, Key: 'ä b', Body: 'four' }),
    );
    await until(() => s3.events.length === 1);
    expect(s3.events[0]).toEqual({
      version: '0',
      id: expect.any(String),
      'detail-type': 'Object Created',
      source: 'aws.s3',
      account: '000000000000',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      region: 'us-east-1',
      resources: [`arn:aws:s3:::${Bucket}`],
      detail: {
        version: '0',
        bucket: { name: Bucket },
        object: {
          key: 'ä b',
          size: 4,
          etag: ETag?.replaceAll('"', ''),
          'version-id': VersionId,
          sequencer: expect.stringMatching(/^[0-9A-F]{16}$/),
        },
        'request-id': expect.stringMatching(/^[0-9A-F]{16}$/),
        requester: '000000000000',
        'source-ip-address': '127.0.0.1',
        reason: 'PutObject',
      },
    });
  });

  it('describe an upload when it is completed', async () => {
    const { ref: Bucket } = await provide('AWS::S3::Bucket', PROPERTIES);
    const target = { Bucket, Key: 'upload' };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
    const { ETag } = await client.send(
      new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: 'abc' }),
    );
    expect(s3.events).toEqual([]);
    await client.send(
      new CompleteMultipartUploadCommand({
        ...target,
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      }),
    );
    await until(() => s3.events.length === 1);
    expect(s3.events[0]?.detail).toMatchObject({
      reason: 'CompleteMultipartUpload',
      object: { key: 'upload', size: 3 },
    });
  });

  it('describe deletions and their type', async () => {
    const { ref: Bucket } = await provide('AWS::S3::Bucket', PROPERTIES);
    const { VersionId } = await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'b' }));
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId }));
    await until(() => s3.events.length === 3);
    expect(s3.events.slice(1).map((event) => event.detail)).toMatchObject([
      { reason: 'DeleteObject', 'deletion-type': 'Delete Marker Created' },
      {
        reason: 'DeleteObject',
        'deletion-type': 'Permanently Deleted',
        object: { 'version-id': VersionId },
      },
    ]);
  });

  it('are sent again until the bus accepts them', async () => {
    let refusals = 2;
    const accepted: string[] = [];
    const own = await startS3({
      emit: (event) => {
        if (refusals-- > 0) throw new Error('not now');
        accepted.push(event['detail-type']);
      },
    });
    const provider = own.s3.providers[0];
    await provider?.provide({
      stackName: 's',
      logicalId: 'l',
      physicalName: 'events',
      properties: provider.properties.parse(PROPERTIES),
      metadata: {},
    });
    await own.client.send(new PutObjectCommand({ Bucket: 'events', Key: 'a', Body: 'b' }));
    await until(() => {
      own.clock.advance(1000);
      return accepted.length === 1;
    });
    await own.stop();
  });
});

describe('Lifecycle rules', () => {
  const advance = (ms: number) => {
    s3.clock.advance(ms);
    // Signatures use the clock of the client.
    client.config.systemClockOffset = s3.clock.now() - Date.now();
  };

  it('apply when their days have passed', async () => {
    const { ref: Bucket } = await provide('AWS::S3::Bucket', PROPERTIES);
    const put = (Key: string, Body: string) =>
      client.send(new PutObjectCommand({ Bucket, Key, Body }));
    await put('kept', 'one');
    await put('kept', 'two');
    await put('temporary/x', 'gone');
    await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'abandoned' }));
    const state = async () => {
      const versions = await client.send(new ListObjectVersionsCommand({ Bucket }));
      const uploads = await client.send(new ListMultipartUploadsCommand({ Bucket }));
      return {
        versions: (versions.Versions ?? []).map(({ Key, IsLatest }) => `${Key} ${IsLatest}`),
        markers: (versions.DeleteMarkers ?? []).map(({ Key }) => Key),
        uploads: (uploads.Uploads ?? []).length,
      };
    };
    const before = {
      versions: ['kept true', 'kept false', 'temporary/x true'],
      markers: [],
      uploads: 1,
    };
    advance(DAY_MS);
    await dueActions(s3.clock);
    expect(await state()).toEqual(before);

    advance(3 * DAY_MS);
    await until(async () => (await state()).uploads === 0);
    expect(await state()).toEqual({
      versions: ['kept true', 'kept false', 'temporary/x false'],
      markers: ['temporary/x'],
      uploads: 0,
    });

    // A week later the noncurrent versions expire, and an hour later the delete marker that has no versions.
    advance(9 * DAY_MS);
    await until(async () => (await state()).versions.length === 1);
    advance(3_600_000);
    await until(async () => (await state()).markers.length === 0);
    expect((await state()).versions).toEqual(['kept true']);
  });
});
