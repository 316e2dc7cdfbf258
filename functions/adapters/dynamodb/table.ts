import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, type TranslateConfig } from '@aws-sdk/lib-dynamodb';
import { classifyErrors } from '../transient-errors.ts';

/** The table, and the client that reaches it. */
export interface Table {
  readonly client: Pick<DynamoDBDocumentClient, 'send'>;
  readonly name: string;
}

/**
 * The SDK recognizes a map by its property `constructor`, which an item may have itself: metadata is named by the app.
 * With `convertClassInstanceToMap` it also writes such an object as a map.
 */
export const MARSHALL_OPTIONS: NonNullable<TranslateConfig['marshallOptions']> = {
  removeUndefinedValues: true,
  convertClassInstanceToMap: true,
};

export function dynamoDbClient(): DynamoDBClient {
  return classifyErrors(new DynamoDBClient());
}

export function uploadTable(name: string, dynamodb = dynamoDbClient()): Table {
  const client = DynamoDBDocumentClient.from(dynamodb, {
    marshallOptions: MARSHALL_OPTIONS,
  });
  return { client, name };
}
