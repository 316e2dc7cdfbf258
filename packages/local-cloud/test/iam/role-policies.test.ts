import type { Iam } from '../../src/iam/iam.ts';
import type { Caller } from '../../src/shared/caller.ts';
import { closeAccounts, newAccount, provide, roleWith, statement, trusting } from './account.ts';

afterEach(closeAccounts);

const ROLE_ARN = 'arn:aws:iam::000000000000:role/worker';
const OPERATOR: Caller = { kind: 'root' };
const ALLOW_ALL = { Effect: 'Allow', Action: '*', Resource: '*' };

const call = (
  iam: Iam,
  Action: string,
  form: Record<string, string> = {},
  caller: Caller = OPERATOR,
) =>
  iam.policyService
    .handle({
      caller,
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from(new URLSearchParams({ Action, Version: '2010-05-08', ...form }).toString()),
    })
    .then(({ body }) => body.toString());

const named = { RoleName: 'worker', PolicyName: 'deny' };
const put = (iam: Iam, ...statements: object[]) =>
  call(iam, 'PutRolePolicy', {
    ...named,
    PolicyDocument: JSON.stringify(statement(...statements)),
  });

const listed = (iam: Iam, caller: Caller) => () =>
  iam.authorize({ caller, action: 's3:ListBucket', resource: 'arn:aws:s3:::b' });

describe('an inline policy that a call adds to a role', () => {
  it('applies at once, also to sessions that exist, until it is deleted', async () => {
    const { iam } = newAccount();
    const caller = await roleWith(iam, ALLOW_ALL);
    expect(listed(iam, caller)).not.toThrow();
    await put(iam, { Effect: 'Deny', Action: '*', Resource: '*' });
    expect(listed(iam, caller)).toThrow(/with an explicit deny in an identity-based policy/);
    await call(iam, 'DeleteRolePolicy', named);
    expect(listed(iam, caller)).not.toThrow();
  });

  it('can deny the sessions that began before a time, and no others', async () => {
    const { iam, clock } = newAccount();
    await roleWith(iam, ALLOW_ALL);
    const session = (): Caller =>
      iam.assumeRoleForService({
        service: 'lambda.amazonaws.com',
        roleArn: ROLE_ARN,
        sessionName: 'run',
      });
    const early = session();
    clock.advance(5_000);
    await put(iam, {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { DateLessThan: { 'aws:TokenIssueTime': new Date(clock.now()).toISOString() } },
    });
    clock.advance(1_000);
    expect(listed(iam, early)).toThrow(/explicit deny/);
    expect(listed(iam, session())).not.toThrow();
    // A caller without a session has no such time.
    expect(listed(iam, OPERATOR)).not.toThrow();
  });

  it('applies after a restart, to the role that the template defines again', async () => {
    const first = newAccount();
    await roleWith(first.iam, ALLOW_ALL);
    await put(first.iam, { Effect: 'Deny', Action: '*', Resource: '*' });
    const second = newAccount(first.folder);
    const caller = await roleWith(second.iam, ALLOW_ALL);
    expect(listed(second.iam, caller)).toThrow(/explicit deny/);
    expect(await call(second.iam, 'GetRolePolicy', named)).toContain(
      `<PolicyDocument>${encodeURIComponent(JSON.stringify(statement({ Effect: 'Deny', Action: '*', Resource: '*' })))}<`,
    );
  });

  it('keeps the time of a session over a restart', async () => {
    const first = newAccount();
    await roleWith(first.iam, ALLOW_ALL);
    const { accessKeyId } = first.iam.credentialsForService({
      service: 'lambda.amazonaws.com',
      roleArn: ROLE_ARN,
      sessionName: 'run',
    });
    const issued = first.clock.now();
    const second = newAccount(first.folder);
    const { caller } = second.iam.credentials.find(accessKeyId) ?? {};
    expect(caller).toMatchObject({ roleArn: ROLE_ARN });
    expect(Math.abs((caller as { issuedAt: number }).issuedAt - issued)).toBeLessThan(1_000);
  });
});

describe('the calls', () => {
  it('need the permission for the role', async () => {
    const { iam } = newAccount();
    const caller = await roleWith(iam, {
      Effect: 'Allow',
      Action: 'iam:GetRolePolicy',
      Resource: ROLE_ARN,
    });
    await provide(iam, 'AWS::IAM::Role', 'Other', {
      AssumeRolePolicyDocument: trusting({ Service: 'lambda.amazonaws.com' }),
    });
    await put(iam, { Effect: 'Deny', Action: 's3:*', Resource: '*' });
    expect(await call(iam, 'GetRolePolicy', named, caller)).toContain('GetRolePolicyResult');
    await expect(call(iam, 'DeleteRolePolicy', named, caller)).rejects.toMatchObject({
      code: 'AccessDenied',
    });
    const other = { ...named, RoleName: 'other' };
    await expect(call(iam, 'GetRolePolicy', other, caller)).rejects.toMatchObject({
      code: 'AccessDenied',
    });
  });

  it.each([
    ['a role that does not exist', { ...named, RoleName: 'nobody' }, 'NoSuchEntity'],
    ['a policy that does not exist', named, 'NoSuchEntity'],
    ['a policy of the template', { ...named, PolicyName: 'inline' }, 'NoSuchEntity'],
    ['no name', { RoleName: 'worker' }, 'ValidationError'],
    ['another parameter', { ...named, Path: '/' }, 'ValidationError'],
  ])('refuse %s', async (_, form, code) => {
    const { iam } = newAccount();
    await roleWith(iam, ALLOW_ALL);
    await expect(
      call(iam, 'DeleteRolePolicy', form as Record<string, string>),
    ).rejects.toMatchObject({ code });
  });

  it.each([
    ['is no policy', 'x', 'MalformedPolicyDocument'],
    [
      'has a condition key that cannot be evaluated',
      JSON.stringify(
        statement({ ...ALLOW_ALL, Condition: { StringEquals: { 'aws:Unknown': 'x' } } }),
      ),
      'MalformedPolicyDocument',
    ],
    [
      'is larger than all inline policies of a role may be',
      JSON.stringify(statement({ ...ALLOW_ALL, Sid: 'x'.repeat(10_240) })),
      'LimitExceeded',
    ],
  ])('refuse a document that %s', async (_, PolicyDocument, code) => {
    const { iam } = newAccount();
    const caller = await roleWith(iam);
    await expect(call(iam, 'PutRolePolicy', { ...named, PolicyDocument })).rejects.toMatchObject({
      code,
    });
    expect(listed(iam, caller)).toThrow(/no identity-based policy allows/);
  });

  it('refuse other actions by name', async () => {
    const { iam } = newAccount();
    await expect(call(iam, 'CreateRole')).rejects.toThrow(
      /CreateRole .* supports PutRolePolicy, GetRolePolicy, DeleteRolePolicy/,
    );
  });
});
