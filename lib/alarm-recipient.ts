import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { ArnFormat, Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

export interface AlarmRecipientProps {
  /** Receives alarms by email, after the address has confirmed the subscription. */
  readonly email: string | undefined;
  /** A topic of the operator, used instead of a new one. */
  readonly topicArn: string | undefined;
}

/** Who is notified of alarms: a topic of the operator, a new topic with an email address, or nobody. */
export class AlarmRecipient extends Construct {
  readonly topic: ITopic | undefined;

  constructor(scope: Construct, id: string, { email, topicArn }: AlarmRecipientProps) {
    super(scope, id);
    if (topicArn !== undefined) this.topic = Topic.fromTopicArn(this, 'Existing', topicArn);
    else if (email !== undefined) this.topic = this.#topicFor(email);
  }

  #topicFor(email: string): Topic {
    const topic = new Topic(this, 'Topic', { masterKey: this.#key(), enforceSSL: true });
    topic.addSubscription(new EmailSubscription(email));
    for (const publisher of publishers(this)) {
      topic.addToResourcePolicy(
        new PolicyStatement({
          principals: [new ServicePrincipal(publisher.service)],
          actions: ['sns:Publish'],
          resources: [topic.topicArn],
          conditions: {
            StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
            ArnLike: { 'aws:SourceArn': publisher.sources },
          },
        }),
      );
    }
    return topic;
  }

  /**
   * A key of the stack: CloudWatch cannot publish to a topic that is encrypted with the key of SNS, whose policy cannot
   * be changed. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
   */
  #key(): Key {
    const key = new Key(this, 'Key', {
      description: 'Encrypts the notifications of alarms.',
      enableKeyRotation: true,
      // It encrypts messages on their way, nothing that is kept.
      removalPolicy: RemovalPolicy.DESTROY,
      pendingWindow: Duration.days(7),
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: publishers(this).map(({ service }) => new ServicePrincipal(service)),
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        // In the policy of a key, this is the key itself.
        resources: ['*'],
      }),
    );
    return key;
  }
}

/** The services that publish to the topic, and the resources in whose name. */
function publishers(scope: Construct) {
  const stack = Stack.of(scope);
  return [
    {
      service: 'cloudwatch.amazonaws.com',
      sources: stack.formatArn({
        service: 'cloudwatch',
        resource: 'alarm',
        resourceName: '*',
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    },
    {
      // https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html
      service: 'budgets.amazonaws.com',
      sources: stack.formatArn({
        service: 'budgets',
        region: '',
        resource: '*',
        arnFormat: ArnFormat.NO_RESOURCE_NAME,
      }),
    },
  ];
}
