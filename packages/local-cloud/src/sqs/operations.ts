import { AwsError } from '../shared/aws-error.ts';
import type { Authorize, Caller } from '../shared/caller.ts';
import type { Clock } from '../shared/clock.ts';
import { checkDistinct, checkMessage, sizeOf } from './check-message.ts';
import type { LongPolls } from './long-poll.ts';
import { md5, md5OfAttributes } from './message-attributes.ts';
import type { MessageStore } from './message-store.ts';
import { presentMessage } from './present-message.ts';
import { MAX_MESSAGE_BYTES } from './properties.ts';
import { type HostedQueue, type Queues, senderId } from './queue.ts';
import { attributesOf } from './queue-attributes.ts';
import type { Input, MessageInput, Operation } from './requests.ts';

export interface OperationTools {
  readonly clock: Clock;
  readonly authorize: Authorize;
  readonly permitted: PermittedQueue;
  readonly random: () => string;
  readonly queues: Queues;
  readonly polls: LongPolls;
  readonly store: MessageStore;
}

export type Operations = {
  [Name in Operation]: (input: Input<Name>, caller: Caller) => unknown;
};

/** The queue of an ARN or URL. Throws QueueDoesNotExist, and AccessDenied where the caller may not do `action`. */
export type PermittedQueue = (reference: string, action: string, caller: Caller) => HostedQueue;

export function permittedQueue(queues: Queues, authorize: Authorize): PermittedQueue {
  return (reference, action, caller) => {
    const queue = queues.find(reference);
    const resourcePolicy = queue.policy === undefined ? {} : { resourcePolicy: queue.policy };
    authorize({ caller, action: `sqs:${action}`, resource: queue.arn, ...resourcePolicy });
    return queue;
  };
}

/** The operations of SQS. Each one checks the caller's permission first. */
export function sqsOperations(tools: OperationTools): Operations {
  const { clock, authorize, permitted, random, queues, polls, store } = tools;
  const notBefore = ({ properties }: HostedQueue) =>
    clock.now() - properties.MessageRetentionPeriod * 1000;

  function put(queue: HostedQueue, messages: readonly MessageInput[], caller: Caller) {
    const now = clock.now();
    const added = messages.map((message) => {
      const attributes = message.MessageAttributes ?? {};
      const delay = message.DelaySeconds ?? queue.properties.DelaySeconds;
      const place = { queue: queue.name, id: random(), sender: senderId(caller) };
      const when = { sentAt: now, visibleAt: now + delay * 1000 };
      return { ...place, ...when, body: message.MessageBody, attributes };
    });
    store.add(added);
    polls.wake(queue.name);
    return added.map(({ id, body, attributes }) => {
      const digest = md5OfAttributes(attributes);
      const digests = digest === undefined ? {} : { MD5OfMessageAttributes: digest };
      return { MessageId: id, MD5OfMessageBody: md5(body), ...digests };
    });
  }

  return {
    SendMessage({ QueueUrl, ...message }, caller) {
      const queue = permitted(QueueUrl, 'SendMessage', caller);
      checkMessage(queue, message);
      return put(queue, [message], caller)[0];
    },

    SendMessageBatch({ QueueUrl, Entries }, caller) {
      const queue = permitted(QueueUrl, 'SendMessage', caller);
      checkDistinct(Entries);
      const size = Entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
      if (size > MAX_MESSAGE_BYTES)
        throw new AwsError(
          'BatchRequestTooLong',
          `Batch requests cannot be longer than ${MAX_MESSAGE_BYTES} bytes. You have sent ${size} bytes.`,
        );
      for (const entry of Entries) checkMessage(queue, entry);
      const results = put(queue, Entries, caller);
      const Successful = results.map((result, index) => ({ Id: Entries[index]?.Id, ...result }));
      return { Successful, Failed: [] };
    },

    async ReceiveMessage(input, caller) {
      const queue = permitted(input.QueueUrl, 'ReceiveMessage', caller);
      const { properties } = queue;
      const wait = input.WaitTimeSeconds ?? properties.ReceiveMessageWaitTimeSeconds;
      const visibility = input.VisibilityTimeout ?? properties.VisibilityTimeout;
      const take = () => {
        const deadLetters = queues.deadLettersOf(queue);
        const now = clock.now();
        return store.receive({
          queue: queue.name,
          now,
          limit: input.MaxNumberOfMessages,
          hiddenUntil: now + visibility * 1000,
          notBefore: notBefore(queue),
          newReceipt: random,
          ...(deadLetters === undefined ? {} : { deadLetters }),
        });
      };
      const until = clock.now() + wait * 1000;
      const next = () => store.nextVisibleAt(queue.name, clock.now());
      const messages = await polls.wait(queue.name, until, take, next);
      return messages.length === 0
        ? {}
        : { Messages: messages.map((one) => presentMessage(one, input)) };
    },

    DeleteMessage({ QueueUrl, ReceiptHandle }, caller) {
      store.remove(permitted(QueueUrl, 'DeleteMessage', caller).name, ReceiptHandle);
    },

    DeleteMessageBatch({ QueueUrl, Entries }, caller) {
      const queue = permitted(QueueUrl, 'DeleteMessage', caller);
      checkDistinct(Entries);
      for (const { ReceiptHandle } of Entries) store.remove(queue.name, ReceiptHandle);
      return { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] };
    },

    ChangeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout }, caller) {
      const queue = permitted(QueueUrl, 'ChangeMessageVisibility', caller);
      const now = clock.now();
      if (!store.hideUntil(queue.name, ReceiptHandle, now, now + VisibilityTimeout * 1000))
        throw new AwsError(
          'MessageNotInflight',
          'The receipt handle does not refer to a message that is in flight in this queue.',
        );
      polls.wake(queue.name);
    },

    GetQueueAttributes({ QueueUrl, AttributeNames }, caller) {
      const queue = permitted(QueueUrl, 'GetQueueAttributes', caller);
      const counts = store.counts(queue.name, clock.now(), notBefore(queue));
      return { Attributes: attributesOf(queue, counts, AttributeNames) };
    },

    GetQueueUrl({ QueueName }, caller) {
      return { QueueUrl: queues.urlOf(permitted(QueueName, 'GetQueueUrl', caller)) };
    },

    ListQueues({ QueueNamePrefix = '' }, caller) {
      authorize({ caller, action: 'sqs:ListQueues', resource: '*' });
      const found = queues.all().filter(({ name }) => name.startsWith(QueueNamePrefix));
      return { QueueUrls: found.map((queue) => queues.urlOf(queue)) };
    },

    PurgeQueue({ QueueUrl }, caller) {
      store.purge(permitted(QueueUrl, 'PurgeQueue', caller).name);
    },
  };
}
