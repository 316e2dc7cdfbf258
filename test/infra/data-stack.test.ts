import { Match } from 'aws-cdk-lib/assertions';
import {
  BY_OWNER,
  BY_STATUS,
  PARTITION_KEY,
  SORT_KEY,
  TTL_ATTRIBUTE,
} from '../../core/uploads/records.ts';
import { build, ofType, synthesize } from './synthesis.ts';

const synthesis = synthesize({ allowedOrigins: ['https://app.example.com'] });
const { data } = synthesis;

describe('both buckets', () => {
  const buckets = ofType(synthesis, 'AWS::S3::Bucket');

  it.each(buckets)(
    '%s is private, encrypted, without ACLs, and kept when its stack goes',
    (_, bucket) => {
      expect(bucket.Properties).toMatchObject({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
          ],
        },
      });
      expect(bucket.DeletionPolicy).toBe('Retain');
      expect(bucket.UpdateReplacePolicy).toBe('Retain');
    },
  );

  it('keep their policies when the stack goes', () => {
    const policies = ofType(synthesis, 'AWS::S3::BucketPolicy');
    expect(policies).toHaveLength(buckets.length);
    for (const [, policy] of policies) {
      expect(policy).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
    const gone = ofType(synthesize({ retainData: false }), 'AWS::S3::BucketPolicy');
    for (const [, policy] of gone) expect(policy.DeletionPolicy).not.toBe('Retain');
  });

  it.each(buckets)('%s denies requests without TLS', (id) => {
    data.hasResourceProperties('AWS::S3::BucketPolicy', {
      Bucket: { Ref: id },
      PolicyDocument: {
        Statement: Match.arrayWith([
          {
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: 's3:*',
            Resource: [
              { 'Fn::GetAtt': [id, 'Arn'] },
              { 'Fn::Join': ['', [{ 'Fn::GetAtt': [id, 'Arn'] }, '/*']] },
            ],
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ]),
      },
    });
  });

  it.each(buckets)('%s deletes the parts of abandoned uploads', (_, bucket) => {
    expect(bucket.Properties.LifecycleConfiguration).toMatchObject({
      Rules: expect.arrayContaining([
        expect.objectContaining({
          Status: 'Enabled',
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 },
        }),
      ]),
    });
  });
});

describe('the source bucket', () => {
  it('is versioned and deletes old versions', () => {
    data.hasResourceProperties('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: {
        Rules: Match.arrayWith([
          Match.objectLike({ NoncurrentVersionExpiration: { NoncurrentDays: 7 } }),
        ]),
      },
    });
  });

  it('sends events to EventBridge without a custom resource', () => {
    data.hasResourceProperties('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    });
  });

  it('allows pages of the configured origins only to put and post files and to read ETags', () => {
    data.hasResourceProperties('AWS::S3::Bucket', {
      CorsConfiguration: {
        CorsRules: [
          Match.objectLike({
            AllowedOrigins: ['https://app.example.com'],
            AllowedMethods: ['PUT', 'POST'],
            ExposedHeaders: Match.arrayWith(['ETag', 'x-amz-checksum-crc64nvme']),
          }),
        ],
      },
    });
  });

  it('has an accelerated endpoint only if configured', () => {
    data.hasResourceProperties('AWS::S3::Bucket', { AccelerateConfiguration: Match.absent() });
    const fast = synthesize({ transferAcceleration: true });
    fast.data.hasResourceProperties('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      AccelerateConfiguration: { AccelerationStatus: 'Enabled' },
    });
    fast.pipeline.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { TRANSFER_ACCELERATION: 'on' } },
    });
  });

  it('deletes unaccepted files of forms after one day', () => {
    data.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: Match.arrayWith([
          Match.objectLike({
            Prefix: 'forms/',
            ExpirationInDays: 1,
            NoncurrentVersionExpiration: { NoncurrentDays: 1 },
          }),
        ]),
      },
    });
  });

  it('denies replacing an existing object outside of forms/', () => {
    data.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: 's3:PutObject',
            NotResource: { 'Fn::Join': ['', [Match.anyValue(), '/forms/*']] },
            Condition: {
              Null: { 's3:if-none-match': 'true' },
              Bool: { 's3:ObjectCreationOperation': 'true' },
            },
          }),
        ]),
      },
    });
  });
});

describe('the table', () => {
  it('has the keys and indexes that core/uploads/records.ts defines', () => {
    const key = (hash: string, range: string) => [
      { AttributeName: hash, KeyType: 'HASH' },
      { AttributeName: range, KeyType: 'RANGE' },
    ];
    data.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: key(PARTITION_KEY, SORT_KEY),
      GlobalSecondaryIndexes: [
        { ...BY_OWNER, projection: 'ALL' },
        { ...BY_STATUS, projection: 'KEYS_ONLY' },
      ].map((index) => ({
        IndexName: index.indexName,
        KeySchema: key(index.partitionKey, index.sortKey),
        Projection: { ProjectionType: index.projection },
      })),
      TimeToLiveSpecification: { AttributeName: TTL_ATTRIBUTE, Enabled: true },
    });
  });

  it('has on-demand capacity, point-in-time recovery and deletion protection', () => {
    data.hasResource('AWS::DynamoDB::Table', {
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: true,
      },
      DeletionPolicy: 'Retain',
    });
  });
});

describe('the parts of an unfinished upload', () => {
  it.each([
    [1, 2],
    [48, 2],
    [49, 3],
    [720, 30],
  ])('that expires after %d hours are kept for %d days', (unfinishedHours, days) => {
    synthesize({ upload: { unfinishedHours } }).data.hasResourceProperties('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: {
        Rules: Match.arrayWith([
          Match.objectLike({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: days } }),
        ]),
      },
    });
  });
});

describe('with retainData off', () => {
  const trial = synthesize({ retainData: false });

  it('all resources are deleted with their stack', () => {
    const kept = Object.values(trial.resources).filter(
      (resource) =>
        resource.DeletionPolicy === 'Retain' || resource.UpdateReplacePolicy === 'Retain',
    );
    expect(kept).toEqual([]);
    trial.data.hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: false });
    trial.data.hasResourceProperties('AWS::Cognito::UserPool', { DeletionProtection: 'INACTIVE' });
  });
});

describe('the user pool', () => {
  it('is retained with the data, because owners are identified by its users', () => {
    data.hasResource('AWS::Cognito::UserPool', {
      Properties: { DeletionProtection: 'ACTIVE' },
      DeletionPolicy: 'Retain',
    });
  });

  it('allows only the authorization code flow with PKCE, without a client secret', () => {
    data.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: Match.arrayWith(['reelgate/uploads.read', 'reelgate/uploads.write']),
      ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'],
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 },
    });
  });

  it('has a group for moderators', () => {
    data.hasResourceProperties('AWS::Cognito::UserPoolGroup', { GroupName: 'moderators' });
  });

  it('is not created if another identity provider is configured', () => {
    const foreign = synthesize({
      identity: {
        foreign: { issuer: 'https://id.example.com/', audience: ['app'], scopes: { read: 'r' } },
      },
    });
    expect(ofType(foreign, 'AWS::Cognito::UserPool')).toEqual([]);
    foreign.pipeline.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      JwtConfiguration: { Issuer: 'https://id.example.com/', Audience: ['app'] },
    });
    foreign.pipeline.hasResourceProperties('AWS::ApiGatewayV2::Route', {
      RouteKey: 'GET /v1/uploads',
      AuthorizationScopes: ['r'],
    });
  });
});

describe('the data stack', () => {
  it('has termination protection while its data is retained', () => {
    expect(build().data.terminationProtection).toBe(true);
    expect(build({ retainData: false }).data.terminationProtection).toBe(false);
  });
});
