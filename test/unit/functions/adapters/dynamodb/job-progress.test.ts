import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CreateTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { createDynamoDb } from '@reelgate/local-cloud/engines';
import fc from 'fast-check';
import { type Status, statuses } from '../../../../../core/contract/lifecycle.ts';
import type { JobProgress } from '../../../../../core/transcoding/job-event.ts';
import { uploadItemKey } from '../../../../../core/uploads/records.ts';
import { recordJobProgress } from '../../../../../functions/adapters/dynamodb/job-progress.ts';

const UPLOAD = '019b7c2e-5a3e-7000-8000-0123456789ab';
const AT = '2026-01-02T03:04:05.678Z';
const BEFORE = '2026-01-01T00:00:00.000Z';
const timeline = [{ at: BEFORE, to: 'transcoding', by: 'workflow' }];

const folder = mkdtempSync(join(tmpdir(), 'job-progress-'));
const dynamodb = createDynamoDb({ folder, authorize: () => {} });

/** The SDK's client, answered by Amazon's DynamoDB Local. */
const client = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    requestHandler: {
      async handle(request: { headers: Record<string, string>; body: Uint8Array }) {
        const { buffer, byteOffset, byteLength } = request.body;
        const { status, headers, body } = await dynamodb.service.handle({
          caller: { kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/r', sessionName: 's' },
          method: 'POST',
          path: '/',
          query: new URLSearchParams(),
          headers: { 'x-amz-target': request.headers['x-amz-target'] ?? '' },
          body: Buffer.from(buffer, byteOffset, byteLength),
        });
        return { response: { statusCode: status, headers, body: Readable.from([body]) } };
      },
    } as unknown as NonNullable<DynamoDBClientConfig['requestHandler']>,
  }),
);
const table = { client, name: 'uploads' };

async function write(status: Status): Promise<void> {
  const Item = { ...uploadItemKey(UPLOAD), status, updatedAt: BEFORE, timeline };
  await client.send(new PutCommand({ TableName: table.name, Item }));
}

async function read(uploadId = UPLOAD) {
  const Key = uploadItemKey(uploadId);
  const { Item } = await client.send(new GetCommand({ TableName: table.name, Key }));
  return Item;
}

const record = (progress: Partial<JobProgress>) =>
  recordJobProgress(table, { uploadId: UPLOAD, jobId: 'job-1', percent: 0, ...progress }, AT);

beforeAll(async () => {
  await dynamodb.ready;
  const names = ['pk', 'sk'];
  await client.send(
    new CreateTableCommand({
      TableName: table.name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: names.map((AttributeName, index) => ({
        AttributeName,
        KeyType: index === 0 ? 'HASH' : 'RANGE',
      })),
    }),
  );
});

afterAll(async () => {
  await dynamodb.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('The progress of a job', () => {
  it('is written while its upload is transcoding, and nothing else changes', async () => {
    await write('transcoding');
    expect(await record({ percent: 0 })).toBe(true);
    expect(await record({ percent: 30 })).toBe(true);
    expect(await read()).toEqual({
      ...uploadItemKey(UPLOAD),
      status: 'transcoding',
      timeline,
      jobId: 'job-1',
      transcodePercent: 30,
      updatedAt: AT,
    });
  });

  it.each(statuses.filter((status) => status !== 'transcoding'))(
    'comes too late, or too early, for an upload that is %s',
    async (status) => {
      await write(status);
      const before = await read();
      expect(await record({ percent: 30 })).toBe(false);
      expect(await read()).toEqual(before);
    },
  );

  it('makes no upload where there is none', async () => {
    const stranger = '019b7c2e-5a3e-7000-8000-0123456789ac';
    expect(await record({ uploadId: stranger })).toBe(false);
    expect(await read(stranger)).toBeUndefined();
  });

  it('goes forward only, and stays with one job, in whatever order events come', async () => {
    const event = fc.record({
      jobId: fc.constantFrom('job-1', 'job-1', 'job-2'),
      percent: fc.integer({ min: 0, max: 100 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 8 }), async (events) => {
        await write('transcoding');
        for (const each of [...events, ...events.toReversed()]) await record(each);
        const jobId = events[0]?.jobId;
        const percents = events.filter((each) => each.jobId === jobId).map((each) => each.percent);
        expect(await read()).toMatchObject({ jobId, transcodePercent: Math.max(...percents) });
      }),
      { numRuns: 25 },
    );
  });
});
