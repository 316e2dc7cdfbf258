import { compilePolicy } from '../../iam/policy-document.ts';
import { PolicyError } from '../../iam/policy-error.ts';
import { requirePermission } from '../access/permission.ts';
import { isPublicPolicy } from '../access/public-policy.ts';
import { s3Error } from '../errors.ts';
import { readText } from '../http/payload.ts';
import type { Bucket } from '../store/settings.ts';
import type { Operation } from './operation.ts';
import { bucketTarget } from './target.ts';

/** 20 KB: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html */
const MAX_POLICY = 20 * 1024;

export const getBucketPolicy: Operation = (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:GetBucketPolicy' });
  const { policy } = bucket.settings;
  if (policy === undefined) throw s3Error('NoSuchBucketPolicy', { BucketName: bucket.name });
  return { status: 200, headers: { 'content-type': 'application/json' }, body: policy };
};

export const putBucketPolicy: Operation = async (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:PutBucketPolicy' });
  const policy = await readText(request, MAX_POLICY);
  requireBucketPolicy(policy, bucket);
  engine.store.change(() => engine.store.buckets.change(bucket.name, { policy }));
  return { status: 204 };
};

export const deleteBucketPolicy: Operation = (request, engine) => {
  const bucket = bucketTarget(request, engine);
  requirePermission(engine, request, bucket, { action: 's3:DeleteBucketPolicy' });
  engine.store.change(() => engine.store.buckets.change(bucket.name, { policy: undefined }));
  return { status: 204 };
};

/** Throws MalformedPolicy, or AccessDenied for a public policy if the bucket blocks those. */
export function requireBucketPolicy(policy: string, bucket: Bucket): void {
  try {
    compilePolicy(policy, 'resource', `The policy of ${bucket.name}`);
  } catch (error) {
    if (error instanceof PolicyError) throw s3Error('MalformedPolicy', { message: error.message });
    throw error;
  }
  if (bucket.settings.publicAccess?.blockPublicPolicy && isPublicPolicy(policy)) {
    throw s3Error('AccessDenied', {
      message: `Public policies are prevented by the BlockPublicPolicy setting of bucket ${bucket.name}.`,
    });
  }
}
