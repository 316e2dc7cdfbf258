import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { QuotaItem, UploadItem } from '../../../core/uploads/records.ts';
import { UNLIMITED_REQUESTS } from '../../kit/unlimited-requests.ts';
import { row } from '../rows.ts';
import { type AttackTarget, attackTarget, firstPart, type Granted, put } from './attack-target.ts';
import { creations, grantsIn } from './creations.ts';
import { begunInS3, holdings, storedParts, tally } from './state-texts.ts';

const GRANTS = 1_000;
const MORE = 50;
const SIZE = 64 * 1024;
const WHO = 'uploader-a';
const HOUR_MS = 3_600_000;

let target: AttackTarget;
let lambda: LambdaClient;
let open: readonly Granted[] = [];

beforeAll(async () => {
  target = await attackTarget({
    upload: { quota: { maximumBytes: GRANTS * SIZE, maximumActiveUploads: GRANTS } },
    ...UNLIMITED_REQUESTS,
  });
  lambda = new LambdaClient({
    region: 'us-east-1',
    endpoint: target.cloud.hosted.endpoints.services,
    credentials: target.cloud.hosted.operator,
  });
});

afterAll(async () => {
  lambda?.destroy();
  await target?.close();
});

async function quota(): Promise<Omit<QuotaItem, 'pk' | 'sk'>> {
  const item = await target.quotaOf(await target.owner(WHO));
  const { reservedBytes = 0, usedBytes = 0, totalBytes = 0, activeUploads = 0 } = item ?? {};
  return { reservedBytes, usedBytes, totalBytes, activeUploads };
}

/** The expected quota item with `open` unfinished uploads of this size and nothing else. */
const holding = (open: number) => ({
  reservedBytes: open * SIZE,
  usedBytes: 0,
  totalBytes: open * SIZE,
  activeUploads: open,
});

/** Every upload in the table, in any status. */
async function uploads(): Promise<UploadItem[]> {
  const items: UploadItem[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await target.table.send(
      new ScanCommand({
        TableName: target.cloud.hosted.table,
        FilterExpression: 'attribute_exists(timeline)',
        ConsistentRead: true,
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      }),
    );
    items.push(...((page.Items ?? []) as UploadItem[]));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return items;
}

/** Reads the quota repeatedly while `work` runs; bytes and count of uploads must agree in every read. */
async function watched<T>(work: Promise<T>): Promise<{ result: T; looks: number; most: number }> {
  let done = false;
  let most = 0;
  let looks = 0;
  const finished = work.finally(() => {
    done = true;
  });
  // A failure of `work` is thrown by the `await` below.
  finished.catch(() => undefined);
  while (!done) {
    const seen = await quota();
    expect(seen).toEqual(holding(seen.activeUploads));
    expect(seen.activeUploads).toBeLessThanOrEqual(GRANTS);
    most = Math.max(most, seen.totalBytes);
    looks += 1;
    await setTimeout(20);
  }
  return { result: await finished, looks, most };
}

async function reconcile(time: number): Promise<Readonly<Record<string, number>>> {
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
  const FunctionName = Functions.map(({ FunctionName: name }) => name ?? '').find((name) =>
    /reconcileuploads/i.test(name),
  );
  const Payload = JSON.stringify({ source: 'aws.events', time: new Date(time).toISOString() });
  const response = await lambda.send(new InvokeCommand({ FunctionName, Payload }));
  const text = Buffer.from(response.Payload ?? []).toString();
  if (response.FunctionError) throw new Error(`The reconciler has failed: ${text}`);
  return (JSON.parse(text) as { counters: Record<string, number> }).counters;
}

describe('A thousand grants', () => {
  it('that are requested at once and abandoned reserve exactly what the quota allows at any time', async () => {
    const asked = GRANTS + MORE;
    const { result: made, looks, most } = await watched(creations(target, WHO, SIZE, asked, 24));
    const responses = tally(made.map(({ status, code }) => [status, code].join(' ').trim()));
    // A request that lost a race may be repeated.
    for (let again = 0; again < MORE && grantsIn(made).length < GRANTS; again += 1) {
      made.push(...(await creations(target, WHO, SIZE, 1, 1)));
    }
    open = grantsIn(made);
    expect(open).toHaveLength(GRANTS);
    const [refused] = await creations(target, WHO, SIZE, 1, 1);
    expect(refused?.status).toBe(409);
    expect(await quota()).toEqual(holding(GRANTS));
    expect(await begunInS3(target, WHO)).toBe(GRANTS);
    expect(most).toBeLessThanOrEqual(GRANTS * SIZE);
    row(responses, `${await holdings(target, WHO)}; exact at ${looks} looks`);
  });

  it('return their quota once after the deadline, and nothing of them stays in S3', async () => {
    // Some uploads have parts in S3, which are deleted too.
    const grants = open.slice(0, 20);
    for (const grant of grants) {
      expect((await put(firstPart(grant).url, randomBytes(SIZE))).status).toBe(200);
    }
    const storedOf = async () =>
      (await Promise.all(grants.map((grant) => storedParts(target, grant)))).reduce(
        (sum, stored) => sum + stored,
        0,
      );
    expect(await storedOf()).toBe(grants.length);
    const deadlines = (await uploads()).map(({ deadline }) => Date.parse(deadline));

    const early = await reconcile(Math.min(...deadlines) - HOUR_MS);
    expect(early).toMatchObject({ expired: 0 });
    expect(await quota()).toEqual(holding(GRANTS));

    const late = Math.max(...deadlines) + HOUR_MS;
    let runs = 0;
    const { looks } = await watched(
      (async () => {
        while ((await quota()).activeUploads > 0 && runs < 20) {
          await reconcile(late);
          runs += 1;
        }
      })(),
    );
    expect(await quota()).toEqual(holding(0));
    const statuses = (await uploads()).map(({ status, quota: state }) => `${status}, ${state}`);
    expect(tally(statuses)).toBe(`${GRANTS} × expired, returned`);
    expect(await begunInS3(target, WHO)).toBe(0);
    expect(await storedOf()).toBe(0);
    const { Versions = [], DeleteMarkers = [] } = await target.s3.send(
      new ListObjectVersionsCommand({ Bucket: target.cloud.hosted.sourceBucket }),
    );
    expect([...Versions, ...DeleteMarkers]).toEqual([]);

    const table = await uploads();
    await reconcile(late);
    expect(await uploads()).toEqual(table);
    expect(await quota()).toEqual(holding(0));
    row(
      `${tally(statuses)} in ${runs} runs; exact at ${looks} looks`,
      `${await holdings(target, WHO)}, ${Versions.length} objects, ${await storedOf()} parts`,
    );
  });
});
