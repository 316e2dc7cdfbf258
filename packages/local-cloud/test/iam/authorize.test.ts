import type { AuthorizationRequest } from '../../src/shared/caller.ts';
import { closeAccounts, newAccount, provide, roleWith, statement, trusting } from './account.ts';

afterEach(closeAccounts);

const OBJECT = 'arn:aws:s3:::videos/uploads/a/source';
const put = { action: 's3:PutObject', resource: OBJECT };
const allow = (action: string, resource: string, condition?: object) => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...(condition ? { Condition: condition } : {}),
});

function outcome(attempt: () => void): string {
  try {
    attempt();
    return 'allowed';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a role is allowed', () => {
  it('nothing without a policy, and the error has caller, action and resource', async () => {
    const { iam } = newAccount();
    const caller = await roleWith(iam);
    expect(outcome(() => iam.authorize({ caller, ...put }))).toBe(
      'User: arn:aws:sts::000000000000:assumed-role/worker/run is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::videos/uploads/a/source" because no identity-based policy allows the s3:PutObject action',
    );
  });

  it.each([
    ['s3:PutObject', OBJECT, true],
    ['S3:putobject', OBJECT, true],
    ['s3:Put*', 'arn:aws:s3:::videos/*', true],
    ['s3:Pu?Object', 'arn:aws:s3:::videos/uploads/?/source', true],
    ['*', '*', true],
    ['s3:GetObject', '*', false],
    ['s3:PutObjectAcl', '*', false],
    ['s3:PutObject', 'arn:aws:s3:::videos/uploads/a', false],
    ['s3:PutObject', 'arn:aws:s3:::VIDEOS/uploads/a/source', false],
    ['s3:PutObject', 'arn:aws:s3:::videos/uploads/./source', false],
  ])('with %s on %s: put an object? %s', async (action, resource, expected) => {
    const { iam } = newAccount();
    const caller = await roleWith(iam, allow(action, resource));
    expect(outcome(() => iam.authorize({ caller, ...put })) === 'allowed').toBe(expected);
  });

  it('everything except NotAction and NotResource', async () => {
    const { iam } = newAccount();
    const caller = await roleWith(
      iam,
      { Effect: 'Allow', NotAction: 's3:Delete*', Resource: '*' },
      { Effect: 'Deny', Action: 's3:*', NotResource: 'arn:aws:s3:::videos/*' },
    );
    const on = (action: string, resource: string) =>
      outcome(() => iam.authorize({ caller, action, resource }));
    expect(on('s3:GetObject', OBJECT)).toBe('allowed');
    expect(on('s3:DeleteObject', OBJECT)).toMatch(/no identity-based policy allows/);
    expect(on('s3:GetObject', 'arn:aws:s3:::other/a')).toMatch(
      /with an explicit deny in an identity-based policy$/,
    );
  });

  it('the actions of a policy that is attached later', async () => {
    const { iam } = newAccount();
    const caller = await roleWith(iam);
    await provide(iam, 'AWS::IAM::Policy', 'Attached', {
      PolicyName: 'attached',
      PolicyDocument: statement(allow('s3:PutObject', '*')),
      Roles: ['worker'],
    });
    expect(outcome(() => iam.authorize({ caller, ...put }))).toBe('allowed');
  });

  it('the literal values of policy variables', async () => {
    const { iam } = newAccount();
    const caller = await roleWith(
      iam,
      allow('s3:PutObject', `arn:aws:s3:::videos/uploads/\${aws:PrincipalArn}/*`),
    );
    const at = (key: string) =>
      outcome(() => iam.authorize({ caller, ...put, resource: `arn:aws:s3:::videos/${key}` }));
    expect(at('uploads/arn:aws:iam::000000000000:role/worker/x')).toBe('allowed');
    expect(at('uploads/somebody/x')).not.toBe('allowed');
  });
});

it('A condition on the tags of the role uses the template', async () => {
  const { iam } = newAccount();
  const condition = { StringEquals: { 'aws:PrincipalTag/team': 'video' } };
  const { attributes } = await provide(iam, 'AWS::IAM::Role', 'Tagged', {
    AssumeRolePolicyDocument: trusting({ Service: 'lambda.amazonaws.com' }),
    Policies: [
      { PolicyName: 'p', PolicyDocument: statement(allow('s3:PutObject', '*', condition)) },
    ],
    Tags: [{ Key: 'team', Value: 'video' }],
  });
  const caller = { kind: 'role', roleArn: attributes.Arn ?? '', sessionName: 'run' } as const;
  expect(outcome(() => iam.authorize({ caller, ...put }))).toBe('allowed');
  const untagged = await roleWith(iam, allow('s3:PutObject', '*', condition));
  expect(outcome(() => iam.authorize({ caller: untagged, ...put }))).not.toBe('allowed');
});

describe('a resource policy', () => {
  const policy = (...statements: object[]) => statement(...statements);
  const bucketPolicy = policy({
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 's3:PutObject',
    Resource: '*',
    Condition: { ArnEquals: { 'aws:SourceArn': 'arn:aws:events:us-east-1:000000000000:rule/r' } },
  });

  it('allows a service for the named source only', async () => {
    const { iam } = newAccount();
    const as = (service: string, rule: string): AuthorizationRequest => ({
      caller: {
        kind: 'service',
        service,
        sourceArn: `arn:aws:events:us-east-1:000000000000:rule/${rule}`,
      },
      ...put,
      resourcePolicy: bucketPolicy,
    });
    expect(outcome(() => iam.authorize(as('events.amazonaws.com', 'r')))).toBe('allowed');
    expect(outcome(() => iam.authorize(as('events.amazonaws.com', 'q')))).toMatch(
      /no resource-based policy allows/,
    );
    expect(outcome(() => iam.authorize(as('lambda.amazonaws.com', 'r')))).toMatch(/resource-based/);
  });

  it('allows a named role that has no policy', async () => {
    const { iam } = newAccount();
    const caller = await roleWith(iam);
    const resourcePolicy = policy({
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::000000000000:role/worker' },
      Action: 's3:PutObject',
      Resource: '*',
    });
    expect(outcome(() => iam.authorize({ caller, ...put, resourcePolicy }))).toBe('allowed');
  });

  it('that names the account leaves the decision to the policies of the role', async () => {
    const { iam } = newAccount();
    const caller = await roleWith(iam);
    const resourcePolicy = policy({
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::000000000000:root' },
      Action: 's3:*',
      Resource: '*',
    });
    expect(outcome(() => iam.authorize({ caller, ...put, resourcePolicy }))).toMatch(
      /no identity-based policy/,
    );
  });

  it('with a Deny wins over every Allow, also for the operator', async () => {
    const { iam } = newAccount();
    const caller = await roleWith(iam, allow('*', '*'));
    const resourcePolicy = policy({
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: '*',
      Condition: { Null: { 's3:if-none-match': 'true' } },
    });
    const request = { ...put, resourcePolicy };
    const denied = /with an explicit deny in a resource-based policy$/;
    expect(outcome(() => iam.authorize({ caller, ...request }))).toMatch(denied);
    expect(outcome(() => iam.authorize({ caller: { kind: 'root' }, ...request }))).toMatch(denied);
    const context = { 's3:if-none-match': '*' };
    expect(outcome(() => iam.authorize({ caller, ...request, context }))).toBe('allowed');
  });

  it('with a Deny and NotPrincipal does not deny the named principals', async () => {
    const { iam } = newAccount();
    const caller = await roleWith(iam, allow('s3:*', '*'));
    const sparing = (arn: string) =>
      policy({
        Effect: 'Deny',
        NotPrincipal: { AWS: arn },
        Action: 's3:*',
        Resource: '*',
      });
    const as = (arn: string) =>
      outcome(() => iam.authorize({ caller, ...put, resourcePolicy: sparing(arn) }));
    expect(as('arn:aws:iam::000000000000:role/worker')).toBe('allowed');
    expect(as('arn:aws:iam::000000000000:role/other')).toMatch(/explicit deny/);
  });

  it('that the evaluator does not fully support is an error', () => {
    const { iam } = newAccount();
    const resourcePolicy = policy({
      Effect: 'Deny',
      Principal: '*',
      Action: '*',
      Resource: '*',
      Condition: { StringLikely: { 'aws:SourceIp': 'x' } },
    });
    const request = { caller: { kind: 'root' } as const, ...put, resourcePolicy };
    expect(outcome(() => iam.authorize(request))).toMatch(/"StringLikely" is not supported/);
  });
});

it('An unsigned request is denied unless a policy allows everyone', () => {
  const { iam } = newAccount();
  expect(outcome(() => iam.authorize({ caller: { kind: 'anonymous' }, ...put }))).toMatch(
    /^User: anonymous is not authorized/,
  );
});

it('Every decision is in the audit log', async () => {
  const { iam, auditLog } = newAccount();
  const caller = await roleWith(iam, allow('s3:GetObject', '*'));
  iam.authorize({ caller, action: 's3:GetObject', resource: OBJECT });
  outcome(() => iam.authorize({ caller, ...put }));
  expect(auditLog.map(({ time: _, ...entry }) => entry)).toEqual([
    {
      caller: 'arn:aws:iam::000000000000:role/worker',
      action: 's3:GetObject',
      resource: OBJECT,
      decision: 'allowed',
    },
    {
      caller: 'arn:aws:iam::000000000000:role/worker',
      action: 's3:PutObject',
      resource: OBJECT,
      decision: 'denied',
    },
  ]);
});
