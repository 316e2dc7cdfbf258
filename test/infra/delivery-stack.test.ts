import { Match, type Template } from 'aws-cdk-lib/assertions';
import { KEYS_NAME } from '../../core/playback/signing-keys.ts';
import { ofType, synthesize } from './synthesis.ts';

const ORIGIN = 'https://app.example.com';
const synthesis = synthesize({ allowedOrigins: [ORIGIN] });
const delivery = synthesis.delivery as Template;

describe('the distribution', () => {
  const [[, distribution] = []] = ofType(synthesis, 'AWS::CloudFront::Distribution');
  const { DistributionConfig } = (distribution?.Properties ?? {}) as {
    DistributionConfig: {
      DefaultCacheBehavior: Record<string, unknown>;
      Origins: readonly Record<string, unknown>[];
    };
  };
  const { DefaultCacheBehavior, Origins, ...rest } = DistributionConfig;

  it('reads the output bucket alone, with signed requests, never with the header of a viewer', () => {
    expect(Origins).toHaveLength(1);
    expect(JSON.stringify(Origins[0]?.DomainName)).toContain('OutputBucket');
    expect(Origins[0]).toMatchObject({ S3OriginConfig: { OriginAccessIdentity: '' } });
    delivery.hasResourceProperties('AWS::CloudFront::OriginAccessControl', {
      OriginAccessControlConfig: {
        OriginAccessControlOriginType: 's3',
        SigningBehavior: 'always',
        SigningProtocol: 'sigv4',
      },
    });
  });

  it('has one behavior, so that no path gets past the viewer function', () => {
    expect(rest).not.toHaveProperty('CacheBehaviors');
    expect(rest).not.toHaveProperty('CustomErrorResponses');
    expect(DefaultCacheBehavior).toMatchObject({
      AllowedMethods: ['GET', 'HEAD', 'OPTIONS'],
      ViewerProtocolPolicy: 'https-only',
      FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN: expect.anything() }],
    });
  });

  it('has a cache key without anything that differs between viewers', () => {
    delivery.hasResourceProperties('AWS::CloudFront::CachePolicy', {
      CachePolicyConfig: Match.objectLike({
        ParametersInCacheKeyAndForwardedToOrigin: Match.objectLike({
          CookiesConfig: { CookieBehavior: 'none' },
          HeadersConfig: { HeaderBehavior: 'none' },
          QueryStringsConfig: { QueryStringBehavior: 'none' },
        }),
      }),
    });
    expect(DefaultCacheBehavior).not.toHaveProperty('OriginRequestPolicyId');
  });

  it('lets pages of the configured origins read responses, and nothing run in a page of its own', () => {
    delivery.hasResourceProperties('AWS::CloudFront::ResponseHeadersPolicy', {
      ResponseHeadersPolicyConfig: Match.objectLike({
        CorsConfig: Match.objectLike({
          AccessControlAllowOrigins: { Items: [ORIGIN] },
          AccessControlAllowCredentials: false,
          OriginOverride: true,
        }),
        SecurityHeadersConfig: Match.objectLike({
          ContentSecurityPolicy: {
            ContentSecurityPolicy: "default-src 'none'; sandbox",
            Override: true,
          },
          ContentTypeOptions: { Override: true },
        }),
      }),
    });
  });

  it('has no access log, because the path of a viewer contains a token', () => {
    expect(rest).not.toHaveProperty('Logging');
  });
});

describe('the viewer function', () => {
  it('is published with the store that it reads, and the configured origins', () => {
    delivery.hasResourceProperties('AWS::CloudFront::Function', {
      AutoPublish: true,
      FunctionCode: Match.stringLikeRegexp(`"${ORIGIN}"`),
      FunctionConfig: {
        Runtime: 'cloudfront-js-2.0',
        KeyValueStoreAssociations: [
          { KeyValueStoreARN: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Values'), 'Arn'] } },
        ],
      },
    });
  });

  it('has no value in the template: keys exist only in the secret and the store', () => {
    const [[, store] = []] = ofType(synthesis, 'AWS::CloudFront::KeyValueStore');
    expect(store?.Properties).not.toHaveProperty('ImportSource');
    expect(JSON.stringify(delivery.toJSON())).not.toContain(`"${KEYS_NAME}":`);
  });

  it('is refused with more origins than fit into the 10 KB of its code', () => {
    const origin = (index: number) => `https://page-${index}.example.com`;
    const allowedOrigins = Array.from({ length: 300 }, (_, index) => origin(index));
    expect(() => synthesize({ allowedOrigins })).toThrow(/CloudFront accepts 10240.*fewer origins/);
  });
});

describe('the secret of the signing keys', () => {
  it('begins with a value that is no key, and rotates at once and then every 30 days', () => {
    delivery.hasResourceProperties('AWS::SecretsManager::Secret', { GenerateSecretString: {} });
    delivery.hasResourceProperties('AWS::SecretsManager::RotationSchedule', {
      RotateImmediatelyOnUpdate: true,
      RotationRules: { AutomaticallyAfterDays: 30 },
      RotationLambdaARN: {
        'Fn::GetAtt': [Match.stringLikeRegexp('^SigningKeysRotateSigningKeysFunction'), 'Arn'],
      },
    });
  });

  it('is rotated after everything that the first rotation needs exists', () => {
    const [[, schedule] = []] = ofType(synthesis, 'AWS::SecretsManager::RotationSchedule');
    expect(schedule?.DependsOn).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^SigningKeysMayInvoke/),
        expect.stringMatching(/^SigningKeysRotateSigningKeysRoleDefaultPolicy/),
        expect.stringMatching(/^Values/),
      ]),
    );
  });

  it('is the only one for which Secrets Manager may invoke the function', () => {
    delivery.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'secretsmanager.amazonaws.com',
      SourceAccount: { Ref: 'AWS::AccountId' },
      SourceArn: { Ref: Match.stringLikeRegexp('^SigningKeysSecret') },
    });
  });
});

describe('the policy of the output bucket', () => {
  const statements = (from: typeof synthesis) =>
    ofType(from, 'AWS::S3::BucketPolicy')
      .flatMap(
        ([, { Properties }]) =>
          (Properties.PolicyDocument as { Statement: Record<string, unknown>[] }).Statement,
      )
      .filter(({ Principal }) => JSON.stringify(Principal).includes('cloudfront'));

  it('lets distributions of this account read videos, and list, so that a missing file is a 404', () => {
    expect(statements(synthesis)).toMatchObject([
      { Effect: 'Allow', Action: 's3:GetObject' },
      { Effect: 'Allow', Action: 's3:ListBucket' },
    ]);
    const [read] = statements(synthesis);
    expect(JSON.stringify(read?.Resource)).toContain('/videos/*');
    for (const { Condition } of statements(synthesis)) {
      expect(JSON.stringify(Condition)).toMatch(
        /"ArnLike":.*:cloudfront::.*AWS::AccountId.*:distribution\/\*/,
      );
    }
  });

  it('names no distribution where videos are not delivered', () => {
    expect(statements(synthesize({ delivery: 'none' }))).toEqual([]);
  });
});

describe('the API', () => {
  it('gets host and secret of the delivery', () => {
    synthesis.pipeline.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({
          POWERTOOLS_SERVICE_NAME: 'get-playback',
          MEDIA_HOST: {
            'Fn::Join': [
              '',
              ['https://', { 'Fn::ImportValue': Match.stringLikeRegexp('DomainName') }],
            ],
          },
          SIGNING_SECRET_ARN: { 'Fn::ImportValue': Match.stringLikeRegexp('SigningKeysSecret') },
        }),
      },
    });
  });

  it('says that there is none where videos are not delivered', () => {
    synthesize({ delivery: 'none' }).pipeline.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({
          POWERTOOLS_SERVICE_NAME: 'get-playback',
          MEDIA_HOST: 'none',
          SIGNING_SECRET_ARN: 'none',
        }),
      },
    });
  });
});
