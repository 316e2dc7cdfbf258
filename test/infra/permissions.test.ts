import { list, roleGrants } from './role-grants.ts';
import { ofType, synthesize } from './synthesis.ts';

const synthesis = synthesize();
const { roles, allowed, lines, roleAt } = roleGrants(synthesis);

const everyFunctionMay = (construct: string) => [
  `logs:CreateLogStream → ${construct}Log.Arn`,
  `logs:PutLogEvents → ${construct}Log.Arn`,
  'xray:PutTelemetryRecords → *',
  'xray:PutTraceSegments → *',
];

describe('every role', () => {
  it('has its own policies and no AWS managed policy', () => {
    const managed = roles.filter(
      ([, { Properties }]) => Properties.ManagedPolicyArns !== undefined,
    );
    expect(managed).toEqual([]);
    expect(ofType(synthesis, 'AWS::IAM::ManagedPolicy')).toEqual([]);
  });

  it('allows no action with a wildcard', () => {
    const wild = roles
      .flatMap(([id]) => allowed(id))
      .flatMap((statement) => list(statement.Action))
      .filter((action) => action.includes('*'));
    expect(wild).toEqual([]);
  });

  it('allows all resources only for actions without resource-level permissions', () => {
    const everywhere = roles
      .flatMap(([id]) => allowed(id))
      .filter((statement) => list(statement.Resource).includes('*'))
      .flatMap((statement) => list(statement.Action))
      .filter((action) => !/^(xray|logs):/.test(action));
    expect(everywhere).toEqual([]);
  });

  it('can be assumed only by one service, or by the functions that sign', () => {
    for (const [id, { Properties }] of roles) {
      const { Statement } = Properties.AssumeRolePolicyDocument as {
        Statement: { Principal: object }[];
      };
      expect(Statement.flatMap(({ Principal }) => Object.keys(Principal))).toEqual([
        /^(|Object|Form|Original)Signer/.test(id) ? 'AWS' : 'Service',
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
  ApiCreateCompanionSession: [
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:PutItem → UploadsTable',
    'dynamodb:UpdateItem → UploadsTable',
  ],
  FormsAcceptForm: [
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:UpdateItem → UploadsTable',
    's3:AbortMultipartUpload → SourceBucket/uploads/*',
    's3:DeleteObjectVersion → SourceBucket/forms/*',
    's3:GetObjectVersion → SourceBucket/forms/*',
    's3:PutObject → SourceBucket/uploads/*',
    'sqs:SendMessage → FailedInvocationsQueue.Arn',
  ],
  ApiListParts: [
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:UpdateItem → UploadsTable',
    's3:ListMultipartUploadParts → SourceBucket/uploads/*',
  ],
  ApiCompleteUpload: [
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:UpdateItem → UploadsTable',
    's3:AbortMultipartUpload → SourceBucket/uploads/*',
    's3:GetObject → SourceBucket/uploads/*',
    's3:ListBucket → SourceBucket',
    's3:ListMultipartUploadParts → SourceBucket/uploads/*',
    's3:PutObject → SourceBucket/uploads/*',
  ],
  ApiCancelUpload: [
    'dynamodb:DeleteItem → UploadsTable',
    'cloudfront-keyvaluestore:DescribeKeyValueStore → Values',
    'cloudfront-keyvaluestore:GetKey → Values',
    'cloudfront-keyvaluestore:UpdateKeys → Values',
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:UpdateItem → UploadsTable',
    'mediaconvert:CancelJob → arn:Partition:mediaconvert:Region:AccountId:jobs/*',
    's3:AbortMultipartUpload → SourceBucket/uploads/*',
    's3:DeleteObject → OutputBucket/videos/*',
    's3:DeleteObject → SourceBucket/uploads/*',
    's3:DeleteObjectVersion → SourceBucket/uploads/*',
    's3:ListBucket → OutputBucket',
    's3:ListBucketVersions → SourceBucket',
    's3:PutObject → SourceBucket/uploads/*',
    'states:StopExecution → arn:Partition:states:Region:AccountId:execution:ProcessUploadStateMachine.Name:*',
  ],
  ApiRetryUpload: [
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:UpdateItem → UploadsTable',
    's3:GetObject → SourceBucket/uploads/*',
    's3:ListBucket → SourceBucket',
    'states:StartExecution → ProcessUploadStateMachine.Arn',
  ],
  ApiGetUpload: [
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:Query → UploadsTable',
    'dynamodb:UpdateItem → UploadsTable',
    's3:ListMultipartUploadParts → SourceBucket/uploads/*',
  ],
  ApiListUploads: [
    'dynamodb:Query → UploadsTable/index/byOwner',
    'dynamodb:UpdateItem → UploadsTable',
  ],
  AdmissionAdmitUpload: [
    'dynamodb:DeleteItem → UploadsTable',
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:PutItem → UploadsTable',
    'dynamodb:Query → UploadsTable',
    'dynamodb:UpdateItem → UploadsTable',
    'states:SendTaskSuccess → ProcessUploadStateMachine.Arn',
  ],
  AdmissionReleaseSlot: [
    'dynamodb:DeleteItem → UploadsTable',
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:PutItem → UploadsTable',
    'dynamodb:Query → UploadsTable',
    'dynamodb:UpdateItem → UploadsTable',
    'sqs:SendMessage → FailedInvocationsQueue.Arn',
    'states:SendTaskSuccess → ProcessUploadStateMachine.Arn',
  ],
  PlaybackGetPlayback: [
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:UpdateItem → UploadsTable',
    'secretsmanager:GetSecretValue → SigningKeysSecret',
  ],
  PlaybackSetVisibility: ['dynamodb:GetItem → UploadsTable', 'dynamodb:UpdateItem → UploadsTable'],
  PlaybackPutCaptions: [
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:UpdateItem → UploadsTable',
    's3:GetObject → OutputBucket/videos/*/index.*',
    's3:PutObject → OutputBucket/videos/*/captions/*',
    's3:PutObject → OutputBucket/videos/*/index.*',
  ],
  PlaybackGetCaptions: [
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:UpdateItem → UploadsTable',
    's3:GetObject → OutputBucket/videos/*/captions/*',
  ],
  PlaybackDeleteCaptions: [
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:UpdateItem → UploadsTable',
    's3:GetObject → OutputBucket/videos/*/index.*',
    's3:PutObject → OutputBucket/videos/*/index.*',
  ],
  PlaybackGetOriginal: [
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:UpdateItem → UploadsTable',
    'sts:AssumeRole → OriginalSignerRole.Arn',
  ],
  PlaybackGetPublicPlayback: [
    'dynamodb:GetItem → UploadsTable',
    'secretsmanager:GetSecretValue → SigningKeysSecret',
  ],
  PlaybackCreateViewerPlayback: [
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:UpdateItem → UploadsTable',
    'secretsmanager:GetSecretValue → SigningKeysSecret',
  ],
  PlaybackRemoveUpload: [
    'cloudfront-keyvaluestore:DescribeKeyValueStore → Values',
    'cloudfront-keyvaluestore:GetKey → Values',
    'cloudfront-keyvaluestore:UpdateKeys → Values',
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:UpdateItem → UploadsTable',
  ],
  PlaybackRestoreUpload: [
    'cloudfront-keyvaluestore:DescribeKeyValueStore → Values',
    'cloudfront-keyvaluestore:GetKey → Values',
    'cloudfront-keyvaluestore:UpdateKeys → Values',
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:UpdateItem → UploadsTable',
  ],
  SigningKeysRotateSigningKeys: [
    'cloudfront-keyvaluestore:DescribeKeyValueStore → Values.Arn',
    'cloudfront-keyvaluestore:GetKey → Values.Arn',
    'cloudfront-keyvaluestore:UpdateKeys → Values.Arn',
    'secretsmanager:DescribeSecret → SigningKeysSecret',
    'secretsmanager:GetSecretValue → SigningKeysSecret',
    'secretsmanager:PutSecretValue → SigningKeysSecret',
    'secretsmanager:UpdateSecretVersionStage → SigningKeysSecret',
  ],
  JobProgressRecordJob: [
    'dynamodb:UpdateItem → UploadsTable',
    'sqs:SendMessage → FailedInvocationsQueue.Arn',
  ],
  ReconcilerReconcileUploads: [
    'dynamodb:DeleteItem → UploadsTable',
    'cloudfront-keyvaluestore:DescribeKeyValueStore → Values',
    'cloudfront-keyvaluestore:GetKey → Values',
    'cloudfront-keyvaluestore:UpdateKeys → Values',
    'secretsmanager:GetSecretValue → SigningKeysSecret',
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:PutItem → UploadsTable',
    'dynamodb:Query → UploadsTable',
    'dynamodb:Query → UploadsTable/index/byStatus',
    'states:SendTaskSuccess → ProcessUploadStateMachine.Arn',
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
    'sqs:SendMessage → FailedInvocationsQueue.Arn',
    'states:DescribeExecution → arn:Partition:states:Region:AccountId:execution:ProcessUploadStateMachine.Name:*',
    'states:GetExecutionHistory → arn:Partition:states:Region:AccountId:execution:ProcessUploadStateMachine.Name:*',
    'states:StartExecution → ProcessUploadStateMachine.Arn',
    'states:StopExecution → arn:Partition:states:Region:AccountId:execution:ProcessUploadStateMachine.Name:*',
  ],
  WorkflowInspectMedia: [
    'dynamodb:GetItem → UploadsTable',
    'dynamodb:UpdateItem → UploadsTable',
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
    's3:PutObject → OutputBucket/videos/*/storyboard.vtt',
  ],
};

describe('besides its log and traces,', () => {
  it.each(Object.entries(grants))(
    '%s has only the permissions for its calls',
    (construct, more) => {
      expect(lines(roleAt(`${construct}Role`))).toEqual(
        [...everyFunctionMay(construct), ...more].sort(),
      );
    },
  );

  it('every function is listed here', () => {
    expect(ofType(synthesis, 'AWS::Lambda::Function')).toHaveLength(Object.keys(grants).length);
  });
});

describe('the workflow', () => {
  const workflow = roleAt('ProcessUploadRole');

  it('has the permissions that its states need', () => {
    expect(lines(workflow).filter((line) => !/ → \*$/.test(line))).toEqual([
      'dynamodb:GetItem → UploadsTable',
      'dynamodb:UpdateItem → UploadsTable',
      'events:DescribeRule → arn:Partition:events:Region:AccountId:rule/StepFunctionsGetEventsForMediaConvertJobRule',
      'events:PutEvents → arn:Partition:events:Region:AccountId:event-bus/default',
      'events:PutRule → arn:Partition:events:Region:AccountId:rule/StepFunctionsGetEventsForMediaConvertJobRule',
      'events:PutTargets → arn:Partition:events:Region:AccountId:rule/StepFunctionsGetEventsForMediaConvertJobRule',
      'iam:PassRole → ProcessUploadTranscodingRole.Arn',
      'lambda:InvokeFunction → AdmissionAdmitUploadFunction.Arn',
      'lambda:InvokeFunction → WorkflowInspectMediaFunction.Arn',
      'lambda:InvokeFunction → WorkflowPublishVideoFunction.Arn',
      'mediaconvert:CancelJob → arn:Partition:mediaconvert:Region:AccountId:jobs/*',
      'mediaconvert:CreateJob → arn:Partition:mediaconvert:Region:AccountId:queues/Default',
      'mediaconvert:GetJob → arn:Partition:mediaconvert:Region:AccountId:jobs/*',
      'mediaconvert:TagResource → arn:Partition:mediaconvert:Region:AccountId:jobs/*',
      's3:DeleteObject → SourceBucket/uploads/*',
      's3:DeleteObjectVersion → SourceBucket/uploads/*',
      's3:PutObject → SourceBucket/uploads/*',
    ]);
  });

  it('passes a role only to MediaConvert, and sends events only with the source reelgate', () => {
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

  it('is started by the rule, whose role has no other permission', () => {
    expect(lines(roleAt('ObjectCreatedRole'))).toEqual([
      'states:StartExecution → ProcessUploadStateMachine.Arn',
    ]);
  });
});

describe('a function that only reads the table', () => {
  it.each(['ApiGetUpload', 'ApiListParts', 'ApiListUploads'])(
    '%s writes no items but those in which requests are counted',
    (path) => {
      const writes = allowed(roleAt(path)).filter((statement) =>
        list(statement.Action).includes('dynamodb:UpdateItem'),
      );
      expect(writes.map(({ Condition }) => Condition)).toEqual([
        {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['REQUESTS#*'] },
          // Without it, a request without a key would be allowed.
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
      ]);
    },
  );
});

describe('a function that needs uploads alone', () => {
  it.each([
    'ApiListParts',
    'ApiCompleteUpload',
    'FormsAcceptForm',
    'JobProgressRecordJob',
    'PlaybackGetPlayback',
    'PlaybackRemoveUpload',
    'PlaybackRestoreUpload',
    'WorkflowPublishVideo',
  ])('%s reads and writes no other item, but those in which requests are counted', (path) => {
    const keys = allowed(roleAt(path))
      .filter(({ Action }) => list(Action).some((each) => each.startsWith('dynamodb:')))
      .flatMap(({ Condition }) => {
        const { 'ForAllValues:StringLike': like } = Condition as {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': string[] };
        };
        return like['dynamodb:LeadingKeys'];
      });
    expect(keys).toContain('UPLOAD#*');
    expect(keys.filter((key) => !['UPLOAD#*', 'REQUESTS#*'].includes(key))).toEqual([]);
  });

  it('record-job writes the progress of a job, and no other attribute', () => {
    const conditions = allowed(roleAt('JobProgressRecordJob'))
      .filter(({ Action }) => list(Action).includes('dynamodb:UpdateItem'))
      .map(({ Condition }) => Condition);
    expect(conditions).toMatchObject([
      {
        'ForAllValues:StringEquals': {
          'dynamodb:Attributes': [
            ...['pk', 'sk', 'status', 'attempt'],
            ...['jobId', 'transcodePercent', 'updatedAt', 'slotToken'],
          ],
        },
      },
    ]);
  });
});

describe('the roles that services assume for us', () => {
  it.each([
    ['ProcessUploadRole', ':states:', ':stateMachine:*'],
    ['ProcessUploadTranscodingRole', ':mediaconvert:', ':queues/*'],
  ])('%s is assumed only in the name of our resources', (role, service, resource) => {
    const properties = roles.find(([id]) => id === roleAt(role))?.[1].Properties;
    const { Statement } = (properties?.AssumeRolePolicyDocument ?? {}) as {
      Statement: { Condition: { StringEquals: unknown; ArnLike: unknown } }[];
    };
    expect(Statement).toHaveLength(1);
    expect(Statement[0]?.Condition.StringEquals).toEqual({
      'aws:SourceAccount': { Ref: 'AWS::AccountId' },
    });
    const text = JSON.stringify(Statement[0]?.Condition.ArnLike);
    expect(text).toContain(service);
    expect(text).toContain(resource);
  });
});

describe('the function that inspects files of strangers', () => {
  it('reads and writes one attribute of the table, and no other', () => {
    const conditions = allowed(roleAt('WorkflowInspectMedia'))
      .filter((statement) => list(statement.Action).some((each) => each.startsWith('dynamodb:')))
      .map(({ Condition }) => Condition);
    expect(conditions).toEqual([
      {
        'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'sk', 'outputSeconds'] },
        StringEqualsIfExists: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
      },
      {
        'ForAllValues:StringEquals': {
          'dynamodb:Attributes': ['pk', 'sk', 'outputSeconds', 'expiresAt'],
        },
        StringEqualsIfExists: { 'dynamodb:ReturnValues': 'NONE' },
      },
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
