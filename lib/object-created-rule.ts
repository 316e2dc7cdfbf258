import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Aws, Duration, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { SOURCE_PREFIX } from '../core/object-keys.ts';

export interface ObjectCreatedRuleProps {
  readonly sourceBucket: Bucket;
  readonly stateMachine: CfnStateMachine;
}

/** Starts the workflow for every source that S3 announces; what cannot be delivered is kept in a queue. */
export class ObjectCreatedRule extends Construct {
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: ObjectCreatedRuleProps) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('events.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      description: 'Starts the workflow for new objects.',
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['states:StartExecution'],
        resources: [props.stateMachine.attrArn],
      }),
    );
    const rule = new CfnRule(this, 'Rule', {
      description: 'A source is complete: process it.',
      eventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        // Every reason: multipart uploads end with CompleteMultipartUpload, a filter on PutObject misses them.
        detail: {
          bucket: { name: [props.sourceBucket.bucketName] },
          object: { key: [{ prefix: SOURCE_PREFIX }] },
        },
      },
      targets: [
        {
          id: 'process-upload',
          arn: props.stateMachine.attrArn,
          roleArn: role.roleArn,
          deadLetterConfig: { arn: this.deadLetters.queueArn },
          retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
        },
      ],
    });
    // Without its permission a target's first events would end in the queue.
    rule.node.addDependency(role);
    this.deadLetters.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.deadLetters.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': rule.attrArn } },
      }),
    );
    Validations.of(this.deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This is the dead-letter queue itself.',
    });
  }
}
