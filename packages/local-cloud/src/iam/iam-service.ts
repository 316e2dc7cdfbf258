import { AwsError } from '../shared/aws-error.ts';
import type { Authorize } from '../shared/caller.ts';
import type { Service } from '../shared/service.ts';
import {
  onlyParameters,
  parametersOf,
  queryResponse,
  requiredParameter,
  type Tree,
} from './query-protocol.ts';
import type { RolePolicies } from './role-policies.ts';
import type { Roles } from './roles.ts';

export interface IamServiceOptions {
  readonly roles: Roles;
  readonly rolePolicies: RolePolicies;
  readonly authorize: Authorize;
  readonly newId: () => string;
}

const NAMESPACE = 'https://iam.amazonaws.com/doc/2010-05-08/';

/** Parameters of the supported actions, all of them required. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  PutRolePolicy: ['RoleName', 'PolicyName', 'PolicyDocument'],
  GetRolePolicy: ['RoleName', 'PolicyName'],
  DeleteRolePolicy: ['RoleName', 'PolicyName'],
};

/**
 * The calls of IAM that change the inline policies of a role. Policies of the templates cannot be read or deleted; other
 * actions and parameters are refused by name.
 */
export function createIamService(options: IamServiceOptions): Service {
  const { roles, rolePolicies, authorize, newId } = options;
  return {
    signingName: 'iam',
    protocol: 'query',
    async handle(request) {
      const form = parametersOf(request);
      const action = form.get('Action') ?? '';
      const names = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
      if (!names) {
        throw new AwsError(
          'InvalidAction',
          `Could not find operation ${action} for version 2010-05-08; the local IAM supports ${Object.keys(ACTIONS).join(', ')}.`,
        );
      }
      onlyParameters(form, { service: 'IAM', action }, names);
      const [roleName = '', policyName = '', document = ''] = names.map((name) =>
        requiredParameter(form, action, name),
      );
      authorize({
        caller: request.caller,
        action: `iam:${action}`,
        resource: roles.named(roleName).arn,
      });
      const respond = (result?: Tree) => queryResponse(NAMESPACE, action, result, newId());
      if (action === 'PutRolePolicy') {
        rolePolicies.put(roleName, policyName, document);
        return respond();
      }
      if (action === 'DeleteRolePolicy') {
        rolePolicies.delete(roleName, policyName);
        return respond();
      }
      return respond({
        RoleName: roleName,
        PolicyName: policyName,
        // IAM returns documents URL-encoded, as in RFC 3986.
        PolicyDocument: encodeURIComponent(rolePolicies.get(roleName, policyName)),
      });
    },
  };
}
