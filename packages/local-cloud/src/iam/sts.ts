import { ACCOUNT_ID } from '../shared/account.ts';
import { AwsError } from '../shared/aws-error.ts';
import type { Authorize, Caller } from '../shared/caller.ts';
import type { Service, ServiceRequest } from '../shared/service.ts';
import { nameOf, sessionArn } from './principal.ts';
import type { Roles } from './roles.ts';
import type { Sessions } from './sessions.ts';

export interface StsOptions {
  readonly sessions: Sessions;
  readonly roles: Roles;
  readonly authorize: Authorize;
  readonly newId: () => string;
}

const ASSUME_ROLE_PARAMETERS = ['RoleArn', 'RoleSessionName', 'DurationSeconds', 'Policy'] as const;

/**
 * STS with its query protocol: AssumeRole and GetCallerIdentity. Other actions and parameters are refused by
 * name.
 */
export function createSts(options: StsOptions): Service {
  return {
    signingName: 'sts',
    protocol: 'query',
    async handle(request) {
      const form = parameters(request);
      const action = form.get('Action') ?? '';
      if (action === 'AssumeRole')
        return xmlResponse(action, assumeRole(form, request.caller, options), options);
      if (action === 'GetCallerIdentity') {
        only(form, action, []);
        return xmlResponse(action, callerIdentity(request.caller, options.roles), options);
      }
      throw new AwsError(
        'InvalidAction',
        `Could not find operation ${action} for version 2011-06-15; the local STS supports AssumeRole and GetCallerIdentity.`,
      );
    },
  };
}

function parameters({ body, query }: ServiceRequest): URLSearchParams {
  return body.length > 0 ? new URLSearchParams(body.toString()) : query;
}

function assumeRole(form: URLSearchParams, caller: Caller, { sessions }: StsOptions): Tree {
  only(form, 'AssumeRole', ASSUME_ROLE_PARAMETERS);
  const required = (name: (typeof ASSUME_ROLE_PARAMETERS)[number]) => {
    const value = form.get(name);
    if (value) return value;
    throw new AwsError('ValidationError', `AssumeRole needs the parameter ${name}.`);
  };
  const seconds = form.get('DurationSeconds');
  const policy = form.get('Policy');
  const sessionName = required('RoleSessionName');
  const roleArn = required('RoleArn');
  const { credentials, role } = sessions.assume({
    caller,
    roleArn,
    sessionName,
    ...(seconds === null ? {} : { durationSeconds: Number(seconds) }),
    ...(policy === null ? {} : { policy }),
  });
  return {
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${sessionName}`,
      Arn: sessionArn({ roleArn, sessionName }),
    },
    Credentials: {
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      SessionToken: credentials.sessionToken,
      Expiration: new Date(credentials.expiresAt).toISOString(),
    },
  };
}

/** No permission is needed: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
function callerIdentity(caller: Caller, roles: Roles): Tree {
  const role = caller.kind === 'role' ? roles.find(caller.roleArn) : undefined;
  return {
    Arn: nameOf(caller),
    UserId: caller.kind === 'role' && role ? `${role.id}:${caller.sessionName}` : ACCOUNT_ID,
    Account: ACCOUNT_ID,
  };
}

function only(form: URLSearchParams, action: string, allowed: readonly string[]): void {
  for (const name of form.keys()) {
    if (name === 'Action' || name === 'Version' || allowed.includes(name)) continue;
    throw new AwsError(
      'ValidationError',
      `The local STS does not support the parameter ${name} of ${action}; it supports ${allowed.join(', ') || 'none'}.`,
    );
  }
}

interface Tree {
  readonly [name: string]: string | Tree;
}

function xmlResponse(action: string, result: Tree, { newId }: StsOptions) {
  const body = xml({
    [`${action}Result`]: result,
    ResponseMetadata: { RequestId: newId() },
  });
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${body}</${action}Response>`,
  };
}

function xml(tree: Tree): string {
  return Object.entries(tree)
    .map(
      ([name, value]) =>
        `<${name}>${typeof value === 'string' ? escapeXml(value) : xml(value)}</${name}>`,
    )
    .join('');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
