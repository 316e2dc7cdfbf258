import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Duration, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { OUTPUT_PREFIX } from '../core/uploads/object-keys.ts';
import { keepPolicy, privateBucket } from './private-bucket.ts';

export interface OutputBucketProps {
  /** Whether the bucket is kept when its stack is deleted. */
  readonly retain: boolean;
  /** Whether distributions read it. */
  readonly delivered: boolean;
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
    if (props.delivered) this.#allowDistributions();
    keepPolicy(this.bucket, props.retain);
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Only the functions, MediaConvert and CloudFront access this bucket. The logs of the functions record it; the path of a viewer contains a token, which no log may have.',
    });
  }

  /**
   * The distributions of this account may read videos. Listing makes a missing file a 404; without it S3 responds 403,
   * which a player would take for an expired token. The policy is here and not beside the distribution, so that the stacks
   * do not depend on each other in a circle.
   * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
   */
  #allowDistributions(): void {
    const distributions = Stack.of(this).formatArn({
      service: 'cloudfront',
      region: '',
      resource: 'distribution',
      resourceName: '*',
    });
    const statement = (action: string, resource: string) =>
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudfront.amazonaws.com')],
        actions: [action],
        resources: [resource],
        conditions: { ArnLike: { 'aws:SourceArn': distributions } },
      });
    this.bucket.addToResourcePolicy(
      statement('s3:GetObject', this.bucket.arnForObjects(`${OUTPUT_PREFIX}*`)),
    );
    this.bucket.addToResourcePolicy(statement('s3:ListBucket', this.bucket.bucketArn));
  }
}
