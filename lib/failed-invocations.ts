import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnEventInvokeConfig } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { FunctionName } from '../core/environment.ts';
import { failureQueue } from './failure-queue.ts';
import type { ReelgateFunction } from './reelgate-function.ts';

export interface AsynchronousRetries {
  /** 0 to 2, after one minute and after two more. */
  readonly maximumRetryAttempts: number;
  /** Seconds, 60 to 21,600 (6 hours): how long Lambda keeps an event that it could not run. */
  readonly maximumEventAgeInSeconds: number;
}

/**
 * Keeps the events whose asynchronous invocations have failed. A rule's dead-letter queue does not get them: for
 * EventBridge an event is delivered once Lambda has accepted it.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class FailedInvocations extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.queue = failureQueue(this, 'This is the queue of failed invocations itself.');
  }

  /**
   * Sends the failed asynchronous invocations of `invoked` to the queue. An L1 resource, since `SqsDestination`
   * grants GetQueueAttributes and GetQueueUrl too, which Lambda does not need:
   * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
   */
  keep(invoked: ReelgateFunction<FunctionName>, retries: AsynchronousRetries): void {
    invoked.role.addToPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] }),
    );
    const config = new CfnEventInvokeConfig(invoked, 'Asynchronous', {
      functionName: invoked.function.functionName,
      qualifier: '$LATEST',
      ...retries,
      destinationConfig: { onFailure: { destination: this.queue.queueArn } },
    });
    // Lambda refuses a destination that the role may not send to.
    config.node.addDependency(invoked.role);
  }
}
