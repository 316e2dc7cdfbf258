import * as z from 'zod';
import { arn } from '../shared/account.ts';
import type { ResourceProvider } from '../shared/resource.ts';
import { awsManagedPolicy } from './managed-policies.ts';
import { compilePolicy, type PolicyDocument } from './policy-document.ts';
import type { RolePolicies } from './role-policies.ts';
import { type Role, type Roles, roleIdOf } from './roles.ts';

const tags = z.array(z.strictObject({ Key: z.string(), Value: z.string() }));
const inlinePolicy = z.strictObject({ PolicyName: z.string(), PolicyDocument: z.unknown() });

const roleProperties = z.strictObject({
  AssumeRolePolicyDocument: z.unknown(),
  Description: z.string().optional(),
  ManagedPolicyArns: z.array(z.string()).default([]),
  MaxSessionDuration: z.coerce.number().int().min(3600).max(43_200).default(3600),
  Path: z.string().startsWith('/').endsWith('/').default('/'),
  Policies: z.array(inlinePolicy).default([]),
  RoleName: z.string().max(64).optional(),
  Tags: tags.default([]),
});

const policyProperties = z.strictObject({
  PolicyName: z.string(),
  PolicyDocument: z.unknown(),
  Roles: z.array(z.string()).min(1),
});

const managedPolicyProperties = z.strictObject({
  Description: z.string().optional(),
  ManagedPolicyName: z.string().optional(),
  Path: z.string().startsWith('/').endsWith('/').default('/'),
  PolicyDocument: z.unknown(),
  Roles: z.array(z.string()).default([]),
});

/**
 * AWS::IAM::Role, Policy and ManagedPolicy. Permissions boundaries, users and groups are refused: they are
 * not in the schemas.
 */
export function iamProviders(
  roles: Roles,
  rolePolicies: Pick<RolePolicies, 'of'>,
): ResourceProvider[] {
  const customerManaged = new Map<string, PolicyDocument>();

  const role: ResourceProvider<z.output<typeof roleProperties>> = {
    type: 'AWS::IAM::Role',
    properties: roleProperties,
    async provide({ physicalName, properties }) {
      const name = properties.RoleName ?? physicalName;
      const roleArn = arn('iam', `role${properties.Path}${name}`, '');
      const policies: Role['policies'] = new Map();
      for (const { PolicyName, PolicyDocument } of properties.Policies) {
        policies.set(PolicyName, compilePolicy(PolicyDocument, 'identity', PolicyName));
      }
      for (const managed of properties.ManagedPolicyArns) {
        policies.set(managed, customerManaged.get(managed) ?? awsManagedPolicy(managed));
      }
      for (const [stored, document] of rolePolicies.of(name)) policies.set(stored, document);
      const id = roleIdOf(roleArn);
      roles.add({
        arn: roleArn,
        name,
        id,
        trust: compilePolicy(
          properties.AssumeRolePolicyDocument,
          'trust',
          `The trust policy of ${name}`,
        ),
        policies,
        maxSessionDuration: properties.MaxSessionDuration,
        tags: Object.fromEntries(properties.Tags.map(({ Key, Value }) => [Key, Value])),
      });
      return { ref: name, attributes: { Arn: roleArn, RoleId: id } };
    },
  };

  const policy: ResourceProvider<z.output<typeof policyProperties>> = {
    type: 'AWS::IAM::Policy',
    properties: policyProperties,
    async provide({ physicalName, properties: { PolicyName, PolicyDocument, Roles: names } }) {
      const compiled = compilePolicy(PolicyDocument, 'identity', PolicyName);
      for (const name of names) roles.named(name).policies.set(PolicyName, compiled);
      return { ref: physicalName, attributes: { Id: physicalName } };
    },
  };

  const managedPolicy: ResourceProvider<z.output<typeof managedPolicyProperties>> = {
    type: 'AWS::IAM::ManagedPolicy',
    properties: managedPolicyProperties,
    async provide({ physicalName, properties }) {
      const name = properties.ManagedPolicyName ?? physicalName;
      const policyArn = arn('iam', `policy${properties.Path}${name}`, '');
      const compiled = compilePolicy(properties.PolicyDocument, 'identity', name);
      customerManaged.set(policyArn, compiled);
      for (const roleName of properties.Roles) {
        roles.named(roleName).policies.set(policyArn, compiled);
      }
      return { ref: policyArn, attributes: { PolicyArn: policyArn } };
    },
  };

  return [role, policy, managedPolicy] as ResourceProvider[];
}
