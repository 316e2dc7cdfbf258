import { AwsError } from '../../shared/aws-error.ts';
import type { Engine } from '../engine.ts';
import { s3Error } from '../errors.ts';
import type { ReadRequest, S3Request } from '../http/request.ts';
import type { StoredVersion } from '../store/objects.ts';
import type { Bucket } from '../store/settings.ts';
import { accountById } from './account.ts';
import { aclAllows, grantsOf, isPublicAcl } from './acl.ts';
import { isPublicPolicy } from './public-policy.ts';

export function bucketArn(bucket: string, key?: string): string {
  return key === undefined ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`;
}

export interface Permission {
  /** `s3:GetObject` */
  readonly action: string;
  readonly key?: string | undefined;
  /** The current object, whose ACL may allow what no policy allows. */
  readonly object?: StoredVersion | undefined;
  /** Further condition keys. */
  readonly context?: Readonly<Record<string, string>>;
}

/** Request headers that have a condition key, `s3:<name>`. */
const HEADER_KEYS = [
  ...['x-amz-acl', 'x-amz-content-sha256', 'x-amz-copy-source', 'x-amz-server-side-encryption'],
  ...['x-amz-storage-class', 'if-match', 'if-none-match'],
];

/**
 * Checks the permission for an action on a bucket or an object. Policies and ACLs are evaluated together, as
 * in S3: what an ACL allows becomes one more statement of the bucket policy, so that an explicit deny has
 * precedence. Throws AccessDenied.
 */
export function requirePermission(
  engine: Engine,
  request: ReadRequest,
  bucket: Bucket,
  permission: Permission,
): void {
  const { action, key } = permission;
  const { caller, account } = request.identity;
  const expected = request.headers['x-amz-expected-bucket-owner'];
  if (expected !== undefined && expected !== bucket.account) throw s3Error('AccessDenied');
  const resource = bucketArn(bucket.name, key);
  const restricted =
    bucket.settings.publicAccess?.restrictPublicBuckets === true &&
    account?.id !== bucket.account &&
    bucket.settings.policy !== undefined &&
    isPublicPolicy(bucket.settings.policy);
  try {
    engine.authorize({
      caller,
      action,
      resource,
      context: { ...requestContext(request, bucket), ...permission.context },
      ...resourcePolicy(request, bucket, permission, resource, restricted),
    });
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'AccessDenied') throw error;
    throw s3Error('AccessDenied', { message: error.message });
  }
}

/** Whether the action is allowed, for responses that depend on it. */
export function hasPermission(
  engine: Engine,
  request: ReadRequest,
  bucket: Bucket,
  permission: Permission,
): boolean {
  try {
    requirePermission(engine, request, bucket, permission);
    return true;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'AccessDenied') return false;
    throw error;
  }
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
export function requestContext(
  { identity, headers, query, sourceIp }: ReadRequest,
  bucket?: Bucket,
): Record<string, string> {
  const context: Record<string, string> = {
    // HTTP on the loopback interface counts as TLS: nothing leaves the machine.
    'aws:securetransport': 'true',
    'aws:sourceip': sourceIp,
  };
  const add = (key: string, value: string | number | undefined) => {
    if (value !== undefined) context[key] = String(value);
  };
  add('s3:resourceaccount', bucket?.account);
  add('s3:authtype', identity.authType);
  add('s3:signatureversion', identity.signatureVersion);
  add('s3:signatureage', identity.signatureAge);
  add('s3:versionid', query.get('versionId'));
  for (const name of HEADER_KEYS) add(`s3:${name}`, headers[name]);
  const hash = identity.signature?.payloadHash;
  if (hash !== undefined) add('s3:x-amz-content-sha256', hash);
  return context;
}

function resourcePolicy(
  { identity: { caller } }: ReadRequest,
  bucket: Bucket,
  { action, object }: Permission,
  resource: string,
  restricted: boolean,
): { resourcePolicy?: unknown } {
  const { policy } = bucket.settings;
  const byAcl = aclsCount(bucket) && allowedByAcl();
  if (!byAcl && !restricted) return policy === undefined ? {} : { resourcePolicy: policy };
  const { Version = '2012-10-17', Statement = [] } = policy === undefined ? {} : JSON.parse(policy);
  const extra = byAcl
    ? { Effect: 'Allow', Principal: '*', Action: action, Resource: resource }
    : { Effect: 'Deny', Principal: '*', Action: '*', Resource: resource };
  return { resourcePolicy: { Version, Statement: [...[Statement].flat(), extra] } };

  function allowedByAcl(): boolean {
    if (bucketAclAllows({ identity: { caller } }, bucket, action)) return true;
    if (!object || object.deleteMarker || !counts(bucket, object.record.acl)) return false;
    const grants = grantsOf(object.record.acl, object.owner, bucket.account);
    return aclAllows('object', grants, caller, action);
  }
}

/** Whether the ACL of the bucket alone allows the action. */
export function bucketAclAllows(
  { identity: { caller } }: { readonly identity: Pick<S3Request['identity'], 'caller'> },
  bucket: Bucket,
  action: string,
): boolean {
  const { acl } = bucket.settings;
  if (!aclsCount(bucket) || !counts(bucket, acl)) return false;
  return aclAllows('bucket', grantsOf(acl, bucket.account), caller, action);
}

function counts({ settings }: Bucket, acl: Bucket['settings']['acl']): boolean {
  return !(settings.publicAccess?.ignorePublicAcls === true && isPublicAcl(acl));
}

export function aclsCount({ settings }: Bucket): boolean {
  return settings.ownership !== 'BucketOwnerEnforced';
}

/** The owner of a new object: the bucket's owner, unless ACLs are enabled and another account writes the object. */
export function ownerOfNew(request: S3Request, bucket: Bucket): string {
  const writer = request.identity.account?.id ?? bucket.account;
  if (!aclsCount(bucket)) return bucket.account;
  const handsOver = request.headers['x-amz-acl'] === 'bucket-owner-full-control';
  return bucket.settings.ownership === 'BucketOwnerPreferred' && handsOver
    ? bucket.account
    : writer;
}

/** `<ID>` and `<DisplayName>` of an account. */
export function ownerElement(account: string): { ID: string; DisplayName: string } {
  const { canonicalId, displayName } = accountById(account);
  return { ID: canonicalId, DisplayName: displayName };
}
