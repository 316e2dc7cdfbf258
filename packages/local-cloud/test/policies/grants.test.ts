import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditEntry, HostedResource } from '@reelgate/local-cloud';
import { constructPath, type Grant, grantCovers, readGrants } from '@reelgate/local-cloud/policies';

const ROLE = 'arn:aws:iam::000000000000:role/reader';
const TRUST = {
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:lambda:*' }, Bool: { x: 'true' } },
    },
  ],
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grants-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function hosted(logicalId: string, type: string, physicalId: string, arn = ''): HostedResource {
  const attributes = { Arn: arn };
  return { stack: 'app', logicalId, type, physicalId, attributes, cdkPath: undefined };
}

/** The grants of a template with these resources. */
function grantsOf(resources: Record<string, object>): Grant[] {
  const artifact = {
    type: 'aws:cloudformation:stack',
    properties: { templateFile: 'app.json' },
  };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ artifacts: { app: artifact } }));
  writeFileSync(join(folder, 'app.json'), JSON.stringify({ Resources: resources }));
  return readGrants(folder, [
    hosted('Role', 'AWS::IAM::Role', 'reader', ROLE),
    hosted('Policy', 'AWS::IAM::Policy', 'policy'),
    hosted('Bucket', 'AWS::S3::Bucket', 'films', 'arn:aws:s3:::films'),
    hosted('Queue', 'AWS::SQS::QueuePolicy', 'queue-policy'),
    hosted('Invoke', 'AWS::Lambda::Permission', 'invoke'),
    hosted('Managed', 'AWS::IAM::ManagedPolicy', 'managed'),
  ]);
}

const role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: TRUST } };
const bucket = { Type: 'AWS::S3::Bucket', Properties: {} };
const policy = (...Statement: object[]) => ({
  Type: 'AWS::IAM::Policy',
  Properties: { PolicyName: 'p', PolicyDocument: { Statement }, Roles: [{ Ref: 'Role' }] },
});

it('Grants have the names of the hosted resources, one for each action and resource', () => {
  const grants = grantsOf({
    Role: role,
    Bucket: bucket,
    Policy: policy(
      {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject'],
        Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, '/*']] },
      },
      { Effect: 'Deny', Action: 's3:*', Resource: '*' },
    ),
  });
  const ofPolicy = { place: 'app/Policy', holder: ROLE, resource: 'arn:aws:s3:::films/*' };
  expect(grants).toEqual(
    expect.arrayContaining([
      {
        place: 'app/Role',
        holder: 'lambda.amazonaws.com',
        action: 'sts:AssumeRole',
        resource: ROLE,
        sourceArn: 'arn:aws:lambda:*',
        condition: '{"Bool":{"x":"true"}}',
      },
      { ...ofPolicy, action: 's3:GetObject' },
      { ...ofPolicy, action: 's3:PutObject' },
    ]),
  );
  expect(grants).toHaveLength(3);
});

it('Policies of queues and permissions of functions are grants to services', () => {
  const grants = grantsOf({
    Queue: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: ['q'],
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: 'arn:aws:sqs:us-east-1:000000000000:q',
            },
          ],
        },
      },
    },
    Invoke: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: 'f',
        Principal: 'apigateway.amazonaws.com',
      },
    },
  });
  expect(grants).toEqual([
    {
      place: 'app/Queue',
      holder: 'events.amazonaws.com',
      action: 'sqs:SendMessage',
      resource: 'arn:aws:sqs:us-east-1:000000000000:q',
    },
    {
      place: 'app/Invoke',
      holder: 'apigateway.amazonaws.com',
      action: 'lambda:InvokeFunction',
      resource: 'f',
    },
  ]);
});

it.each([
  ['NotResource in an Allow statement', { Action: 's3:GetObject', NotResource: 'x' }],
  ['an unknown element', { Action: 's3:GetObject', Resource: 'x', NotAction: 'y' }],
])('A statement with %s is refused, not ignored', (_, elements) => {
  const statement = { Effect: 'Allow', ...elements };
  expect(() => grantsOf({ Role: role, Policy: policy(statement) })).toThrow(
    /NotResource|NotAction/,
  );
});

it('A managed policy is refused with its place', () => {
  expect(() =>
    grantsOf({
      Managed: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: TRUST } },
    }),
  ).toThrow('app/Managed: managed policies are not supported');
});

it('A resource that the cloud does not host is reported', () => {
  expect(() => grantsOf({ Other: role })).toThrow('The cloud does not host Other of app');
});

it('The path of a construct has no suffix of its resources', () => {
  expect(constructPath('app/Reader/Resource')).toBe('app/Reader');
  expect(constructPath('app/Reader/DefaultPolicy/Resource')).toBe('app/Reader');
  expect(constructPath('app/Reader')).toBe('app/Reader');
});

describe('A grant', () => {
  const grant: Grant = {
    place: 'app/Policy',
    holder: ROLE,
    action: 's3:Get*',
    resource: 'arn:aws:s3:::films/*',
  };
  const call: AuditEntry = {
    time: '2026-01-01T00:00:00.000Z',
    caller: ROLE,
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::films/a',
    decision: 'allowed',
  };

  it('covers a call that its patterns match; the case of the action does not matter', () => {
    expect(grantCovers(grant, call)).toBe(true);
    expect(grantCovers({ ...grant, action: 'S3:getobject' }, call)).toBe(true);
    const sourced = { ...call, sourceArn: 'arn:aws:lambda:x' };
    expect(grantCovers({ ...grant, sourceArn: 'arn:aws:lambda:*' }, sourced)).toBe(true);
  });

  it.each([
    ['was denied', {}, { decision: 'denied' }],
    ['has another caller', {}, { caller: 'arn:aws:iam::000000000000:role/other' }],
    ['has another action', {}, { action: 's3:PutObject' }],
    ['has another resource', {}, { resource: 'arn:aws:s3:::Films/a' }],
    ['has no source', { sourceArn: 'arn:*' }, {}],
  ] as const)('does not cover a call that %s', (_, more, changed) => {
    expect(grantCovers({ ...grant, ...more }, { ...call, ...changed })).toBe(false);
  });
});
