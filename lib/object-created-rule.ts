import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Aws } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { SOURCE_PREFIX } from '../core/uploads/object-keys.ts';
import { TOMBSTONE_ETAG } from '../core/uploads/tombstone.ts';
import type { DeadLetters } from './dead-letters.ts';

export interface ObjectCreatedRuleProps {
  readonly sourceBucket: Bucket;
  readonly stateMachine: CfnStateMachine;
  readonly deadLetters: DeadLetters;
}

/** Starts the workflow for each `Object Created` event of a source. Undelivered events go to the dead-letter queue. */
export class ObjectCreatedRule extends Construct {
  constructor(scope: Construct, id: string, props: ObjectCreatedRuleProps) {
    super(scope, id);
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
      description: 'Starts the workflow for a complete source.',
      eventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        // No filter on the reason: multipart uploads have CompleteMultipartUpload, not PutObject.
        detail: {
          bucket: { name: [props.sourceBucket.bucketName] },
          // Not a tombstone. By ETag, since EventBridge compares no numbers beyond 5e9, and files are larger:
          // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
          object: { key: [{ prefix: SOURCE_PREFIX }], etag: [{ 'anything-but': TOMBSTONE_ETAG }] },
        },
      },
      targets: [
        {
          id: 'process-upload',
          arn: props.stateMachine.attrArn,
          roleArn: role.roleArn,
          deadLetterConfig: { arn: props.deadLetters.queue.queueArn },
          retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
        },
      ],
    });
    // Without the permission, the first events would go to the dead-letter queue.
    rule.node.addDependency(role);
    props.deadLetters.accept(rule);
  }
}
