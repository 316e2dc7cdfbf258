import { PutCommand, QueryCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import {
  type AdmissionLimits,
  NO_SHARE,
  NO_SLOTS,
} from '../../../../../core/transcoding/admission.ts';
import {
  quotaItemKey,
  RING,
  SLOTS_KEY,
  type UploadItem,
} from '../../../../../core/uploads/records.ts';
import { admissionStore } from '../../../../../functions/adapters/dynamodb/admission-store.ts';
import { ItemUpdate } from '../../../../../functions/adapters/dynamodb/item-update.ts';
import { recordJobProgress } from '../../../../../functions/adapters/dynamodb/job-progress.ts';
import { getUploadItem } from '../../../../../functions/adapters/dynamodb/read-uploads.ts';
import { touchInIndex } from '../../../../../functions/adapters/dynamodb/status-index.ts';
import { admitUpload } from '../../../../../functions/use-cases/admit-upload.ts';
import { endJob } from '../../../../../functions/use-cases/end-job.ts';
import { leaveQueue } from '../../../../../functions/use-cases/leave-queue.ts';
import { reconcileSlots } from '../../../../../functions/use-cases/reconcile-slots.ts';
import { AdmissionFixture, idOf, tokenOf } from '../../../../kit/ports/admission-fixture.ts';
import { NOW } from '../../../../kit/ports/upload-fixture.ts';
import { seededRandom } from '../../../../kit/seeded-random.ts';
import { localTable } from './local-table.ts';

type Ports = AdmissionFixture['ports'];

/** The same deployment twice: in memory, and in a table of the local DynamoDB. */
async function twice(limits: AdmissionLimits) {
  const local = await localTable();
  const { table } = local;
  const fixture = new AdmissionFixture(limits);
  const { admission: memory } = fixture.memory;
  const stored: Ports = {
    ...fixture.ports,
    uploads: { ...fixture.ports.uploads, get: (id) => getUploadItem(table, id) },
    admission: admissionStore(table),
    callbacks: { resume: async () => 'resumed' },
  };
  const put = async (item: UploadItem) => {
    await table.client.send(new PutCommand({ TableName: table.name, Item: { ...item } }));
  };
  const add = async (number: number, owner: string) => {
    const item = fixture.add(number, owner);
    await put(item);
    const quota = fixture.memory.table.quotas.get(owner);
    // Only the numbers of the quota: the share is in the same item.
    const update = new ItemUpdate(table.name, quotaItemKey(owner));
    for (const [name, value] of Object.entries(quota ?? {})) {
      if (name !== 'pk' && name !== 'sk') update.set(name, value);
    }
    await table.client.send(new UpdateCommand(update.input() as never));
  };
  return { local, table, fixture, memory, stored, add, put };
}

const limits = { jobsAtOnce: 2, jobsAtOncePerOwner: 1 };

describe('Slots, ring and queues in the table', () => {
  it('are empty before the first upload', async () => {
    const { local, stored } = await twice(limits);
    expect(await stored.admission.slots()).toEqual(NO_SLOTS);
    expect(await stored.admission.share('A')).toEqual(NO_SHARE);
    expect(await stored.admission.firstInRing()).toBeUndefined();
    expect(await stored.admission.firstInQueue('A')).toBeUndefined();
    await local.close();
  });

  const random = seededRandom();
  it(`are the same as in memory after any steps (seed ${random.seed})`, async () => {
    const { local, table, fixture, memory, stored, add } = await twice({
      jobsAtOnce: 3,
      jobsAtOncePerOwner: 2,
    });
    const pick = (count: number) => Math.floor(random.next() * count);
    let count = 0;
    for (let step = 0; step < 60; step += 1) {
      const at = NOW + step * 20_000;
      const kind = pick(10);
      const holder = Number(
        memory.slots.holders[pick(memory.slots.holders.length || 1)]?.slice(-12),
      );
      const items = [...fixture.memory.table.items.values()];
      const leaving = items.find(({ queueKey }) => queueKey !== undefined)?.uploadId;
      for (const ports of [fixture.ports, stored]) {
        if (kind < 5) {
          if (ports === fixture.ports) {
            count += 1;
            await add(count, `owner-${pick(4)}`);
          }
          await admitUpload(ports, fixture.request(count), at);
        } else if (kind < 8 && !Number.isNaN(holder)) {
          await endJob(ports, fixture.endOf(holder, 'COMPLETE', at), at);
        } else if (kind === 8 && !Number.isNaN(holder)) {
          await admitUpload(ports, fixture.request(holder, step + 1, true), at);
        } else {
          const item = leaving && (await ports.uploads.get(leaving));
          if (item) await leaveQueue(ports, item, at);
          await reconcileSlots(ports, at);
        }
      }
    }
    expect(count).toBeGreaterThan(5);
    const slots = await stored.admission.slots();
    expect({ ...slots, holders: [...slots.holders].sort() }).toEqual({
      averageSeconds: undefined,
      pausedUntil: undefined,
      ...memory.slots,
      holders: [...memory.slots.holders].sort(),
    });
    const { Items: ring = [] } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :ring',
        ExpressionAttributeValues: { ':ring': RING },
      }),
    );
    expect(ring.map(({ sk }) => sk)).toEqual([...memory.ring].sort());
    for (const owner of [0, 1, 2, 3].map((n) => `owner-${n}`)) {
      const { jobs, ...share } = await stored.admission.share(owner);
      const { jobs: same, ...expected } = memory.share(owner);
      expect(share).toEqual({ ticket: undefined, ticketAt: undefined, ...expected });
      expect([...jobs].sort()).toEqual([...same].sort());
      expect(await stored.admission.countAhead(owner, '9')).toBe(
        memory.queues.get(owner)?.size ?? 0,
      );
    }
    const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.name }));
    for (const item of Items.filter(({ sk }) => sk === 'UPLOAD')) {
      expect(item).toEqual(fixture.memory.table.items.get(item.uploadId));
    }
    for (const item of Items.filter(({ sk }) => sk === 'QUOTA')) {
      expect(item).toMatchObject(
        fixture.memory.table.quotas.get(item.pk.slice('OWNER#'.length)) ?? {},
      );
    }
    await local.close();
  });
});

async function writeSlots(
  { client, name }: Awaited<ReturnType<typeof localTable>>['table'],
  UpdateExpression: string,
  value: unknown,
): Promise<void> {
  const ExpressionAttributeValues = { ':value': value };
  const Key = { ...SLOTS_KEY };
  await client.send(
    new UpdateCommand({ TableName: name, Key, UpdateExpression, ExpressionAttributeValues }),
  );
}

describe('A change is not written', () => {
  /** Upload 1 of A has a slot and 2 of A waits; the change starts 3 of B. */
  async function waiting() {
    const all = await twice({ jobsAtOnce: 2, jobsAtOncePerOwner: 1 });
    const { fixture, stored, add, memory } = all;
    await add(1, 'A');
    await add(2, 'A');
    await add(3, 'B');
    await admitUpload(stored, fixture.request(1), NOW);
    await admitUpload(stored, fixture.request(2), NOW);
    const none = { ...stored, limits: { ...stored.limits, jobsAtOnce: 0 } };
    await admitUpload(none, fixture.request(3), NOW);
    return { ...all, memory };
  }

  it.each([
    [
      'after another start',
      async ({ stored, add, fixture }: Awaited<ReturnType<typeof waiting>>) => {
        await add(4, 'C');
        await admitUpload(stored, fixture.request(4), NOW + 1);
      },
    ],
    [
      'after the workflow has taken the last free slot',
      ({ table }: Awaited<ReturnType<typeof waiting>>) =>
        writeSlots(table, 'ADD holders :value', new Set(['another'])),
    ],
    [
      'after the round has moved',
      ({ table }: Awaited<ReturnType<typeof waiting>>) =>
        writeSlots(table, 'SET turn = :value', 99),
    ],
    [
      'after the upload was cancelled',
      async ({ stored, table, put }: Awaited<ReturnType<typeof waiting>>) => {
        const item = await getUploadItem(table, idOf(3));
        if (item) await put({ ...item, status: 'cancelled', reason: { code: 'x' } } as UploadItem);
        expect(await stored.admission.slots()).toBeDefined();
      },
    ],
    [
      'after its token was renewed',
      async ({ stored, fixture }: Awaited<ReturnType<typeof waiting>>) => {
        const item = await stored.uploads.get(idOf(3));
        expect(item && (await stored.admission.renewToken(item, fixture.request(3, 1)))).toBe(true);
        expect(item && (await stored.admission.renewToken(item, fixture.request(3, 1)))).toBe(
          false,
        );
      },
    ],
    [
      'after another upload of the owner began to wait',
      async ({ stored, add, fixture }: Awaited<ReturnType<typeof waiting>>) => {
        await add(5, 'B');
        const none = { ...stored, limits: { ...stored.limits, jobsAtOnce: 0 } };
        await admitUpload(none, fixture.request(5), NOW + 1);
      },
    ],
  ])('%s', async (_, meanwhile) => {
    const all = await waiting();
    const { stored, local } = all;
    let asked = 0;
    const admission = {
      ...stored.admission,
      change: async (change: Parameters<typeof stored.admission.change>[0]) => {
        asked += 1;
        if (asked > 1) return true;
        await meanwhile(all);
        const before = await all.table.client.send(new ScanCommand({ TableName: 'uploads' }));
        expect(await stored.admission.change(change)).toBe(false);
        const after = await all.table.client.send(new ScanCommand({ TableName: 'uploads' }));
        expect(after.Items).toEqual(before.Items);
        throw new Error('compared');
      },
    };
    await expect(reconcileSlots({ ...stored, admission }, NOW)).rejects.toThrow('compared');
    await local.close();
  });
});

describe('An owner that begins to wait', () => {
  it('gets no ticket of an earlier round, though the round moves meanwhile', async () => {
    const all = await twice({ ...limits, jobsAtOnce: 0 });
    const { stored, add, fixture, table, local } = all;
    await add(1, 'A');
    let moved = false;
    const admission = {
      ...stored.admission,
      change: async (change: Parameters<typeof stored.admission.change>[0]) => {
        if (!moved) await writeSlots(table, 'SET turn = :value', 99);
        moved = true;
        return stored.admission.change(change);
      },
    };
    await admitUpload({ ...stored, admission }, fixture.request(1), NOW);
    expect(await stored.admission.share('A')).toMatchObject({ waitingJobs: 1, ticket: 99 });
    await local.close();
  });
});

describe('An upload that waited', () => {
  it('loses its token when its job is known', async () => {
    const { local, table, fixture, stored, add } = await twice(limits);
    await add(1, 'A');
    await admitUpload(stored, fixture.request(1), NOW);
    expect((await getUploadItem(table, idOf(1)))?.slotToken).toBe(tokenOf(1));
    const at = new Date(NOW).toISOString();
    await recordJobProgress(
      table,
      { uploadId: idOf(1), jobId: 'job-1', attempt: 1, percent: 0 },
      at,
    );
    expect((await getUploadItem(table, idOf(1)))?.slotToken).toBeUndefined();
    await local.close();
  });

  it('counts as changed if it is touched in its partition', async () => {
    const { local, table, fixture, stored, add } = await twice({ ...limits, jobsAtOnce: 0 });
    await add(1, 'A');
    await admitUpload(stored, fixture.request(1), NOW);
    const item = await getUploadItem(table, idOf(1));
    const later = new Date(NOW + 60_000).toISOString();
    if (item) await touchInIndex(table, { ...item, statusShard: 'elsewhere#1' }, later);
    expect(await getUploadItem(table, idOf(1))).toEqual(item);
    if (item) await touchInIndex(table, item, later);
    expect(await getUploadItem(table, idOf(1))).toEqual({ ...item, updatedAt: later });
    await local.close();
  });
});
