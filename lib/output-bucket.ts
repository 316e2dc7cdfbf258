import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Duration, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { privateBucket } from './private-bucket.ts';

export interface OutputBucketProps {
  /** Keep the bucket when its stack is deleted. */
  readonly retain: boolean;
}

/** Where MediaConvert writes manifests, segments and pictures. Not versioned: all of it can be made again. */
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
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Only functions and MediaConvert reach this bucket, and each of their calls is in their own logs; viewers come through CloudFront, which logs them.',
    });
  }
}
