import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Iam } from '../../src/iam/iam.ts';
import type { Caller } from '../../src/shared/caller.ts';
import type { ServiceRequest } from '../../src/shared/service.ts';
import { closeAccounts, newAccount, provide, roleWith, statement, trusting } from './account.ts';

afterEach(closeAccounts);

const ROLE = 'arn:aws:iam::000000000000:role/worker';
const SIGNER = 'arn:aws:iam::000000000000:role/signer';

const request = (caller: Caller, form: Record<string, string>): ServiceRequest => ({
  caller,
  method: 'POST',
  path: '/',
  query: new URLSearchParams(),
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: Buffer.from(new URLSearchParams({ Version: '2011-06-15', ...form }).toString()),
});

const assume = (iam: Iam, caller: Caller, more: Record<string, string> = {}) =>
  iam.service
    .handle(
      request(caller, {
        Action: 'AssumeRole',
        RoleArn: SIGNER,
        RoleSessionName: 'grant',
        ...more,
      }),
    )
    .then(({ body }) => body.toString());

const field = (xml: string, name: string) => new RegExp(`<${name}>([^<]*)<`).exec(xml)?.[1] ?? '';

async function signerTrusting(iam: Iam, principal: object) {
  await provide(iam, 'AWS::IAM::Role', 'Signer', {
    AssumeRolePolicyDocument: trusting(principal),
    MaxSessionDuration: 7200,
    Policies: [
      {
        PolicyName: 'parts',
        PolicyDocument: statement({ Effect: 'Allow', Action: 's3:*', Resource: '*' }),
      },
    ],
  });
}

describe("a role's session through STS", () => {
  it('needs a trust policy that names the caller', async () => {
    const { iam } = newAccount();
    const caller = await roleWith(iam, { Effect: 'Allow', Action: '*', Resource: '*' });
    await signerTrusting(iam, { Service: 'lambda.amazonaws.com' });
    await expect(assume(iam, caller)).rejects.toThrow(
      /is not authorized to perform: sts:AssumeRole on resource: "arn:aws:iam::000000000000:role\/signer"/,
    );
  });

  it('needs a permission of the caller if the trust policy names the account', async () => {
    const { iam } = newAccount();
    await signerTrusting(iam, { AWS: '000000000000' });
    await expect(assume(iam, await roleWith(iam))).rejects.toThrow(/no identity-based policy/);
    const allowed = await roleWith(iam, {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Resource: SIGNER,
    });
    expect(field(await assume(iam, allowed), 'Arn')).toBe(
      'arn:aws:sts::000000000000:assumed-role/signer/grant',
    );
  });

  it('has credentials that are valid until their expiry', async () => {
    const { iam, clock } = newAccount();
    await signerTrusting(iam, { AWS: ROLE });
    const response = await assume(iam, await roleWith(iam), { DurationSeconds: '900' });
    const found = iam.credentials.find(field(response, 'AccessKeyId'));
    expect(found?.caller).toEqual({
      kind: 'role',
      roleArn: SIGNER,
      sessionName: 'grant',
      issuedAt: (found?.credentials.expiresAt ?? 0) - 900_000,
    });
    expect(found?.credentials.sessionToken).toBe(field(response, 'SessionToken'));
    const end = Date.parse(field(response, 'Expiration'));
    expect(found?.credentials.expiresAt).toBe(end);
    expect(Math.abs(end - clock.now() - 900_000)).toBeLessThan(2000);
  });

  it('lasts one hour at most if a role session requested it, and otherwise has the limit of the role', async () => {
    const { iam } = newAccount();
    await signerTrusting(iam, { AWS: [ROLE, '000000000000'] });
    const caller = await roleWith(iam);
    await expect(assume(iam, caller, { DurationSeconds: '3601' })).rejects.toThrow(
      /1 hour session limit for roles assumed by role chaining/,
    );
    const root = { kind: 'root' } as const;
    await expect(assume(iam, root, { DurationSeconds: '7200' })).resolves.toContain('AccessKeyId');
    await expect(assume(iam, root, { DurationSeconds: '7201' })).rejects.toThrow(
      /exceeds the MaxSessionDuration/,
    );
    await expect(assume(iam, root, { DurationSeconds: '899' })).rejects.toThrow(
      /at least 900, got 899/,
    );
  });

  it('is allowed only what its session policy allows too', async () => {
    const { iam } = newAccount();
    await signerTrusting(iam, { AWS: ROLE });
    const policy = statement({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' });
    const response = await assume(iam, await roleWith(iam), { Policy: JSON.stringify(policy) });
    const caller = iam.credentials.find(field(response, 'AccessKeyId'))?.caller as Caller;
    const resource = 'arn:aws:s3:::videos/a';
    iam.authorize({ caller, action: 's3:GetObject', resource });
    expect(() => iam.authorize({ caller, action: 's3:PutObject', resource })).toThrow(
      /because no session policy allows the s3:PutObject action/,
    );
  });

  it('is refused with unsupported parameters', async () => {
    const { iam } = newAccount();
    await signerTrusting(iam, { AWS: ROLE });
    const caller = await roleWith(iam);
    await expect(assume(iam, caller, { ExternalId: 'x' })).rejects.toThrow(/ExternalId/);
    await expect(assume(iam, caller, { RoleSessionName: 'a b' })).rejects.toThrow(/'a b'/);
    await expect(assume(iam, caller, { Policy: '{"Statement":[]}' })).rejects.toThrow(/Version/);
    await expect(
      iam.service.handle(request(caller, { Action: 'GetSessionToken' })),
    ).rejects.toThrow(/GetSessionToken/);
  });
});

describe('a service', () => {
  const session = { roleArn: ROLE, sessionName: 'worker' };

  it('can use a role only if the role trusts it', async () => {
    const { iam, clock } = newAccount();
    await roleWith(iam);
    const begun = clock.now();
    expect(iam.assumeRoleForService({ ...session, service: 'lambda.amazonaws.com' })).toEqual({
      kind: 'role',
      ...session,
      issuedAt: expect.closeTo(begun, -4),
    });
    expect(() => iam.assumeRoleForService({ ...session, service: 'states.amazonaws.com' })).toThrow(
      /User: states.amazonaws.com is not authorized to perform: sts:AssumeRole/,
    );
  });

  it('gets the same credentials during the first half of their lifetime', async () => {
    const { iam, clock } = newAccount();
    await roleWith(iam);
    const ask = () =>
      iam.credentialsForService({ ...session, service: 'lambda.amazonaws.com' }).accessKeyId;
    const first = ask();
    clock.advance(29 * 60_000);
    expect(ask()).toBe(first);
    clock.advance(2 * 60_000);
    expect(ask()).not.toBe(first);
  });
});

describe('credentials', () => {
  it('of sessions and of the operator stay valid after a restart', async () => {
    const { iam, folder } = newAccount();
    await roleWith(iam);
    const made = iam.credentialsForService({
      service: 'lambda.amazonaws.com',
      roleArn: ROLE,
      sessionName: 'worker',
    });
    // Nothing is closed, as after kill -9.
    const { iam: again } = newAccount(folder);
    expect(again.credentials.find(made.accessKeyId)?.credentials).toEqual(made);
    expect(again.operator).toEqual(iam.operator);
    expect(again.credentials.find(iam.operator.accessKeyId)?.caller).toEqual({ kind: 'root' });
  });

  it('are readable by their owner only', () => {
    const { folder } = newAccount();
    for (const name of ['operator.json', 'credentials.sqlite', 'credentials.sqlite-wal']) {
      expect((statSync(join(folder, name)).mode & 0o777).toString(8)).toBe('600');
    }
  });

  it('of an unknown key do not exist', () => {
    expect(newAccount().iam.credentials.find('AKIANOBODY')).toBeUndefined();
  });
});

describe('a template with', () => {
  it('an unsupported managed policy is refused by name', async () => {
    const { iam } = newAccount();
    const role = (more: object) =>
      provide(iam, 'AWS::IAM::Role', 'R', {
        AssumeRolePolicyDocument: trusting({ Service: 'lambda.amazonaws.com' }),
        ...more,
      });
    await expect(
      role({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }),
    ).rejects.toThrow(
      /AdministratorAccess is not supported; supported are .*AWSLambdaBasicExecution/,
    );
    await expect(role({ PermissionsBoundary: 'arn:x' })).rejects.toThrow(/PermissionsBoundary/);
  });

  it('a managed policy of its own grants its permissions to the roles', async () => {
    const { iam } = newAccount();
    const caller = await roleWith(iam);
    await provide(iam, 'AWS::IAM::ManagedPolicy', 'Shared', {
      PolicyDocument: statement({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }),
      Roles: ['worker'],
    });
    iam.authorize({ caller, action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' });
  });
});
