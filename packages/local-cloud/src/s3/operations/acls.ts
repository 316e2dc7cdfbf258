import { accountById } from '../access/account.ts';
import { type CannedAcl, type Grant, grantsOf } from '../access/acl.ts';
import { ownerElement, requirePermission } from '../access/permission.ts';
import { notImplemented } from '../errors.ts';
import { readText } from '../http/payload.ts';
import type { S3Request } from '../http/request.ts';
import type { Bucket } from '../store/settings.ts';
import { xmlDocument } from '../xml.ts';
import { aclOf } from './object-headers.ts';
import type { Operation } from './operation.ts';
import { bucketTarget, readTarget } from './target.ts';

const MAX_DOCUMENT = 64 * 1024;

export const getBucketAcl: Operation = (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:GetBucketAcl' });
  const { account, settings } = bucket;
  return { status: 200, body: policyDocument(account, grantsOf(settings.acl, account)) };
};

export const putBucketAcl: Operation = async (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:PutBucketAcl' });
  const acl = await requestedAcl(request, bucket);
  engine.store.change(() => engine.store.buckets.change(bucket.name, { acl }));
  return { status: 200 };
};

export const getObjectAcl: Operation = (request, engine) => {
  const { bucket, version } = readTarget(request, engine, {
    latest: 's3:GetObjectAcl',
    version: 's3:GetObjectVersionAcl',
  });
  const { owner, record } = version;
  return { status: 200, body: policyDocument(owner, grantsOf(record.acl, owner, bucket.account)) };
};

export const putObjectAcl: Operation = async (request, engine) => {
  const { bucket, version } = readTarget(request, engine, {
    latest: 's3:PutObjectAcl',
    version: 's3:PutObjectVersionAcl',
  });
  const acl = await requestedAcl(request, bucket);
  engine.store.change(() => {
    engine.store.objects.setRecord(version.sequence, { ...version.record, acl });
  });
  return { status: 200 };
};

async function requestedAcl(request: S3Request, bucket: Bucket): Promise<CannedAcl> {
  if (request.headers['x-amz-acl'] === undefined) {
    throw notImplemented('An ACL of single grants (only canned ACLs, by x-amz-acl)');
  }
  await readText(request, MAX_DOCUMENT);
  return aclOf(request.headers, bucket);
}

const SCHEMA_INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';

function policyDocument(owner: string, grants: readonly Grant[]): string {
  return xmlDocument('AccessControlPolicy', {
    Owner: ownerElement(owner),
    AccessControlList: {
      Grant: grants.map(({ grantee, permission }) => ({
        Grantee:
          'group' in grantee
            ? { '@xmlns:xsi': SCHEMA_INSTANCE, '@xsi:type': 'Group', URI: grantee.group }
            : {
                '@xmlns:xsi': SCHEMA_INSTANCE,
                '@xsi:type': 'CanonicalUser',
                ID: accountById(grantee.account).canonicalId,
                DisplayName: accountById(grantee.account).displayName,
              },
        Permission: permission,
      })),
    },
  });
}
