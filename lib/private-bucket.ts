import {
  BlockPublicAccess,
  type Bucket,
  BucketEncryption,
  type BucketProps,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { RemovalPolicy } from 'aws-cdk-lib/core';

/** A bucket that outlives its stack keeps its policy: without it, the denials of the policy would end with the stack. */
export function keepPolicy(bucket: Bucket, retain: boolean): void {
  if (retain) bucket.policy?.applyRemovalPolicy(RemovalPolicy.RETAIN);
}

/** The common settings of all buckets: no public access, no ACLs, encryption, TLS only. */
export function privateBucket(retain: boolean) {
  return {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  } satisfies BucketProps;
}
