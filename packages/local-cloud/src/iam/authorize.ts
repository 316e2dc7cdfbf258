import { ACCOUNT_ID, REGION } from '../shared/account.ts';
import type { RecordAuditEntry } from '../shared/audit-log.ts';
import { AwsError } from '../shared/aws-error.ts';
import {
  type AuthorizationRequest,
  type Authorize,
  type Caller,
  logNameOf,
} from '../shared/caller.ts';
import type { Clock } from '../shared/clock.ts';
import { decide } from './decision.ts';
import { compilePolicy, type PolicyDocument, type PolicyKind } from './policy-document.ts';
import { PolicyError } from './policy-error.ts';
import type { Context } from './policy-pattern.ts';
import { nameOf } from './principal.ts';
import type { Roles } from './roles.ts';

export interface AuthorizerOptions {
  readonly roles: Roles;
  readonly clock: Clock;
  readonly recordAudit: RecordAuditEntry;
}

/** The same decision for AssumeRole, with the compiled trust policy of a role. */
export interface TrustRequest extends Omit<AuthorizationRequest, 'resourcePolicy'> {
  readonly trust: PolicyDocument;
}

/**
 * Decides with the policies of the templates, records every decision, and throws AccessDenied (403) with
 * AWS's message. A resource policy that cannot be evaluated is MalformedPolicy; the call is not allowed.
 */
export function createAuthorizer(options: AuthorizerOptions): {
  authorize: Authorize;
  authorizeTrust: (request: TrustRequest) => void;
} {
  const compiled = new Map<string, PolicyDocument>();
  const compile = (source: unknown, kind: PolicyKind): PolicyDocument => {
    const key = `${kind} ${typeof source === 'string' ? source : JSON.stringify(source)}`;
    const known = compiled.get(key);
    if (known) return known;
    const made = compileOrRefuse(source, kind);
    compiled.set(key, made);
    return made;
  };

  const settle = (
    request: Omit<AuthorizationRequest, 'resourcePolicy'>,
    resourcePolicy: PolicyDocument | undefined,
    resourceMustAgree: boolean,
  ) => {
    const { caller, action, resource } = request;
    const role = caller.kind === 'role' ? options.roles.find(caller.roleArn) : undefined;
    const decision = decide({
      caller,
      action,
      resource,
      context: { ...globalContext(caller, options), ...request.context },
      identityPolicies: [...(role?.policies.values() ?? [])],
      sessionPolicy:
        caller.kind === 'role' && caller.sessionPolicy !== undefined
          ? compile(caller.sessionPolicy, 'identity')
          : undefined,
      resourcePolicy,
      resourceMustAgree,
    });
    options.recordAudit({
      time: new Date(options.clock.now()).toISOString(),
      caller: logNameOf(caller),
      ...(caller.kind === 'service' && caller.sourceArn ? { sourceArn: caller.sourceArn } : {}),
      action,
      resource,
      decision: decision.allowed ? 'allowed' : 'denied',
    });
    if (decision.allowed) return;
    throw new AwsError(
      'AccessDenied',
      `User: ${nameOf(caller)} is not authorized to perform: ${action} on resource: "${resource}" ${decision.why}`,
      403,
    );
  };

  return {
    authorize: (request) =>
      settle(
        request,
        request.resourcePolicy === undefined
          ? undefined
          : compile(request.resourcePolicy, 'resource'),
        false,
      ),
    authorizeTrust: ({ trust, ...request }) => settle(request, trust, true),
  };
}

function compileOrRefuse(source: unknown, kind: PolicyKind): PolicyDocument {
  try {
    return compilePolicy(source, kind, kind === 'resource' ? 'Resource policy' : 'Session policy');
  } catch (error) {
    if (error instanceof PolicyError) throw new AwsError('MalformedPolicy', error.message);
    throw error;
  }
}

/**
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 * The listeners use the loopback interface without TLS. No data leaves the machine, so a call counts as
 * secure, and policies that require TLS can be hosted unchanged.
 */
function globalContext(caller: Caller, { roles, clock }: AuthorizerOptions): Context {
  const now = clock.now();
  const shared = {
    'aws:currenttime': new Date(now).toISOString(),
    'aws:epochtime': String(Math.floor(now / 1000)),
    'aws:securetransport': 'true',
    's3:tlsversion': '1.3',
    'aws:requestedregion': REGION,
    'aws:resourceaccount': ACCOUNT_ID,
    'aws:viaawsservice': 'false',
    'aws:principalisawsservice': String(caller.kind === 'service'),
  };
  if (caller.kind === 'service') {
    return {
      ...shared,
      'aws:principalservicename': caller.service,
      ...(caller.sourceArn
        ? { 'aws:sourcearn': caller.sourceArn, 'aws:sourceaccount': ACCOUNT_ID }
        : {}),
    };
  }
  const address = { 'aws:sourceip': '127.0.0.1' };
  if (caller.kind === 'anonymous') {
    return { ...shared, ...address, 'aws:principaltype': 'Anonymous' };
  }
  const identity = { ...shared, ...address, 'aws:principalaccount': ACCOUNT_ID };
  if (caller.kind === 'root') {
    return {
      ...identity,
      'aws:principaltype': 'Account',
      'aws:principalarn': nameOf(caller),
      'aws:userid': ACCOUNT_ID,
    };
  }
  const role = roles.find(caller.roleArn);
  return {
    ...identity,
    'aws:principaltype': 'AssumedRole',
    'aws:principalarn': caller.roleArn,
    ...(caller.issuedAt === undefined ? {} : { 'aws:tokenissuetime': isoSeconds(caller.issuedAt) }),
    ...(role ? { 'aws:userid': `${role.id}:${caller.sessionName}` } : {}),
    ...Object.fromEntries(
      Object.entries(role?.tags ?? {}).map(([key, value]) => [
        `aws:principaltag/${key.toLowerCase()}`,
        value,
      ]),
    ),
  };
}

/** The time of a session has no fraction of a second: `2026-11-30T17:34:00Z`. */
function isoSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
