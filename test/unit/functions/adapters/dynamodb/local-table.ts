import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CreateTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createDynamoDb, systemClock } from '@reelgate/local-cloud/engines';
import { BY_OWNER, BY_STATUS } from '../../../../../core/uploads/records.ts';
import { MARSHALL_OPTIONS } from '../../../../../functions/adapters/dynamodb/table.ts';

/** An index of the table as CreateTable takes it. */
function index(
  { indexName, partitionKey, sortKey }: typeof BY_OWNER | typeof BY_STATUS,
  ProjectionType: 'ALL' | 'KEYS_ONLY',
) {
  return {
    IndexName: indexName,
    KeySchema: keySchema(partitionKey, sortKey),
    Projection: { ProjectionType },
  };
}

const keySchema = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: 'HASH' as const },
  { AttributeName: range, KeyType: 'RANGE' as const },
];

/** The endpoint of the local cloud writes errors in this form. */
function errorResponse(error: unknown) {
  const { code, status, message, members } = error as {
    readonly code?: string;
    readonly status?: number;
    readonly message: string;
    readonly members?: object;
  };
  if (code === undefined || status === undefined) throw error;
  return { status, headers: {}, body: JSON.stringify({ __type: code, message, ...members }) };
}

/** The table of uploads with its indexes in the local DynamoDB, called with the SDK's client. */
export async function localTable() {
  const folder = mkdtempSync(join(tmpdir(), 'reelgate-table-'));
  const dynamodb = createDynamoDb({ folder, clock: systemClock, authorize: () => {} });
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 's' },
      requestHandler: {
        async handle(request: { headers: Record<string, string>; body: Uint8Array }) {
          const { buffer, byteOffset, byteLength } = request.body;
          const handled = dynamodb.service.handle({
            caller: { kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/r', sessionName: 's' },
            method: 'POST',
            path: '/',
            query: new URLSearchParams(),
            headers: { 'x-amz-target': request.headers['x-amz-target'] ?? '' },
            body: Buffer.from(buffer, byteOffset, byteLength),
          });
          const { status, headers, body } = await handled.catch(errorResponse);
          return { response: { statusCode: status, headers, body: Readable.from([body]) } };
        },
      } as unknown as NonNullable<DynamoDBClientConfig['requestHandler']>,
    }),
    { marshallOptions: MARSHALL_OPTIONS },
  );
  const names = ['pk', 'sk', 'owner', 'uploadId', 'statusShard', 'updatedAt'];
  await client.send(
    new CreateTableCommand({
      TableName: 'uploads',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keySchema('pk', 'sk'),
      GlobalSecondaryIndexes: [index(BY_OWNER, 'ALL'), index(BY_STATUS, 'KEYS_ONLY')],
    }),
  );
  return {
    table: { client, name: 'uploads' },
    close: async () => {
      dynamodb.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
