import type { Iam } from './iam/iam.ts';
import type { ResourceProvider } from './shared/resource.ts';

/** The property with the policy, by resource type. */
const WITH_POLICY: ReadonlyMap<string, string> = new Map([
  ['AWS::S3::BucketPolicy', 'PolicyDocument'],
  ['AWS::SQS::QueuePolicy', 'PolicyDocument'],
  ['AWS::SecretsManager::ResourcePolicy', 'ResourcePolicy'],
]);

/**
 * Adds a check to the providers of resource policies: a policy that the evaluator does not fully support
 * stops the start, not the first call.
 */
export function withPolicyCheck(
  providers: readonly ResourceProvider[],
  iam: Pick<Iam, 'checkResourcePolicy'>,
): ResourceProvider[] {
  return providers.map((provider) => {
    const property = WITH_POLICY.get(provider.type);
    if (property === undefined) return provider;
    return {
      ...provider,
      async provide(request) {
        const properties = request.properties as Readonly<Record<string, unknown>>;
        iam.checkResourcePolicy(properties[property], property);
        return provider.provide(request);
      },
    };
  });
}
