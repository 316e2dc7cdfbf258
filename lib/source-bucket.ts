import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Bucket, type CfnBucket, HttpMethods } from 'aws-cdk-lib/aws-s3';
import { Duration, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { privateBucket } from './private-bucket.ts';

export interface SourceBucketProps {
  /** Origins of the pages that upload: `https://app.example.com`. */
  readonly allowedOrigins: readonly string[];
  /** Keep the bucket when its stack is deleted. */
  readonly retain: boolean;
}

/** Where the users' originals arrive, part by part. */
export class SourceBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: SourceBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      ...privateBucket(props.retain),
      versioned: true,
      cors: [
        {
          allowedOrigins: [...props.allowedOrigins],
          allowedMethods: [HttpMethods.PUT],
          allowedHeaders: ['*'],
          // A page cannot read a part's ETag, which `complete` needs, unless the bucket exposes it.
          exposedHeaders: [
            'ETag',
            'x-amz-checksum-crc64nvme',
            'x-amz-checksum-crc32',
            'x-amz-checksum-crc32c',
            'x-amz-checksum-sha256',
            'x-amz-request-id',
          ],
          maxAge: 3600,
        },
      ],
      lifecycleRules: [
        // The last net below expiry and cancel: S3 counts whole days.
        { id: 'abandoned-parts', abortIncompleteMultipartUploadAfter: Duration.days(2) },
        {
          id: 'replaced-and-deleted-versions',
          noncurrentVersionExpiration: Duration.days(7),
          expiredObjectDeleteMarker: true,
        },
      ],
    });
    this.#tellEventBridge();
    this.#refuseOverwriting();
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Server access logs hold the query of every request, and the query of a presigned request is a credential while it lives. CloudTrail data events tell the same without it, where they are wanted.',
    });
  }

  /** The bucket's own property: CDK's `eventBridgeEnabled` would bring a Lambda function as custom resource. */
  #tellEventBridge(): void {
    const resource = this.bucket.node.defaultChild as CfnBucket;
    resource.notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
  }

  /**
   * An upload that is complete cannot be replaced: what was inspected is what is transcoded. Parts carry no
   * condition, hence ObjectCreationOperation.
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
   */
  #refuseOverwriting(): void {
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OnlyNewObjects',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [this.bucket.arnForObjects('*')],
        conditions: {
          Null: { 's3:if-none-match': 'true' },
          Bool: { 's3:ObjectCreationOperation': 'true' },
        },
      }),
    );
  }
}
