import { md5, md5OfAttributes } from './message-attributes.ts';
import type { StoredMessage } from './message-store.ts';
import type { Input } from './requests.ts';

/** A received message with the attributes that the request names. */
export function presentMessage(message: StoredMessage, input: Input<'ReceiveMessage'>) {
  const system: Record<string, string> = {
    SenderId: message.sender,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
  };
  const asked = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
  const Attributes = pick(system, (name) => asked.includes('All') || asked.includes(name));
  const wanted = input.MessageAttributeNames ?? [];
  const MessageAttributes = pick(message.attributes, (name) =>
    wanted.some(
      (one) =>
        one === 'All' || one === name || (one.endsWith('.*') && name.startsWith(one.slice(0, -2))),
    ),
  );
  const digest = md5OfAttributes(MessageAttributes);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(Object.keys(Attributes).length === 0 ? {} : { Attributes }),
    ...(digest === undefined ? {} : { MessageAttributes, MD5OfMessageAttributes: digest }),
  };
}

function pick<T>(values: Readonly<Record<string, T>>, wanted: (name: string) => boolean) {
  return Object.fromEntries(Object.entries(values).filter(([name]) => wanted(name)));
}
