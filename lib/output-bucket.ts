import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Duration, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { keepPolicy, privateBucket } from './private-bucket.ts';

export interface OutputBucketProps {
  /** Whether the bucket is kept when its stack is deleted. */
  readonly retain: boolean;
}

/** The bucket for manifests, segments and images of MediaConvert. Not versioned, because all of it can be created again. */
export class OutputBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: OutputBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      ...privateBucket(props.retain),
      lifecycleRules: [
        { id: 'abandoned-parts', abortIncompleteMultipartUploadAfter: Duration.days(2) },
      ],
    });
    keepPolicy(this.bucket, props.retain);
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Only the functions and MediaConvert access this bucket, and their own logs record it. Viewers access it through CloudFront, which has its own logs.',
    });
  }
}
