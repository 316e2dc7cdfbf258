import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Bucket, type CfnBucket, HttpMethods } from 'aws-cdk-lib/aws-s3';
import { Duration, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { FORM_PREFIX } from '../core/uploads/object-keys.ts';
import { privateBucket } from './private-bucket.ts';

export interface SourceBucketProps {
  /** Origins of the pages that upload: `https://app.example.com`. */
  readonly allowedOrigins: readonly string[];
  /** Keep the bucket when its stack is deleted. */
  readonly retain: boolean;
  readonly transferAcceleration: boolean;
  /** Hours until an unfinished upload expires: S3 keeps parts at least that long. */
  readonly unfinishedHours: number;
}

/** The lifecycle rule is the net below expiry and cancel, also where uploads expire within hours. */
const MIN_PARTS_DAYS = 2;

/** Where the users' originals arrive: part by part, at once, or by a form. */
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
          // A page cannot read a part's ETag, which `complete` needs, unless the bucket exposes it.
          exposedHeaders: [
            'ETag',
            // What a form's answer says of the object.
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
          // S3 counts whole days.
          abortIncompleteMultipartUploadAfter: Duration.days(
            Math.max(MIN_PARTS_DAYS, Math.ceil(props.unfinishedHours / 24)),
          ),
        },
        // Each file that a form brings is taken in or thrown away within minutes; this is the net below.
        {
          id: 'landed-forms',
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
   * condition, hence ObjectCreationOperation. Nor can a form, so it brings its file elsewhere: below forms/ nothing
   * is read but to be copied, with the condition, to where it belongs.
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
   */
  #refuseOverwriting(): void {
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
