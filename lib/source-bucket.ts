import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Bucket, type CfnBucket, HttpMethods } from 'aws-cdk-lib/aws-s3';
import { Duration, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { FORM_PREFIX } from '../core/uploads/object-keys.ts';
import { keepPolicy, privateBucket } from './private-bucket.ts';

export interface SourceBucketProps {
  /** Origins of the pages that upload: `https://app.example.com`. */
  readonly allowedOrigins: readonly string[];
  /** Whether the bucket is kept when its stack is deleted. */
  readonly retain: boolean;
  readonly transferAcceleration: boolean;
  /** Hours until an unfinished upload expires: S3 keeps parts at least that long. */
  readonly unfinishedHours: number;
}

/** Minimum of days after which S3 removes parts that expiry and cancellation missed. */
const MIN_PARTS_DAYS = 2;

/** The bucket that receives the files of users: in parts, in one request, or by form. */
export class SourceBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: SourceBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      ...privateBucket(props.retain),
      versioned: true,
      transferAcceleration: props.transferAcceleration,
      cors: [
        {
          allowedOrigins: [...props.allowedOrigins],
          allowedMethods: [HttpMethods.PUT, HttpMethods.POST],
          allowedHeaders: ['*'],
          // `complete` needs the ETag of each part, and a page can read it only if the bucket exposes it.
          exposedHeaders: [
            'ETag',
            // Headers of the response to a form.
            'Location',
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
        {
          id: 'abandoned-parts',
          // S3 counts in whole days.
          abortIncompleteMultipartUploadAfter: Duration.days(
            Math.max(MIN_PARTS_DAYS, Math.ceil(props.unfinishedHours / 24)),
          ),
        },
        // A file posted by a form is accepted or deleted within minutes. This rule deletes those that were missed.
        {
          id: 'unaccepted-forms',
          prefix: FORM_PREFIX,
          expiration: Duration.days(1),
          noncurrentVersionExpiration: Duration.days(1),
        },
        {
          id: 'replaced-and-deleted-versions',
          noncurrentVersionExpiration: Duration.days(7),
          expiredObjectDeleteMarker: true,
        },
      ],
    });
    this.#sendEvents();
    this.#denyOverwriting();
    keepPolicy(this.bucket, props.retain);
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Server access logs contain the query string of every request, and the query string of a presigned request is a credential until it expires. CloudTrail data events record the same requests without the signature; enable them if you need an access log.',
    });
  }

  /** Set on the L1 resource, because `eventBridgeEnabled` of the CDK adds a custom resource with a Lambda function. */
  #sendEvents(): void {
    const resource = this.bucket.node.defaultChild as CfnBucket;
    resource.notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
  }

  /**
   * A complete upload cannot be replaced, so the transcoded file is the inspected one. Parts have no such condition,
   * hence ObjectCreationOperation. A form cannot have it either, so forms post below forms/, and the file is copied to
   * its source with the condition.
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
   */
  #denyOverwriting(): void {
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OnlyNewObjects',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject'],
        notResources: [this.bucket.arnForObjects(`${FORM_PREFIX}*`)],
        conditions: {
          Null: { 's3:if-none-match': 'true' },
          Bool: { 's3:ObjectCreationOperation': 'true' },
        },
      }),
    );
  }
}
