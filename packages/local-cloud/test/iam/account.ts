import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIam, type Iam } from '../../src/iam/iam.ts';
import type { AuditEntry } from '../../src/shared/audit-log.ts';
import type { Caller } from '../../src/shared/caller.ts';
import { MovableClock } from '../../src/shared/clock.ts';

const open: { iam: Iam; folder: string }[] = [];

/** A new account in a temporary folder. */
export function newAccount(folder = mkdtempSync(join(tmpdir(), 'iam-'))) {
  const clock = new MovableClock();
  const auditLog: AuditEntry[] = [];
  const iam = createIam({ folder, clock, recordAudit: (entry) => auditLog.push(entry) });
  open.push({ iam, folder });
  return { iam, clock, auditLog, folder };
}

export function closeAccounts(): void {
  for (const { iam, folder } of open.splice(0)) {
    iam.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

export const statement = (...statements: object[]) => ({
  Version: '2012-10-17',
  Statement: statements,
});

export const trusting = (principal: object) =>
  statement({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' });

export async function provide(iam: Iam, type: string, logicalId: string, properties: object) {
  const provider = iam.providers.find((each) => each.type === type);
  if (!provider) throw new Error(`no provider of ${type}`);
  return provider.provide({
    stackName: 'stack',
    logicalId,
    physicalName: logicalId.toLowerCase(),
    properties: provider.properties.parse(properties),
    metadata: {},
  });
}

/** A role that Lambda can assume, with one inline policy. Returns the caller of its session `run`. */
export async function roleWith(iam: Iam, ...statements: object[]): Promise<Caller> {
  const { attributes } = await provide(iam, 'AWS::IAM::Role', 'Worker', {
    AssumeRolePolicyDocument: trusting({ Service: 'lambda.amazonaws.com' }),
    Policies:
      statements.length > 0
        ? [{ PolicyName: 'inline', PolicyDocument: statement(...statements) }]
        : [],
  });
  return { kind: 'role', roleArn: attributes.Arn ?? '', sessionName: 'run' };
}
