import { ACCOUNT_ID, arn } from '../shared/account.ts';
import type { Caller } from '../shared/caller.ts';
import { PolicyError } from './policy-error.ts';

/**
 * How the principal of a statement matches a caller. `account`: it names the whole account, which leaves the
 * decision to the policies of the identity. `session`: it names this session, which a session policy does not
 * limit.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-req-context.html
 */
export type Fit = 'none' | 'account' | 'direct' | 'session';

export type PrincipalMatch = (caller: Caller) => Fit;

type Principals = '*' | { AWS?: string[] | undefined; Service?: string[] | undefined };

const ACCOUNT_ROOT = arn('iam', 'root', '');

/** Throws PolicyError if the principal is missing or not allowed for the kind of policy. */
export function compilePrincipals(
  principal: Principals | undefined,
  notPrincipal: Principals | undefined,
  kind: 'identity' | 'resource' | 'trust',
): PrincipalMatch {
  if (kind === 'identity') {
    if (principal !== undefined || notPrincipal !== undefined) {
      throw new PolicyError('an identity-based policy cannot have a Principal.');
    }
    return () => 'direct';
  }
  if ((principal === undefined) === (notPrincipal === undefined)) {
    throw new PolicyError('expected exactly one of Principal and NotPrincipal.');
  }
  if (principal !== undefined) {
    check(principal);
    return (caller) => fitOf(principal, caller);
  }
  const excepted = notPrincipal ?? '*';
  check(excepted);
  return (caller) => (fitOf(excepted, caller) === 'none' ? 'direct' : 'none');
}

function check(principals: Principals): void {
  if (principals === '*') return;
  const { AWS = [], Service = [] } = principals;
  if (AWS.length + Service.length === 0) throw new PolicyError('a Principal is empty.');
  for (const name of AWS) {
    if (name === '*' || name === ACCOUNT_ID || name === ACCOUNT_ROOT) continue;
    if (/^arn:aws:(iam::\d{12}:role\/.+|sts::\d{12}:assumed-role\/.+\/.+)$/.test(name)) continue;
    throw new PolicyError(
      `expected a Principal: "*", the account ${ACCOUNT_ID}, or the ARN of a role or a session; got "${name}".`,
    );
  }
  for (const name of Service) {
    if (/^[a-z0-9.-]+\.amazonaws\.com$/.test(name)) continue;
    throw new PolicyError(`expected a service principal: <service>.amazonaws.com; got "${name}".`);
  }
}

function fitOf(principals: Principals, caller: Caller): Fit {
  if (principals === '*') return 'direct';
  const { AWS = [], Service = [] } = principals;
  if (caller.kind === 'service') return Service.includes(caller.service) ? 'direct' : 'none';
  if (AWS.includes('*')) return 'direct';
  if (caller.kind === 'anonymous') return 'none';
  if (caller.kind === 'role') {
    if (AWS.includes(sessionArn(caller))) return 'session';
    if (AWS.includes(caller.roleArn)) return 'direct';
  }
  return AWS.includes(ACCOUNT_ID) || AWS.includes(ACCOUNT_ROOT) ? 'account' : 'none';
}

/** `arn:aws:sts::<account>:assumed-role/<role>/<session>`, without the path of the role. */
export function sessionArn(caller: { roleArn: string; sessionName: string }): string {
  const roleName = caller.roleArn.slice(caller.roleArn.lastIndexOf('/') + 1);
  return arn('sts', `assumed-role/${roleName}/${caller.sessionName}`, '');
}

/** The name of the caller in the audit log and in error messages. */
export function nameOf(caller: Caller): string {
  if (caller.kind === 'role') return sessionArn(caller);
  if (caller.kind === 'service') return caller.service;
  return caller.kind === 'root' ? ACCOUNT_ROOT : 'anonymous';
}
