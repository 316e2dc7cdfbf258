import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** Keeps what could not be delivered or run for as long as SQS can: 14 days. It is encrypted and takes TLS only. */
export function failureQueue(scope: Construct, reasonForNoQueueBehindIt: string): Queue {
  const queue = new Queue(scope, 'Queue', {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  Validations.of(queue).acknowledge({ id: 'AwsSolutions-SQS3', reason: reasonForNoQueueBehindIt });
  return queue;
}
