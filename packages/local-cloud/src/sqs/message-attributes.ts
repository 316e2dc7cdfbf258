import { createHash } from 'node:crypto';
import * as z from 'zod';

/** `String`, `Number` or `Binary`, with an optional custom suffix after a dot. */
const dataType = z.string().regex(/^(String|Number|Binary)(\..+)?$/);

export const messageAttribute = z.strictObject({
  DataType: dataType,
  StringValue: z.string().optional(),
  /** Base64. */
  BinaryValue: z.string().optional(),
});
export const messageAttributes = z.record(z.string().regex(/^[\w.-]{1,256}$/), messageAttribute);
export type MessageAttributes = z.output<typeof messageAttributes>;

/** MD5 in lower-case hexadecimal digits. SDKs compare it with their own. */
export function md5(data: string | Buffer): string {
  return createHash('md5').update(data).digest('hex');
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const parts = names.flatMap((name) => {
    const { DataType = '', BinaryValue, StringValue } = attributes[name] ?? {};
    const value =
      BinaryValue === undefined
        ? { kind: 1, bytes: Buffer.from(StringValue ?? '') }
        : { kind: 2, bytes: Buffer.from(BinaryValue, 'base64') };
    return [
      withLength(Buffer.from(name)),
      withLength(Buffer.from(DataType)),
      Buffer.from([value.kind]),
      withLength(value.bytes),
    ];
  });
  return md5(Buffer.concat(parts));
}

/** The bytes that count towards the message's size: name, type and value. */
export function sizeOfAttributes(attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue, BinaryValue }]) => {
      const value =
        Buffer.byteLength(StringValue ?? '') + Buffer.from(BinaryValue ?? '', 'base64').length;
      return sum + Buffer.byteLength(name) + Buffer.byteLength(DataType) + value;
    },
    0,
  );
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
