import * as z from 'zod';
import { messageAttributes } from './message-attributes.ts';

const QueueUrl = z.string();
const batch = <T extends z.ZodType>(entry: T) => z.array(entry).min(1).max(10);
const Id = z.string().regex(/^[\w-]{1,80}$/);
const visibility = z.number().int().min(0).max(43_200);

const message = {
  MessageBody: z.string().min(1),
  DelaySeconds: z.number().int().min(0).max(900).optional(),
  MessageAttributes: messageAttributes.optional(),
};
export type MessageInput = z.output<z.ZodObject<typeof message>>;

/**
 * The input of each operation. Other members are refused by name.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/
 */
export const requestSchemas = {
  SendMessage: z.strictObject({ QueueUrl, ...message }),
  SendMessageBatch: z.strictObject({
    QueueUrl,
    Entries: batch(z.strictObject({ Id, ...message })),
  }),
  ReceiveMessage: z.strictObject({
    QueueUrl,
    AttributeNames: z.array(z.string()).optional(),
    MessageSystemAttributeNames: z.array(z.string()).optional(),
    MessageAttributeNames: z.array(z.string()).optional(),
    MaxNumberOfMessages: z.number().int().min(1).max(10).default(1),
    VisibilityTimeout: visibility.optional(),
    WaitTimeSeconds: z.number().int().min(0).max(20).optional(),
  }),
  DeleteMessage: z.strictObject({ QueueUrl, ReceiptHandle: z.string() }),
  DeleteMessageBatch: z.strictObject({
    QueueUrl,
    Entries: batch(z.strictObject({ Id, ReceiptHandle: z.string() })),
  }),
  ChangeMessageVisibility: z.strictObject({
    QueueUrl,
    ReceiptHandle: z.string(),
    VisibilityTimeout: visibility,
  }),
  GetQueueAttributes: z.strictObject({ QueueUrl, AttributeNames: z.array(z.string()).default([]) }),
  GetQueueUrl: z.strictObject({
    QueueName: z.string(),
    QueueOwnerAWSAccountId: z.string().optional(),
  }),
  ListQueues: z.strictObject({
    QueueNamePrefix: z.string().optional(),
  }),
  PurgeQueue: z.strictObject({ QueueUrl }),
} as const;

export type Operation = keyof typeof requestSchemas;
export type Input<Name extends Operation> = z.output<(typeof requestSchemas)[Name]>;
