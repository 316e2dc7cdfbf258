import { AwsError } from '../shared/aws-error.ts';
import { sizeOfAttributes } from './message-attributes.ts';
import type { HostedQueue } from './queue.ts';
import type { MessageInput } from './requests.ts';

/**
 * The characters that SQS does not allow in a body:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the rule is about control characters
const FORBIDDEN = /[^\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** Body and attributes of a message, in bytes. */
export const sizeOf = (message: MessageInput) =>
  Buffer.byteLength(message.MessageBody) + sizeOfAttributes(message.MessageAttributes ?? {});

/** @throws AwsError InvalidParameterValue, InvalidMessageContents */
export function checkMessage(queue: HostedQueue, message: MessageInput): void {
  const limit = queue.properties.MaximumMessageSize;
  if (sizeOf(message) > limit)
    throw new AwsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
    );
  if (FORBIDDEN.test(message.MessageBody))
    throw new AwsError(
      'InvalidMessageContents',
      'The message contains characters outside the allowed set.',
    );
  const attributes = Object.values(message.MessageAttributes ?? {});
  if (attributes.length > 10)
    throw new AwsError('InvalidParameterValue', 'A message has at most 10 attributes.');
  for (const { DataType, StringValue, BinaryValue } of attributes) {
    const value = DataType.startsWith('Binary') ? BinaryValue : StringValue;
    if (value === undefined || value === '')
      throw new AwsError(
        'InvalidParameterValue',
        `A message attribute of type ${DataType} must have a non-empty value of that type.`,
      );
  }
}

/** @throws AwsError BatchEntryIdsNotDistinct */
export function checkDistinct(entries: readonly { readonly Id: string }[]): void {
  const ids = entries.map(({ Id }) => Id);
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined)
    throw new AwsError('BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`);
}
