import { ACCOUNT_ID } from '../shared/account.ts';
import { AwsError } from '../shared/aws-error.ts';
import type { Authorize, Caller } from '../shared/caller.ts';
import type { Service } from '../shared/service.ts';
import { nameOf, sessionArn } from './principal.ts';
import {
  onlyParameters,
  parametersOf,
  queryResponse,
  requiredParameter,
  type Tree,
} from './query-protocol.ts';
import type { Roles } from './roles.ts';
import type { Sessions } from './sessions.ts';

export interface StsOptions {
  readonly sessions: Sessions;
  readonly roles: Roles;
  readonly authorize: Authorize;
  readonly newId: () => string;
}

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';
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
      const form = parametersOf(request);
      const action = form.get('Action') ?? '';
      const respond = (result: Tree) => queryResponse(NAMESPACE, action, result, options.newId());
      if (action === 'AssumeRole') return respond(assumeRole(form, request.caller, options));
      if (action === 'GetCallerIdentity') {
        onlyParameters(form, { service: 'STS', action }, []);
        return respond(callerIdentity(request.caller, options.roles));
      }
      throw new AwsError(
        'InvalidAction',
        `Could not find operation ${action} for version 2011-06-15; the local STS supports AssumeRole and GetCallerIdentity.`,
      );
    },
  };
}

function assumeRole(form: URLSearchParams, caller: Caller, { sessions }: StsOptions): Tree {
  const action = 'AssumeRole';
  onlyParameters(form, { service: 'STS', action }, ASSUME_ROLE_PARAMETERS);
  const seconds = form.get('DurationSeconds');
  const policy = form.get('Policy');
  const sessionName = requiredParameter(form, action, 'RoleSessionName');
  const roleArn = requiredParameter(form, action, 'RoleArn');
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
