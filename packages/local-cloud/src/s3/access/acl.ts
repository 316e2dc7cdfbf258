import type { Caller } from '../../shared/caller.ts';
import { accountOf } from './account.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl */
export const CANNED_ACLS = [
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
] as const;
export type CannedAcl = (typeof CANNED_ACLS)[number];

const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers';
const AUTHENTICATED_USERS = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers';

export interface Grant {
  /** The URI of a group, or an account. */
  readonly grantee: { readonly group: string } | { readonly account: string };
  readonly permission: 'READ' | 'WRITE' | 'FULL_CONTROL';
}

export function isCannedAcl(name: string): name is CannedAcl {
  return (CANNED_ACLS as readonly string[]).includes(name);
}

export function isPublicAcl(acl: CannedAcl): boolean {
  return acl === 'public-read' || acl === 'public-read-write' || acl === 'authenticated-read';
}

/** The grants of a canned ACL, as GetObjectAcl and GetBucketAcl list them. */
export function grantsOf(acl: CannedAcl, owner: string, bucketOwner = owner): Grant[] {
  const grants: Grant[] = [{ grantee: { account: owner }, permission: 'FULL_CONTROL' }];
  const add = (grantee: Grant['grantee'], permission: Grant['permission']) =>
    grants.push({ grantee, permission });
  if (acl.startsWith('public-read')) add({ group: ALL_USERS }, 'READ');
  if (acl === 'public-read-write') add({ group: ALL_USERS }, 'WRITE');
  if (acl === 'authenticated-read') add({ group: AUTHENTICATED_USERS }, 'READ');
  if (acl === 'bucket-owner-read') add({ account: bucketOwner }, 'READ');
  if (acl === 'bucket-owner-full-control' && bucketOwner !== owner) {
    add({ account: bucketOwner }, 'FULL_CONTROL');
  }
  return grants;
}

const BUCKET_ACTIONS: Readonly<Record<Grant['permission'], readonly string[]>> = {
  READ: ['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads'],
  WRITE: [
    ...['s3:PutObject', 's3:PutObjectTagging', 's3:DeleteObject'],
    ...['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
  ],
  FULL_CONTROL: ['s3:*'],
};
const OBJECT_ACTIONS: Readonly<Record<Grant['permission'], readonly string[]>> = {
  READ: ['s3:GetObject', 's3:GetObjectVersion'],
  WRITE: [],
  FULL_CONTROL: [
    's3:GetObject',
    's3:GetObjectVersion',
    's3:GetObjectAcl',
    's3:GetObjectVersionAcl',
    's3:PutObjectAcl',
  ],
};

/** Whether the ACL of the bucket or object alone allows the caller the action. */
export function aclAllows(
  on: 'bucket' | 'object',
  grants: readonly Grant[],
  caller: Caller,
  action: string,
): boolean {
  const account = accountOf(caller)?.id;
  const actions = on === 'bucket' ? BUCKET_ACTIONS : OBJECT_ACTIONS;
  return grants.some(({ grantee, permission }) => {
    const granted =
      'account' in grantee
        ? grantee.account === account
        : grantee.group === ALL_USERS || account !== undefined;
    const list = actions[permission];
    return granted && (list.includes('s3:*') || list.includes(action));
  });
}
