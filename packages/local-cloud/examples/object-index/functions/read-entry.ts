import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';

const table = new DynamoDBClient({});
const TableName = process.env.TABLE;

/** The members of an HTTP API's request that this function uses. */
interface ApiRequest {
  readonly requestContext: { readonly http: { readonly method: string } };
  readonly pathParameters?: { readonly key?: string };
}

/**
 * The function behind the API: returns the entry of an object. PUT tries to write an entry, which its role does
 * not allow, and returns the error.
 */
export async function handler({ requestContext, pathParameters }: ApiRequest) {
  const Key = { key: { S: pathParameters?.key ?? '' } };
  if (requestContext.http.method === 'PUT') {
    const error = await table.send(new PutItemCommand({ TableName, Item: Key })).catch(String);
    return { statusCode: 403, body: JSON.stringify({ error }) };
  }
  const { Item } = await table.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
  if (!Item) return { statusCode: 404, body: '{}' };
  return { statusCode: 200, body: JSON.stringify({ size: Number(Item.size?.N) }) };
}
