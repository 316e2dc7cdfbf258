import * as z from 'zod';
import { readAssembly } from '../cloudformation/assembly.ts';
import type { HostedResource } from '../cloudformation/host.ts';
import { resolve, type Scope } from '../cloudformation/resolve.ts';
import { planStack, type StackPlan } from '../cloudformation/stack-plan.ts';
import type { Grant } from './grant.ts';
import { grantsOfStatements, policyDocument } from './statement-grants.ts';

const role = z.object({
  AssumeRolePolicyDocument: policyDocument,
  Policies: z.array(z.object({ PolicyDocument: policyDocument })).default([]),
});
const policy = z.object({ PolicyDocument: policyDocument, Roles: z.array(z.string()) });
const withPolicy = z.object({ PolicyDocument: policyDocument });
const secretPolicy = z.object({ ResourcePolicy: policyDocument });
const functionPermission = z.object({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
});

/**
 * Lists every permission that the templates of an assembly grant: policies of roles, their trust policies, and
 * the policies of queues, buckets, secrets and functions. Names and ARNs are those of `resources`, the resources of a
 * cloud that hosts the assembly (`Cloud.resources`).
 *
 * Throws Error for a managed policy, and for a statement that is not a plain list of actions and resources.
 */
export function readGrants(assemblyDir: string, resources: readonly HostedResource[]): Grant[] {
  const roleArns = new Map(
    rolesOf(resources).map(({ physicalId, attributes }) => [physicalId, attributes.Arn ?? '']),
  );
  const exports = new Map<string, string>();
  return readAssembly(assemblyDir).stacks.flatMap((stack) => {
    const plan = planStack(stack, ({ message }) => {
      throw new Error(`${stack.name}: ${message}`);
    });
    if (!plan) return [];
    const scope = hostedScope(plan, resources, exports);
    for (const { Export, Value } of Object.values(plan.outputs)) {
      if (Export) exports.set(String(resolve(Export.Name, scope)), String(resolve(Value, scope)));
    }
    return plan.resources.flatMap(({ logicalId, type, properties, cdkPath }) => {
      const place = constructPath(cdkPath ?? `${plan.name}/${logicalId}`);
      const source = { place, type, properties: resolve(properties, scope) };
      return grantsOf(source, find(resources, plan.name, logicalId), roleArns);
    });
  });
}

/** The roles of a hosted assembly. */
export function rolesOf(resources: readonly HostedResource[]): HostedResource[] {
  return resources.filter(({ type }) => type === 'AWS::IAM::Role');
}

/** The path of the construct that a CDK path belongs to. */
export function constructPath(cdkPath: string): string {
  return cdkPath.replace(/\/(Resource|DefaultPolicy\/Resource)$/, '');
}

function grantsOf(
  source: { readonly place: string; readonly type: string; readonly properties: unknown },
  hosted: HostedResource,
  roleArns: ReadonlyMap<string, string>,
): Grant[] {
  const { place, type, properties } = source;
  switch (type) {
    case 'AWS::IAM::Role': {
      const { AssumeRolePolicyDocument, Policies } = role.parse(properties);
      const arn = hosted.attributes.Arn ?? '';
      return [
        ...grantsOfStatements(AssumeRolePolicyDocument, { place, resource: arn }),
        ...Policies.flatMap((each) =>
          grantsOfStatements(each.PolicyDocument, { place, holder: arn }),
        ),
      ];
    }
    case 'AWS::IAM::Policy': {
      const { PolicyDocument, Roles } = policy.parse(properties);
      return Roles.flatMap((name) =>
        grantsOfStatements(PolicyDocument, { place, holder: roleArns.get(name) ?? name }),
      );
    }
    case 'AWS::IAM::ManagedPolicy':
      throw new Error(
        `${place}: managed policies are not supported; expected an inline policy of the role.`,
      );
    case 'AWS::S3::BucketPolicy':
    case 'AWS::SQS::QueuePolicy':
      return grantsOfStatements(withPolicy.parse(properties).PolicyDocument, { place });
    case 'AWS::SecretsManager::ResourcePolicy':
      return grantsOfStatements(secretPolicy.parse(properties).ResourcePolicy, { place });
    case 'AWS::Lambda::Permission': {
      const permission = functionPermission.parse(properties);
      const { Action: action, FunctionName: resource, Principal: holder, SourceArn } = permission;
      return [{ place, holder, action, resource, ...(SourceArn && { sourceArn: SourceArn }) }];
    }
    default:
      return [];
  }
}

function find(
  resources: readonly HostedResource[],
  stack: string,
  logicalId: string,
): HostedResource {
  const found = resources.find((each) => each.stack === stack && each.logicalId === logicalId);
  if (found) return found;
  throw new Error(
    `The cloud does not host ${logicalId} of ${stack}; expected a cloud that was started with the same assembly.`,
  );
}

function hostedScope(
  plan: StackPlan,
  resources: readonly HostedResource[],
  exports: ReadonlyMap<string, string>,
): Scope {
  const own = new Map(
    resources.filter(({ stack }) => stack === plan.name).map((each) => [each.logicalId, each]),
  );
  return {
    ...plan.settled,
    ref: (name) => own.get(name)?.physicalId ?? plan.settled.ref(name),
    attribute: (logicalId, attribute) =>
      own.get(logicalId)?.attributes[attribute] ?? plan.settled.attribute(logicalId, attribute),
    imported: (name) => exports.get(name) ?? plan.settled.imported(name),
  };
}
