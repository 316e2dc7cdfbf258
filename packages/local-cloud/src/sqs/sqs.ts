import { join } from 'node:path';
import { AwsError } from '../shared/aws-error.ts';
import type { Authorize, Caller } from '../shared/caller.ts';
import type { Clock } from '../shared/clock.ts';
import { openDatabase } from '../shared/database.ts';
import type { ResourceProvider } from '../shared/resource.ts';
import type { Service } from '../shared/service.ts';
import { LongPolls } from './long-poll.ts';
import { MessageStore, SQS_SCHEMA } from './message-store.ts';
import { type Operations, permittedQueue, sqsOperations } from './operations.ts';
import { type QueueProperties, queuePolicyProperties, queueProperties } from './properties.ts';
import { Queues } from './queue.ts';
import { type Operation, requestSchemas } from './requests.ts';

export interface SqsOptions {
  /** The data folder of the local cloud. Messages are stored in `<dataDir>/sqs`. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly authorize: Authorize;
  /** URL of the endpoint of the JSON services. Every queue's URL starts with it. */
  readonly endpoint: () => string;
  /** A new UUID. */
  readonly random: () => string;
}

export interface Sqs {
  readonly service: Service;
  readonly providers: readonly ResourceProvider[];
  /**
   * Sends a message from inside the process, as a service or a role. Attributes become String attributes.
   * Throws QueueDoesNotExist, AccessDenied, InvalidMessageContents.
   */
  send(
    queueArn: string,
    message: { readonly body: string; readonly attributes?: Readonly<Record<string, string>> },
    caller: Caller,
  ): void;
  /** Throws what `send` would throw for this caller, and sends nothing. */
  checkSend(queueArn: string, caller: Caller): void;
  close(): void;
}

/** SQS: standard queues with the JSON protocol, stored in SQLite. */
export function createSqs(options: SqsOptions): Sqs {
  const { clock, authorize, random } = options;
  const database = openDatabase(join(options.dataDir, 'sqs', 'sqs.sqlite'), SQS_SCHEMA);
  const queues = new Queues(options.endpoint);
  const polls = new LongPolls(clock);
  const store = new MessageStore(database);
  const permitted = permittedQueue(queues, authorize);
  const operations = sqsOperations({ clock, authorize, permitted, random, queues, polls, store });

  const queueProvider: ResourceProvider<QueueProperties> = {
    type: 'AWS::SQS::Queue',
    properties: queueProperties,
    provide: async ({ physicalName, properties }) => {
      const queue = queues.put(properties.QueueName ?? physicalName, properties, clock.now());
      const url = queues.urlOf(queue);
      return { ref: url, attributes: { Arn: queue.arn, QueueName: queue.name, QueueUrl: url } };
    },
  };
  const policyProvider: ResourceProvider<(typeof queuePolicyProperties)['_output']> = {
    type: 'AWS::SQS::QueuePolicy',
    properties: queuePolicyProperties,
    provide: async ({ physicalName, properties }) => {
      for (const url of properties.Queues) queues.find(url).policy = properties.PolicyDocument;
      return { ref: physicalName, attributes: { Id: physicalName } };
    },
  };

  return {
    service: {
      signingName: 'sqs',
      protocol: 'json-1.0',
      handle: async ({ caller, headers, body }) => {
        const operation = operationOf(headers['x-amz-target']);
        const result = await perform(operations, operation, body, caller);
        return {
          status: 200,
          headers: { 'content-type': 'application/x-amz-json-1.0' },
          body: JSON.stringify(result),
        };
      },
    },
    providers: [queueProvider, policyProvider] as ResourceProvider[],
    send(queueArn, { body, attributes = {} }, caller) {
      const MessageAttributes = Object.fromEntries(
        Object.entries(attributes).map(
          ([name, StringValue]) => [name, { DataType: 'String', StringValue }] as const,
        ),
      );
      operations.SendMessage({ QueueUrl: queueArn, MessageBody: body, MessageAttributes }, caller);
    },
    checkSend: (queueArn, caller) => void permitted(queueArn, 'SendMessage', caller),
    close() {
      polls.close();
      database.close();
    },
  };
}

function operationOf(target: string | undefined): Operation {
  const name = /^AmazonSQS\.(\w+)$/.exec(target ?? '')?.[1];
  if (name !== undefined && Object.hasOwn(requestSchemas, name)) return name as Operation;
  throw new AwsError(
    'UnsupportedOperation',
    `${target} is not supported here; supported are ${Object.keys(requestSchemas).join(', ')}.`,
  );
}

async function perform(
  operations: Operations,
  operation: Operation,
  body: Buffer,
  caller: Caller,
): Promise<unknown> {
  const input = requestSchemas[operation].safeParse(parse(body));
  if (!input.success) {
    const [issue] = input.error.issues;
    const where = issue?.path.join('.') || operation;
    throw new AwsError('InvalidParameterValue', `${where}: ${issue?.message}`);
  }
  const run = operations[operation] as (input: unknown, caller: Caller) => unknown;
  return (await run(input.data, caller)) ?? {};
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString() || '{}');
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON.');
  }
}
