import { createHash } from 'node:crypto';
import { Match } from 'aws-cdk-lib/assertions';
import { type Route, routes } from '../../core/contract/routes.ts';
import { environments, type FunctionName, readEnvironment } from '../../core/environment.ts';
import { RECONCILE_EVERY_MINUTES } from '../../core/reconciliation/reconcile.ts';
import { SOURCE_PREFIX } from '../../core/uploads/object-keys.ts';
import { ofType, synthesize } from './synthesis.ts';

const synthesis = synthesize({
  allowedOrigins: ['https://app.example.com'],
  throttle: { rate: 7, burst: 9, withoutToken: { rate: 3, burst: 5 } },
  upload: { quota: { maximumActiveUploads: 3 } },
});
const { pipeline } = synthesis;

type ApiRoute = Route & { readonly name: string };

describe('the HTTP API', () => {
  it.each(
    (routes as readonly ApiRoute[]).map(
      (route) => [`${route.method} ${route.path}`, route] as const,
    ),
  )('%s goes to its function, with a token that has the scope', (RouteKey, route) => {
    const construct = route.name
      .split('-')
      .map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`)
      .join('');
    const [[id, found] = []] = ofType(synthesis, 'AWS::ApiGatewayV2::Route').filter(
      ([, { Properties }]) => Properties.RouteKey === RouteKey,
    );
    expect(id).toBeDefined();
    const { access = route.method === 'GET' ? 'read' : 'write' } = route;
    const scope = access === 'play' ? 'videos.play' : `uploads.${access}`;
    expect(found?.Properties).toMatchObject(
      access === 'open'
        ? { AuthorizationType: 'NONE' }
        : { AuthorizationType: 'JWT', AuthorizationScopes: [`reelgate/${scope}`] },
    );
    const target = JSON.stringify(found?.Properties.Target);
    const [integration] = ofType(synthesis, 'AWS::ApiGatewayV2::Integration').filter(([name]) =>
      target.includes(`"${name}"`),
    );
    expect(integration?.[1].Properties).toMatchObject({
      IntegrationType: 'AWS_PROXY',
      PayloadFormatVersion: '2.0',
    });
    expect(JSON.stringify(integration?.[1].Properties.IntegrationUri)).toMatch(
      new RegExp(`"(Api|Playback)${construct}Function`),
    );
  });

  it('checks tokens against the user pool and its client', () => {
    pipeline.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: {
        Issuer: { 'Fn::ImportValue': Match.stringLikeRegexp('UsersPool.*ProviderURL') },
        Audience: [{ 'Fn::ImportValue': Match.stringLikeRegexp('UsersClient') }],
      },
    });
  });

  it('allows requests from pages of the configured origins', () => {
    pipeline.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: Match.objectLike({
        AllowOrigins: ['https://app.example.com'],
        AllowHeaders: ['authorization', 'content-type', 'idempotency-key'],
        AllowMethods: ['GET', 'POST', 'PUT', 'DELETE'],
      }),
    });
  });

  it('is throttled, more so where anybody may call it, and logs no query, headers or path, because the path can contain a capability', () => {
    const [[, stage] = []] = ofType(synthesis, 'AWS::ApiGatewayV2::Stage');
    expect(stage?.Properties.DefaultRouteSettings).toMatchObject({
      ThrottlingRateLimit: 7,
      ThrottlingBurstLimit: 9,
    });
    const open = ofType(synthesis, 'AWS::ApiGatewayV2::Route').filter(
      ([, { Properties }]) => Properties.AuthorizationType !== 'JWT',
    );
    const own = {
      DetailedMetricsEnabled: true,
      ThrottlingRateLimit: 3,
      ThrottlingBurstLimit: 5,
    };
    expect(stage?.Properties.RouteSettings).toEqual(
      Object.fromEntries(open.map(([, { Properties }]) => [Properties.RouteKey, own])),
    );
    expect(stage?.DependsOn).toEqual(expect.arrayContaining(open.map(([id]) => id)));
    const settings = stage?.Properties.AccessLogSettings as { Format: string } | undefined;
    const variables = Object.values(JSON.parse(settings?.Format ?? '{}') as Record<string, string>);
    expect(variables).toContain('$context.status');
    for (const variable of variables) {
      expect(variable).toMatch(/^\$context\./);
      expect(variable).not.toMatch(/query|header|claims|requestOverride|path/i);
    }
  });
});

describe('every function', () => {
  const functions = ofType(synthesis, 'AWS::Lambda::Function');

  it.each(functions)('%s runs on Node 24 and ARM, with tracing and its own JSON log', (_, one) => {
    expect(one.Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: expect.stringMatching(/Log/) } },
    });
  });

  it.each(functions)('%s has an environment that its schema accepts', (_, one) => {
    const { Variables } = one.Properties.Environment as { Variables: Record<string, unknown> };
    const name = Variables.POWERTOOLS_SERVICE_NAME as FunctionName;
    const resolved = Object.fromEntries(
      Object.entries(Variables).map(([key, value]) => [
        key,
        typeof value === 'string' ? value : `the-${key}`,
      ]),
    );
    expect(Object.keys(Variables).sort()).toEqual(Object.keys(environments[name]().shape).sort());
    expect(() => readEnvironment(name, resolved)).not.toThrow();
  });

  it('receives the configured policy', () => {
    pipeline.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({
          UPLOAD_POLICY: Match.serializedJson(
            Match.objectLike({ quota: Match.objectLike({ maximumActiveUploads: 3 }) }),
          ),
        }),
      },
    });
  });

  it('keeps its log for the configured period', () => {
    pipeline.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
    for (const [, group] of ofType(synthesis, 'AWS::Logs::LogGroup')) {
      expect(group).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
  });

  it('deletes its logs with the stack if no data is retained', () => {
    for (const [, group] of ofType(synthesize({ retainData: false }), 'AWS::Logs::LogGroup')) {
      expect(group.DeletionPolicy).toBe('Delete');
    }
  });

  it('names no log group as an earlier stack of the same name has', () => {
    const named = ofType(synthesis, 'AWS::Logs::LogGroup').flatMap(([, { Properties }]) =>
      Properties.LogGroupName === undefined ? [] : [JSON.stringify(Properties.LogGroupName)],
    );
    expect(named).toHaveLength(2);
    for (const name of named) expect(name).toContain('AWS::StackId');
  });
});

describe('the rule for new objects', () => {
  it('matches every Object Created event of a file below uploads/, with any reason', () => {
    pipeline.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: {
          bucket: { name: [{ 'Fn::ImportValue': Match.stringLikeRegexp('SourceBucket') }] },
          object: {
            key: [{ prefix: SOURCE_PREFIX }],
            etag: [{ 'anything-but': createHash('md5').digest('hex') }],
          },
        },
      },
    });
  });

  it('retries for a day and then sends the event to the dead-letter queue', () => {
    pipeline.hasResourceProperties('AWS::Events::Rule', {
      Targets: [
        Match.objectLike({
          Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ProcessUploadStateMachine'), 'Arn'] },
          DeadLetterConfig: {
            Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('DeadLetters'), 'Arn'] },
          },
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
        }),
      ],
    });
  });
});

describe('the rule for jobs', () => {
  it('matches only progress events of jobs with an upload id', () => {
    pipeline.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.mediaconvert'],
        'detail-type': ['MediaConvert Job State Change'],
        detail: {
          status: ['PROGRESSING', 'STATUS_UPDATE'],
          userMetadata: { uploadId: [{ exists: true }] },
        },
      },
    });
  });

  it('invokes its function and retries for at most one hour', () => {
    pipeline.hasResourceProperties('AWS::Events::Rule', {
      Targets: [
        {
          Id: 'record-job',
          Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^JobProgressRecordJobFunction'), 'Arn'] },
          DeadLetterConfig: {
            Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^DeadLettersQueue'), 'Arn'] },
          },
          RetryPolicy: { MaximumEventAgeInSeconds: 3_600, MaximumRetryAttempts: 20 },
        },
      ],
    });
  });

  it('is the only principal that may invoke the function', () => {
    const permissions = ofType(synthesis, 'AWS::Lambda::Permission').filter(([, { Properties }]) =>
      JSON.stringify(Properties.FunctionName).includes('"JobProgressRecordJobFunction'),
    );
    expect(permissions.map(([, { Properties }]) => Properties)).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: expect.anything(),
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': [expect.stringMatching(/^JobProgressRule/), 'Arn'] },
      },
    ]);
  });
});

describe('the reconciler', () => {
  it('runs every five minutes and stops before the next run', () => {
    pipeline.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(5 minutes)',
      Targets: [
        {
          Id: 'reconcile-uploads',
          Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ReconcilerReconcileUploads'), 'Arn'] },
          DeadLetterConfig: {
            Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^DeadLettersQueue'), 'Arn'] },
          },
          RetryPolicy: { MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 3 },
        },
      ],
    });
    const [[, one] = []] = ofType(synthesis, 'AWS::Lambda::Function').filter(([id]) =>
      id.startsWith('ReconcilerReconcileUploads'),
    );
    expect(one?.Properties.Timeout).toBeLessThan(300);
  });

  it('can be invoked only by its rule', () => {
    const permissions = ofType(synthesis, 'AWS::Lambda::Permission').filter(([, { Properties }]) =>
      JSON.stringify(Properties.FunctionName).includes('"ReconcilerReconcileUploads'),
    );
    expect(permissions.map(([, { Properties }]) => Properties)).toMatchObject([
      {
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': [expect.stringMatching(/^ReconcilerRule/), 'Arn'] },
      },
    ]);
  });
});

describe('the dead-letter queue', () => {
  it('is encrypted, requires TLS, and accepts events only from these rules', () => {
    pipeline.hasResourceProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
    pipeline.hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Action: 'sqs:*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
          ...['^AdmissionRule', '^ObjectCreatedRule', '^JobProgressRule', '^ReconcilerRule'].map(
            (rule) =>
              Match.objectLike({
                Effect: 'Allow',
                Action: 'sqs:SendMessage',
                Principal: { Service: 'events.amazonaws.com' },
                Condition: {
                  ArnEquals: {
                    'aws:SourceArn': { 'Fn::GetAtt': [Match.stringLikeRegexp(rule), 'Arn'] },
                  },
                },
              }),
          ),
        ]),
      },
    });
    // The other one is for failed invocations.
    pipeline.resourceCountIs('AWS::SQS::Queue', 2);
  });
});

describe('accept-form', () => {
  const concurrency = (from: ReturnType<typeof synthesize>) =>
    ofType(from, 'AWS::Lambda::Function').find(([id]) => id.startsWith('FormsAcceptForm'))?.[1]
      .Properties.ReservedConcurrentExecutions;

  it('accepts few files at the same time, or as many as the operator says', () => {
    expect(concurrency(synthesis)).toBe(5);
    const others = ofType(synthesis, 'AWS::Lambda::Function').filter(
      ([id]) => !id.startsWith('FormsAcceptForm'),
    );
    for (const [, { Properties }] of others) {
      expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
    }
    expect(concurrency(synthesize({ formsAtOnce: 20 }))).toBe(20);
    expect(concurrency(synthesize({ formsAtOnce: 'unlimited' }))).toBeUndefined();
  });
});

describe('asynchronous invocations', () => {
  const configs = ofType(synthesis, 'AWS::Lambda::EventInvokeConfig');

  it.each([
    ['Forms/AcceptForm', 2, 21_600],
    ['Admission/ReleaseSlot', 2, 3_600],
    ['JobProgress/RecordJob', 2, 3_600],
    // A retry would run beside the next scheduled run.
    ['Reconciler/ReconcileUploads', 0, RECONCILE_EVERY_MINUTES * 60],
  ])(
    'of %s are retried %i times, kept for %i seconds, and then reach the queue',
    (path, ...limits) => {
      const construct = path.replace('/', '');
      const [[, config] = []] = configs.filter(([id]) => id.startsWith(construct));
      const [MaximumRetryAttempts, MaximumEventAgeInSeconds] = limits;
      expect(config?.Properties).toMatchObject({
        FunctionName: { Ref: expect.stringMatching(`^${construct}Function`) },
        Qualifier: '$LATEST',
        MaximumRetryAttempts,
        MaximumEventAgeInSeconds,
        DestinationConfig: {
          OnFailure: {
            Destination: {
              'Fn::GetAtt': [expect.stringMatching('^FailedInvocationsQueue'), 'Arn'],
            },
          },
        },
      });
      // Lambda refuses a destination before the role may send to it.
      expect(config?.DependsOn).toContainEqual(
        expect.stringMatching(`^${construct}RoleDefaultPolicy`),
      );
    },
  );

  it('are configured for every function that a rule invokes', () => {
    const targets = ofType(synthesis, 'AWS::Events::Rule').flatMap(
      ([, { Properties }]) => Properties.Targets as { Arn: { 'Fn::GetAtt': [string, string] } }[],
    );
    const invoked = targets
      .map(({ Arn }) => Arn['Fn::GetAtt'][0])
      .filter((id) => synthesis.resources[id]?.Type === 'AWS::Lambda::Function');
    const configured = configs.map(
      ([, { Properties }]) => (Properties.FunctionName as { Ref: string }).Ref,
    );
    expect(configured.sort()).toEqual(invoked.sort());
    expect(invoked).toHaveLength(4);
  });
});

describe('the outputs', () => {
  it('name the resources that operators need', () => {
    const outputs = { ...synthesis.data.toJSON().Outputs, ...pipeline.toJSON().Outputs };
    for (const name of [
      'ApiUrl',
      'Issuer',
      'ClientId',
      'ReadScope',
      'WriteScope',
      'SignInUrl',
      'CallbackUrl',
      'SourceBucketName',
      'OutputBucketName',
      'TableName',
      'StateMachineArn',
      'DashboardName',
      'DeadLetterQueueUrl',
      'FailedInvocationsQueueUrl',
    ]) {
      expect(outputs).toHaveProperty(name);
    }
  });
});

describe('several deployments in one account', () => {
  it('do not conflict, because no resource has a fixed name', () => {
    const fixed = Object.values(synthesis.resources).flatMap(({ Properties = {} }) =>
      Object.entries(Properties)
        .filter(([key]) =>
          /^(BucketName|TableName|FunctionName|RoleName|QueueName|StateMachineName)$/.test(key),
        )
        .filter(([, value]) => typeof value === 'string'),
    );
    expect(fixed).toEqual([]);
  });
});
