import { isObject, type Json, type JsonObject, stringifyJson } from '../language/json.ts';
import { type Integration, objectArguments, type TaskCall, TaskError } from './integration.ts';
import { toJson } from './sdk-integration.ts';
import type { SdkService } from './sdk-modules.ts';
import { type ErrorNaming, withErrorNames } from './service-errors.ts';

/** A call whose response has the metadata that Step Functions adds. */
export async function optimizedCall(
  task: TaskCall,
  service: SdkService,
  naming: ErrorNaming,
  action: string,
  input: Json,
): Promise<JsonObject> {
  return withErrorNames(service, naming, async () => {
    const { output, metadata } = await task.aws.send(service, action, input);
    const response = await toJson(output);
    return { ...(isObject(response) ? response : {}), ...metadata };
  });
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-ddb.html */
export const dynamodb: Integration = {
  call: (task) =>
    optimizedCall(
      task,
      'dynamodb',
      { prefix: 'DynamoDB', otherwise: 'AmazonDynamoDBException' },
      task.action,
      objectArguments(task),
    ),
};

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-sqs.html */
export const sqsSendMessage: Integration = {
  call: (task) => {
    const { MessageBody: body = '', ...parameters } = objectArguments(task);
    return optimizedCall(
      task,
      'sqs',
      { prefix: 'SQS', otherwise: 'AmazonSQSException' },
      'sendMessage',
      { ...parameters, MessageBody: typeof body === 'string' ? body : stringifyJson(body) },
    );
  },
};

/**
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html
 * A detail can be JSON, the execution is added to the resources of each entry, and one failed entry fails the
 * task.
 */
export const eventsPutEvents: Integration = {
  async call(task) {
    const { Entries: entries = [], ...parameters } = objectArguments(task);
    const response = await optimizedCall(
      task,
      'eventbridge',
      { prefix: 'EventBridge', otherwise: 'AmazonEventBridgeException' },
      'putEvents',
      {
        ...parameters,
        Entries: Array.isArray(entries) ? entries.map((entry) => eventEntry(entry, task)) : entries,
      },
    );
    if (response.FailedEntryCount !== undefined && response.FailedEntryCount !== 0)
      throw new TaskError('EventBridge.FailedEntry', stringifyJson(response));
    return response;
  },
};

function eventEntry(entry: Json, { executionArn }: TaskCall): Json {
  if (!isObject(entry)) return entry;
  const { Detail: detail, Resources: resources, ...rest } = entry;
  return {
    ...rest,
    ...(detail === undefined
      ? {}
      : { Detail: typeof detail === 'string' ? detail : stringifyJson(detail) }),
    Resources: [...(Array.isArray(resources) ? (resources as Json[]) : []), executionArn],
  };
}
