import { AwsError } from '../shared/aws-error.ts';
import type { HostedQueue } from './queue.ts';

export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** The requested attributes of a queue; `All` requests all. Throws InvalidAttributeName. */
export function attributesOf(
  queue: HostedQueue,
  counts: QueueCounts,
  names: readonly string[],
): Record<string, string> {
  const { properties } = queue;
  const json = (value: unknown) => (value === undefined ? undefined : JSON.stringify(value));
  const createdSeconds = String(Math.floor(queue.createdAt / 1000));
  const all: Record<string, string | undefined> = {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    CreatedTimestamp: createdSeconds,
    LastModifiedTimestamp: createdSeconds,
    DelaySeconds: String(properties.DelaySeconds),
    MaximumMessageSize: String(properties.MaximumMessageSize),
    MessageRetentionPeriod: String(properties.MessageRetentionPeriod),
    ReceiveMessageWaitTimeSeconds: String(properties.ReceiveMessageWaitTimeSeconds),
    VisibilityTimeout: String(properties.VisibilityTimeout),
    SqsManagedSseEnabled: String(properties.SqsManagedSseEnabled ?? true),
    KmsMasterKeyId: properties.KmsMasterKeyId,
    Policy: json(queue.policy),
    RedrivePolicy: json(properties.RedrivePolicy),
    RedriveAllowPolicy: json(properties.RedriveAllowPolicy),
  };
  const unknown = names.find((name) => name !== 'All' && !Object.hasOwn(all, name));
  if (unknown !== undefined)
    throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  const wanted = Object.entries(all).flatMap(([name, value]) =>
    value !== undefined && (names.includes('All') || names.includes(name)) ? [[name, value]] : [],
  );
  return Object.fromEntries(wanted);
}
