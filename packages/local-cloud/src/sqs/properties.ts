import * as z from 'zod';

const integer = (minimum: number, maximum: number) =>
  z.coerce.number().int().min(minimum).max(maximum);
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);
const arn = z.string().regex(/^arn:aws:sqs:/, 'must be the ARN of a queue');

/** Raised from 256 KiB to 1 MiB in 2025: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const MAX_MESSAGE_BYTES = 1_048_576;
const FOUR_DAYS = 345_600;

/**
 * AWS::SQS::Queue, standard queues only. The properties of FIFO queues are refused. Encryption is accepted
 * and has no effect on one machine.
 */
export const queueProperties = z.strictObject({
  DelaySeconds: integer(0, 900).default(0),
  KmsDataKeyReusePeriodSeconds: integer(60, 86_400).optional(),
  KmsMasterKeyId: z.string().optional(),
  MaximumMessageSize: integer(1024, MAX_MESSAGE_BYTES).default(MAX_MESSAGE_BYTES),
  MessageRetentionPeriod: integer(60, 1_209_600).default(FOUR_DAYS),
  QueueName: z
    .string()
    .regex(/^[\w-]{1,80}$/, 'must be letters, digits, - and _; .fifo queues are not supported')
    .optional(),
  ReceiveMessageWaitTimeSeconds: integer(0, 20).default(0),
  RedriveAllowPolicy: z
    .strictObject({
      redrivePermission: z.enum(['allowAll', 'denyAll', 'byQueue']),
      sourceQueueArns: z.array(arn).max(10).optional(),
    })
    .optional(),
  RedrivePolicy: z
    .strictObject({ deadLetterTargetArn: arn, maxReceiveCount: integer(1, 1000) })
    .optional(),
  SqsManagedSseEnabled: flag.optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
  VisibilityTimeout: integer(0, 43_200).default(30),
});
export type QueueProperties = z.output<typeof queueProperties>;

/** AWS::SQS::QueuePolicy. The policy evaluator validates the document. */
export const queuePolicyProperties = z.strictObject({
  PolicyDocument: z.record(z.string(), z.unknown()),
  Queues: z.array(z.string()).min(1),
});
