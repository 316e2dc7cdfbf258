import { AwsError } from '../shared/aws-error.ts';
import type { Caller } from '../shared/caller.ts';
import type { Service } from '../shared/service.ts';
import type { Operations } from './operations.ts';
import { type Operation, requestSchemas } from './requests.ts';

/** The JSON protocol of EventBridge. */
export function eventsService(operations: Operations): Service {
  return {
    signingName: 'events',
    protocol: 'json-1.1',
    handle: async ({ caller, headers, body }) => ({
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify(perform(operations, headers['x-amz-target'], body, caller)),
    }),
  };
}

function perform(
  operations: Operations,
  target: string | undefined,
  body: Buffer,
  caller: Caller,
): unknown {
  const operation = operationOf(target);
  const input = requestSchemas[operation].safeParse(parse(body));
  if (!input.success) {
    const [issue] = input.error.issues;
    const where = issue?.path.join('.') || operation;
    throw new AwsError('ValidationException', `${where}: ${issue?.message}`);
  }
  const run = operations[operation] as (input: unknown, caller: Caller) => unknown;
  return run(input.data, caller) ?? {};
}

function operationOf(target: string | undefined): Operation {
  const name = /^AWSEvents\.(\w+)$/.exec(target ?? '')?.[1];
  if (name !== undefined && Object.hasOwn(requestSchemas, name)) return name as Operation;
  throw new AwsError(
    'UnknownOperationException',
    `${target} is not supported here; supported are ${Object.keys(requestSchemas).join(', ')}.`,
  );
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString() || '{}');
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON.');
  }
}
