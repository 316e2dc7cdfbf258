/**
 * Condition keys that the local cloud gives a value wherever AWS does: the global ones by the evaluator, the
 * others by the engine that asks. Any other key is refused when a policy is loaded, since a condition on a
 * key that is never there would pass or fail for the wrong reason.
 */
export const CONDITION_KEYS: ReadonlySet<string> = new Set([
  'aws:currenttime',
  'aws:epochtime',
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalisawsservice',
  'aws:principalservicename',
  'aws:principaltype',
  'aws:requestedregion',
  'aws:resourceaccount',
  'aws:securetransport',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  'aws:userid',
  'aws:viaawsservice',
  'dynamodb:enclosingoperation',
  'dynamodb:leadingkeys',
  'events:detail-type',
  'events:source',
  'iam:passedtoservice',
  's3:authtype',
  's3:delimiter',
  's3:if-match',
  's3:if-none-match',
  's3:max-keys',
  's3:objectcreationoperation',
  's3:prefix',
  's3:resourceaccount',
  's3:signatureage',
  's3:signatureversion',
  's3:tlsversion',
  's3:versionid',
  's3:x-amz-acl',
  's3:x-amz-content-sha256',
  's3:x-amz-copy-source',
  's3:x-amz-server-side-encryption',
  's3:x-amz-storage-class',
  'sts:rolesessionname',
]);

/** Keys with a name of the user's own behind the slash. */
const FAMILIES = ['aws:principaltag/'];

/** Keys are compared without regard to case, as IAM does. */
export function isKnownConditionKey(key: string): boolean {
  const name = key.toLowerCase();
  return CONDITION_KEYS.has(name) || FAMILIES.some((family) => name.startsWith(family));
}
