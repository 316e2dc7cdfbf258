import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';

const table = new DynamoDBClient({});

/** A task of the workflow: stores key and size of an object in the table. */
export async function handler({ key, size }: { key: string; size: number }) {
  const Item = { key: { S: key }, size: { N: String(size) } };
  await table.send(new PutItemCommand({ TableName: process.env.TABLE, Item }));
  return { recorded: key };
}
