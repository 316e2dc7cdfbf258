import type { Iam } from './iam/iam.ts';
import type { ResourceProvider } from './shared/resource.ts';

const WITH_POLICY: ReadonlySet<string> = new Set([
  'AWS::S3::BucketPolicy',
  'AWS::SQS::QueuePolicy',
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
    if (!WITH_POLICY.has(provider.type)) return provider;
    return {
      ...provider,
      async provide(request) {
        const { PolicyDocument } = request.properties as { PolicyDocument?: unknown };
        iam.checkResourcePolicy(PolicyDocument, 'PolicyDocument');
        return provider.provide(request);
      },
    };
  });
}
