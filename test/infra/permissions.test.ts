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
