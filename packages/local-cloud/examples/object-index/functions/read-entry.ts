import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

const table = new DynamoDBClient({});
const TableName = process.env.TABLE;

/**
 * The function behind the API: returns the entry of an object. PUT tries to write an entry, which its role does
 * not allow, and returns the error.
 */
export async function handler({ requestContext, pathParameters }: APIGatewayProxyEventV2) {
  const Key = { key: { S: pathParameters?.key ?? '' } };
  if (requestContext.http.method === 'PUT') {
    const error = await table.send(new PutItemCommand({ TableName, Item: Key })).catch(String);
    return { statusCode: 403, body: JSON.stringify({ error }) };
  }
  const { Item } = await table.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
  if (!Item) return { statusCode: 404, body: '{}' };
  return { statusCode: 200, body: JSON.stringify({ size: Number(Item.size?.N) }) };
}
