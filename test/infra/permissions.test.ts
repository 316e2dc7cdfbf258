import { ofType, synthesize } from './synthesis.ts';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

const synthesis = synthesize();
const roles = ofType(synthesis, 'AWS::IAM::Role');
const policies = ofType(synthesis, 'AWS::IAM::Policy');

/** Everything that a role allows: its own policies and those that name it. */
function allowed(roleId: string): Statement[] {
  const own = (synthesis.resources[roleId]?.Properties.Policies ?? []) as {
    PolicyDocument: unknown;
  }[];
  const named = policies
    .filter(([, { Properties }]) => refersTo(Properties.Roles, roleId))
    .map(([, { Properties }]) => Properties as { PolicyDocument: unknown });
  return [...own, ...named].flatMap(
    ({ PolicyDocument }) => (PolicyDocument as { Statement: Statement[] }).Statement,
  );
}

function refersTo(value: unknown, logicalId: string): boolean {
  return JSON.stringify(value).includes(`"${logicalId}"`);
}

function list<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}

/** Logical ids begin with the path of their construct. */
function roleAt(path: string): string {
  const found = roles.map(([id]) => id).filter((id) => id.startsWith(path));
  expect(found).toHaveLength(1);
  return found[0] ?? '';
}

/** `action → resource` with every reference as its text, so that a whole role reads as a list. */
function lines(roleId: string): string[] {
  return allowed(roleId)
    .flatMap((statement) =>
      list(statement.Action).flatMap((action) =>
        list(statement.Resource).map((resource) => `${action} → ${shorten(resource)}`),
      ),
    )
    .sort();
}

function shorten(resource: unknown): string {
  return JSON.stringify(resource)
    .replaceAll(
      /\{"Fn::ImportValue":"data:ExportsOutput(?:FnGetAtt|Ref)([A-Za-z]+?)[0-9A-F]{8}[^"]*"\}/g,
      '$1',
    )
    .replaceAll(/\{"Fn::GetAtt":\["([A-Za-z]+?)[0-9A-F]{8}","(\w+)"\]\}/g, '$1.$2')
    .replaceAll(/\{"Ref":"AWS::(\w+)"\}/g, '$1')
    .replaceAll(/^\{"Fn::Join":\["",\[|\]\]\}$|["]/g, '')
    .replaceAll(',', '');
}

const everyFunctionMay = (construct: string) => [
  `logs:CreateLogStream → ${construct}Log.Arn`,
  `logs:PutLogEvents → ${construct}Log.Arn`,
  'xray:PutTelemetryRecords → *',
  'xray:PutTraceSegments → *',
];

describe('every role', () => {
  it('has policies of its own and none of AWS', () => {
    const managed = roles.filter(
      ([, { Properties }]) => Properties.ManagedPolicyArns !== undefined,
    );
    expect(managed).toEqual([]);
    expect(ofType(synthesis, 'AWS::IAM::ManagedPolicy')).toEqual([]);
  });

  it('names each action that it allows', () => {
    const wild = roles
      .flatMap(([id]) => allowed(id))
      .flatMap((statement) => list(statement.Action))
      .filter((action) => action.includes('*'));
    expect(wild).toEqual([]);
  });

  it('reaches everything only where the service knows no resources', () => {
    const everywhere = roles
      .flatMap(([id]) => allowed(id))
      .filter((statement) => list(statement.Resource).includes('*'))
      .flatMap((statement) => list(statement.Action))
      .filter((action) => !/^(xray|logs):/.test(action));
    expect(everywhere).toEqual([]);
  });

  it('is assumed by one service, or by the functions that sign', () => {
    for (const [id, { Properties }] of roles) {
      const { Statement } = Properties.AssumeRolePolicyDocument as {
        Statement: { Principal: object }[];
      };
      expect(Statement.flatMap(({ Principal }) => Object.keys(Principal))).toEqual([
        /^(|Object|Form)Signer/.test(id) ? 'AWS' : 'Service',
      ]);
    }
  });
});

const grants: Record<string, string[]> = {
  ApiCreateUpload: [
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:PutItem → UploadsTable',
    'dynamodb:UpdateItem → UploadsTable',
    's3:AbortMultipartUpload → SourceBucket/uploads/*',
    's3:PutObject → SourceBucket/uploads/*',
    'sts:AssumeRole → FormSignerRole.Arn',
    'sts:AssumeRole → ObjectSignerRole.Arn',
    'sts:AssumeRole → SignerRole.Arn',
  ],
  ApiSignParts: [
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:UpdateItem → UploadsTable',
    's3:AbortMultipartUpload → SourceBucket/uploads/*',
    's3:PutObject → SourceBucket/uploads/*',
    'sts:AssumeRole → FormSignerRole.Arn',
    'sts:AssumeRole → ObjectSignerRole.Arn',
    'sts:AssumeRole → SignerRole.Arn',
  ],
  ApiCompanion: [
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:PutItem → UploadsTable',
    'dynamodb:UpdateItem → UploadsTable',
    's3:AbortMultipartUpload → SourceBucket/uploads/*',
    's3:GetObject → SourceBucket/uploads/*',
    's3:ListBucket → SourceBucket',
    's3:ListMultipartUploadParts → SourceBucket/uploads/*',
    's3:PutObject → SourceBucket/uploads/*',
    'sts:AssumeRole → FormSignerRole.Arn',
    'sts:AssumeRole → SignerRole.Arn',
  ],
  ApiCreateCompanionSession: ['dynamodb:PutItem → UploadsTable'],
  FormsAcceptForm: [
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:UpdateItem → UploadsTable',
    's3:AbortMultipartUpload → SourceBucket/uploads/*',
    's3:DeleteObjectVersion → SourceBucket/forms/*',
    's3:GetObjectVersion → SourceBucket/forms/*',
    's3:PutObject → SourceBucket/uploads/*',
  ],
  ApiListParts: [
    'dynamodb:GetItem → UploadsTable',
    's3:ListMultipartUploadParts → SourceBucket/uploads/*',
  ],
  ApiCompleteUpload: [
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:UpdateItem → UploadsTable',
    's3:GetObject → SourceBucket/uploads/*',
    's3:ListBucket → SourceBucket',
    's3:ListMultipartUploadParts → SourceBucket/uploads/*',
    's3:PutObject → SourceBucket/uploads/*',
  ],
  ApiCancelUpload: [
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:UpdateItem → UploadsTable',
    'mediaconvert:CancelJob → arn:Partition:mediaconvert:Region:AccountId:jobs/*',
    's3:AbortMultipartUpload → SourceBucket/uploads/*',
    's3:DeleteObject → OutputBucket/videos/*',
    's3:DeleteObject → SourceBucket/uploads/*',
    's3:DeleteObjectVersion → SourceBucket/uploads/*',
    's3:ListBucket → OutputBucket',
    's3:ListBucketVersions → SourceBucket',
    'states:StopExecution → arn:Partition:states:Region:AccountId:execution:ProcessUploadStateMachine.Name:*',
  ],
  ApiGetUpload: [
    'dynamodb:GetItem → UploadsTable',
    's3:ListMultipartUploadParts → SourceBucket/uploads/*',
  ],
  ApiListUploads: ['dynamodb:Query → UploadsTable/index/byOwner'],
  JobProgressRecordJob: ['dynamodb:UpdateItem → UploadsTable'],
  ReconcilerReconcileUploads: [
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:Query → UploadsTable/index/byStatus',
    'dynamodb:UpdateItem → UploadsTable',
    'events:PutEvents → arn:Partition:events:Region:AccountId:event-bus/default',
    'mediaconvert:CancelJob → arn:Partition:mediaconvert:Region:AccountId:jobs/*',
    'mediaconvert:GetJob → arn:Partition:mediaconvert:Region:AccountId:jobs/*',
    's3:AbortMultipartUpload → SourceBucket/uploads/*',
    's3:DeleteObject → OutputBucket/videos/*',
    's3:DeleteObject → SourceBucket/uploads/*',
    's3:DeleteObjectVersion → SourceBucket/forms/*',
    's3:DeleteObjectVersion → SourceBucket/uploads/*',
    's3:GetObject → SourceBucket/forms/*',
    's3:GetObject → SourceBucket/uploads/*',
    's3:GetObjectVersion → SourceBucket/forms/*',
    's3:ListBucket → OutputBucket',
    's3:ListBucket → SourceBucket',
    's3:ListBucketVersions → SourceBucket',
    's3:PutObject → SourceBucket/uploads/*',
    'states:DescribeExecution → arn:Partition:states:Region:AccountId:execution:ProcessUploadStateMachine.Name:*',
    'states:GetExecutionHistory → arn:Partition:states:Region:AccountId:execution:ProcessUploadStateMachine.Name:*',
    'states:StartExecution → ProcessUploadStateMachine.Arn',
    'states:StopExecution → arn:Partition:states:Region:AccountId:execution:ProcessUploadStateMachine.Name:*',
  ],
  WorkflowInspectMedia: [
    's3:GetObjectVersion → SourceBucket/uploads/*',
    's3:ListBucket → SourceBucket',
  ],
  WorkflowPublishVideo: [
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:UpdateItem → UploadsTable',
    's3:GetObject → OutputBucket/videos/*',
    's3:GetObject → SourceBucket/uploads/*',
    's3:ListBucket → OutputBucket',
    's3:ListBucket → SourceBucket',
  ],
};

describe('a function may write its own log and traces, and beside that', () => {
  it.each(Object.entries(grants))('%s only what it calls', (construct, more) => {
    expect(lines(roleAt(`${construct}Role`))).toEqual(
      [...everyFunctionMay(construct), ...more].sort(),
    );
  });

  it('no function is left out here', () => {
    expect(ofType(synthesis, 'AWS::Lambda::Function')).toHaveLength(Object.keys(grants).length);
  });
});

describe('the signer', () => {
  const signer = roleAt('SignerRole');

  it('may put parts below uploads/, and nothing else', () => {
    expect(lines(signer)).toEqual(['s3:PutObject → SourceBucket/uploads/*']);
    expect(allowed(signer)).toMatchObject([
      { Condition: { Bool: { 's3:ObjectCreationOperation': 'false' } } },
    ]);
  });

  it.each([
    ['SignerRole', ['ApiCompanionRole', 'ApiCreateUploadRole', 'ApiSignPartsRole']],
    ['ObjectSignerRole', ['ApiCreateUploadRole', 'ApiSignPartsRole']],
    ['FormSignerRole', ['ApiCompanionRole', 'ApiCreateUploadRole', 'ApiSignPartsRole']],
  ])('%s is assumed by the functions that sign, for an hour at most', (path, functions) => {
    const { AssumeRolePolicyDocument, MaxSessionDuration } =
      synthesis.resources[roleAt(path)]?.Properties ?? {};
    expect(MaxSessionDuration).toBe(3600);
    expect(AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Action: 'sts:AssumeRole',
          Principal: { AWS: functions.map((name) => ({ 'Fn::GetAtt': [roleAt(name), 'Arn'] })) },
        },
      ],
    });
  });

  it('of single requests may put whole objects below uploads/ by URL, and nothing else', () => {
    const role = roleAt('ObjectSignerRole');
    expect(lines(role)).toEqual(['s3:PutObject → SourceBucket/uploads/*']);
    expect(allowed(role)).toMatchObject([
      {
        Condition: {
          Bool: { 's3:ObjectCreationOperation': 'true' },
          StringEquals: { 's3:authType': 'REST-QUERY-STRING' },
        },
      },
    ]);
  });

  it('of forms may post files below forms/, and nothing else', () => {
    const role = roleAt('FormSignerRole');
    expect(lines(role)).toEqual(['s3:PutObject → SourceBucket/forms/*']);
    expect(allowed(role)).toMatchObject([
      { Condition: { StringEquals: { 's3:authType': 'POST' } } },
    ]);
  });

  it('beginning an upload does not allow putting a whole object', () => {
    const puts = ['ApiCreateUploadRole', 'ApiSignPartsRole']
      .flatMap((path) => allowed(roleAt(path)))
      .filter((statement) => list(statement.Action).includes('s3:PutObject'));
    expect(puts).toHaveLength(2);
    for (const { Condition } of puts) {
      expect(Condition).toEqual({ Bool: { 's3:ObjectCreationOperation': 'false' } });
    }
  });
});

describe('the workflow', () => {
  const workflow = roleAt('ProcessUploadRole');

  it('may do what its states do', () => {
    expect(lines(workflow).filter((line) => !/ → \*$/.test(line))).toEqual([
      'dynamodb:GetItem → UploadsTable',
      'dynamodb:UpdateItem → UploadsTable',
      'events:DescribeRule → arn:Partition:events:Region:AccountId:rule/StepFunctionsGetEventsForMediaConvertJobRule',
      'events:PutEvents → arn:Partition:events:Region:AccountId:event-bus/default',
      'events:PutRule → arn:Partition:events:Region:AccountId:rule/StepFunctionsGetEventsForMediaConvertJobRule',
      'events:PutTargets → arn:Partition:events:Region:AccountId:rule/StepFunctionsGetEventsForMediaConvertJobRule',
      'iam:PassRole → ProcessUploadTranscodingRole.Arn',
      'lambda:InvokeFunction → WorkflowInspectMediaFunction.Arn',
      'lambda:InvokeFunction → WorkflowPublishVideoFunction.Arn',
      'mediaconvert:CancelJob → arn:Partition:mediaconvert:Region:AccountId:jobs/*',
      'mediaconvert:CreateJob → arn:Partition:mediaconvert:Region:AccountId:queues/Default',
      'mediaconvert:GetJob → arn:Partition:mediaconvert:Region:AccountId:jobs/*',
      'mediaconvert:TagResource → arn:Partition:mediaconvert:Region:AccountId:jobs/*',
      's3:DeleteObject → SourceBucket/uploads/*',
      's3:DeleteObjectVersion → SourceBucket/uploads/*',
    ]);
  });

  it('passes its role to MediaConvert only, and speaks on the bus as reelgate only', () => {
    const conditions = (action: string) =>
      allowed(workflow)
        .filter((statement) => list(statement.Action).includes(action))
        .map(({ Condition }) => Condition);
    expect(conditions('iam:PassRole')).toEqual([
      { StringEquals: { 'iam:PassedToService': 'mediaconvert.amazonaws.com' } },
    ]);
    expect(conditions('events:PutEvents')).toEqual([
      { StringEquals: { 'events:source': 'reelgate' } },
    ]);
  });

  it('is started by the rule, whose role can do nothing else', () => {
    expect(lines(roleAt('ObjectCreatedRole'))).toEqual([
      'states:StartExecution → ProcessUploadStateMachine.Arn',
    ]);
  });
});

describe('MediaConvert', () => {
  const transcoding = roleAt('ProcessUploadTranscodingRole');

  it('reads sources and writes outputs, for jobs of this account only', () => {
    expect(lines(transcoding)).toEqual([
      's3:GetObject → SourceBucket/uploads/*',
      's3:PutObject → OutputBucket/videos/*',
    ]);
    expect(synthesis.resources[transcoding]?.Properties.AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'mediaconvert.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ],
    });
  });
});
