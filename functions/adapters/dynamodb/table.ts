import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { classifyErrors } from '../transient-errors.ts';

/** The table, and the client that reaches it. */
export interface Table {
  readonly client: Pick<DynamoDBDocumentClient, 'send'>;
  readonly name: string;
}

export function uploadTable(name: string): Table {
  const client = DynamoDBDocumentClient.from(classifyErrors(new DynamoDBClient()), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return { client, name };
}
