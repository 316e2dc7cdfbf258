/**
 * The condition keys that the local cloud supports: the evaluator provides the global ones, the engine that
 * authorizes the call provides the others. A policy with another key is refused when it is loaded, because a
 * condition on a key without a value would have the wrong result.
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
  'aws:tokenissuetime',
  'aws:userid',
  'aws:viaawsservice',
  'dynamodb:attributes',
  'dynamodb:enclosingoperation',
  'dynamodb:leadingkeys',
  'dynamodb:returnconsumedcapacity',
  'dynamodb:returnvalues',
  'dynamodb:select',
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
  'secretsmanager:rotationlambdaarn',
  'secretsmanager:secretid',
  'secretsmanager:versionid',
  'secretsmanager:versionstage',
  'sts:rolesessionname',
]);

/** Keys that end with a name that the user chooses, after a slash. */
const FAMILIES = ['aws:principaltag/'];

/** Keys are case-insensitive, as in IAM. */
export function isKnownConditionKey(key: string): boolean {
  const name = key.toLowerCase();
  return CONDITION_KEYS.has(name) || FAMILIES.some((family) => name.startsWith(family));
}
