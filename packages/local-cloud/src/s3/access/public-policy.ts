/**
 * Whether a bucket policy gives public access: a principal `*` without a condition on an account, a source or
 * a network.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
export function isPublicPolicy(policy: string): boolean {
  const statements = [(JSON.parse(policy) as { Statement?: unknown }).Statement ?? []].flat();
  return statements.some((statement) => {
    if (typeof statement !== 'object' || statement === null) return false;
    const { Effect, Principal, Condition } = statement as Record<string, unknown>;
    return Effect === 'Allow' && isEverybody(Principal) && !isNarrowed(Condition);
  });
}

const NARROWING = [
  ...['aws:principalarn', 'aws:principalaccount', 'aws:sourcearn', 'aws:sourceaccount'],
  ...['aws:sourceip', 'aws:userid', 's3:dataaccesspointarn'],
];

function isEverybody(principal: unknown): boolean {
  if (principal === '*') return true;
  if (typeof principal !== 'object' || principal === null || !('AWS' in principal)) return false;
  return [principal.AWS].flat().includes('*');
}

function isNarrowed(condition: unknown): boolean {
  if (typeof condition !== 'object' || condition === null) return false;
  return Object.values(condition).some((keys) =>
    Object.keys(keys as object).some((key) => NARROWING.includes(key.toLowerCase())),
  );
}
