import { RECONCILE_RULES } from '../../../../core/reconciliation/reconcile-rules.ts';
import { MAX_STARTS_PER_RUN } from '../../../../core/reconciliation/run-limits.ts';
import type { StatusIndex } from '../../../../functions/ports/uploads.ts';
import {
  type ReconcileEvent,
  type ReconcileUploadsPorts,
  reconcileUploads,
} from '../../../../functions/use-cases/reconcile-uploads.ts';
import { inMemoryPorts } from '../../../kit/ports/in-memory-ports.ts';
import { minutesAgo, NOW, UPLOAD_ID, uploadIn } from '../../../kit/ports/upload-fixture.ts';

const SHARDS = [...'0123456789abcdef'];
const BROKEN = 'broken';
const GONE = 'gone';

/** An index whose every shard of `waiting` has two uploads: one that cannot be read, one that does not exist. */
function run(timeLeft: () => number, now = NOW) {
  const { ports } = inMemoryPorts();
  const asked: { readonly partition: string; readonly shard: string; readonly before: string }[] =
    [];
  const uploadsIn: StatusIndex['uploadsIn'] = async function* (partition, shard, before) {
    asked.push({ partition, shard, before });
    if (partition === 'waiting') yield* [BROKEN, GONE];
  };
  const get = async (uploadId: string) => {
    if (uploadId === BROKEN) throw new Error('unavailable');
    return undefined;
  };
  const reported: ReconcileEvent[] = [];
  const counters = reconcileUploads(
    {
      ...ports,
      uploads: { ...ports.uploads, get },
      index: { ...ports.index, uploadsIn },
      timeLeft,
      report: (event) => reported.push(event),
    },
    now,
  );
  return { asked, reported, counters };
}

describe('A run of the reconciler', () => {
  it('reads every shard of every partition, up to the age of its rule', async () => {
    const { asked, counters } = run(() => 60_000);
    await counters;
    const expected = RECONCILE_RULES.flatMap(({ partition, age }) =>
      SHARDS.map((shard) => ({ partition, shard, before: new Date(NOW - age).toISOString() })),
    );
    const sorted = (list: object[]) => list.map((each) => JSON.stringify(each)).sort();
    expect(sorted(asked)).toEqual(sorted(expected));
  });

  it('repairs the keys at the edge, and counts a secret without keys as a fault', async () => {
    const { ports, delivery } = inMemoryPorts();
    const reported: ReconcileEvent[] = [];
    const reconcile = () =>
      reconcileUploads(
        { ...ports, timeLeft: () => 60_000, report: (event) => reported.push(event) },
        NOW,
      );
    delivery.values.clear();
    expect(await reconcile()).toMatchObject({ faults: 0 });
    expect(delivery.values.size).toBe(1);
    delivery.current = undefined;
    expect(await reconcile()).toMatchObject({ faults: 1, looked: 0 });
    expect(reported).toEqual([{ signingKeys: 'published' }, { signingKeys: 'missing' }]);
  });

  it('continues where the keys cannot be read', async () => {
    const { ports, calls, table } = inMemoryPorts();
    table.add(uploadIn('waiting', { deadline: minutesAgo(1) }));
    calls.before('edge.get', () => {
      throw new Error('unavailable');
    });
    const reported: ReconcileEvent[] = [];
    const counters = await reconcileUploads(
      { ...ports, timeLeft: () => 60_000, report: (event) => reported.push(event) },
      NOW,
    );
    expect(counters).toMatchObject({ faults: 1, expired: 1 });
    expect(reported[0]).toMatchObject({ signingKeys: 'unreadable' });
  });

  it('rotates the order of the shards each minute', async () => {
    const first = run(() => 60_000, 0);
    const next = run(() => 60_000, 61_000);
    await Promise.all([first.counters, next.counters]);
    const shards = ({ asked }: typeof first) =>
      asked.flatMap(({ partition, shard }) => (partition === 'waiting' ? [shard] : []));
    expect(shards(first)).toEqual(SHARDS);
    expect(shards(next)).toEqual([...SHARDS.slice(1), '0']);
  });

  it('continues where one upload fails, and reports it', async () => {
    const { reported, counters } = run(() => 60_000);
    expect(await counters).toMatchObject({ looked: 32, faults: 16, unfinished: 0 });
    expect(reported).toHaveLength(16);
    expect(reported[0]).toEqual({ uploadId: BROKEN, error: new Error('unavailable') });
  });

  it('ends before its time is over, and says that it is unfinished', async () => {
    // The first round asks once for each partition; from then on only `waiting` is left.
    let left = 60_000 + RECONCILE_RULES.length * 10_000;
    const { counters } = run(() => {
      left -= 10_000;
      return left;
    });
    expect(await counters).toMatchObject({ looked: 4, unfinished: 1 });
  });

  it('needs 30 seconds for an upload, and not more', async () => {
    expect(await run(() => 30_000).counters).toMatchObject({ looked: 32, unfinished: 0 });
    expect(await run(() => 29_999).counters).toMatchObject({ looked: 0, unfinished: 1 });
  });

  it('counts and reports what it did for each upload', async () => {
    const { ports, table } = inMemoryPorts();
    const item = table.add(uploadIn('waiting', { deadline: minutesAgo(1) }));
    table.countQuota(item);
    const reported: ReconcileEvent[] = [];
    const counters = await reconcileUploads(
      { ...ports, timeLeft: () => 60_000, report: (event) => reported.push(event) },
      NOW,
    );
    expect(counters).toEqual({
      looked: 1,
      expired: 1,
      started: 0,
      resumed: 0,
      retried: 0,
      failed: 0,
      cleared: 0,
      swept: 0,
      settled: 0,
      released: 0,
      admitted: 0,
      deferred: 0,
      faults: 0,
      unfinished: 0,
    });
    expect(reported).toEqual([{ uploadId: UPLOAD_ID, outcome: 'expired' }]);
  });

  it('continues with the other partitions where one cannot be listed', async () => {
    const { ports, table } = inMemoryPorts();
    table.countQuota(table.add(uploadIn('waiting', { deadline: minutesAgo(1) })));
    const error = new Error('throttled');
    const uploadsIn: StatusIndex['uploadsIn'] = async function* (partition, ...rest) {
      if (partition === 'uploaded') throw error;
      yield* ports.index.uploadsIn(partition, ...rest);
    };
    const reported: ReconcileEvent[] = [];
    const counters = await reconcileUploads(
      {
        ...ports,
        index: { ...ports.index, uploadsIn },
        timeLeft: () => 60_000,
        report: (event) => reported.push(event),
      },
      NOW,
    );
    expect(counters).toMatchObject({ faults: 1, expired: 1, unfinished: 0 });
    expect(reported[0]).toEqual({ partition: 'uploaded', error });
  });
});

/** Uploads whose events are lost, as many as the index has of them, and `other` more in another partition. */
function backlog(lost: number, other: number, more: Partial<ReconcileUploadsPorts> = {}) {
  const { ports, table, workflow } = inMemoryPorts();
  const asked: string[] = [];
  const uploadsIn: StatusIndex['uploadsIn'] = async function* (partition, shard) {
    if (shard !== '0') return;
    if (partition === 'uploaded') for (let n = 0; n < lost; n++) yield `lost-${n}`;
    if (partition === 'expired') for (let n = 0; n < other; n++) yield `other-${n}`;
  };
  const get = async (uploadId: string) => {
    asked.push(uploadId);
    const status = uploadId.startsWith('lost') ? 'uploaded' : 'expired';
    return { ...table.add(uploadIn(status, { updatedAt: minutesAgo(30) })), uploadId };
  };
  const run = (now = NOW) =>
    reconcileUploads(
      {
        ...ports,
        uploads: { ...ports.uploads, get },
        index: { ...ports.index, uploadsIn, move: async () => undefined },
        sources: { ...ports.sources, head: async () => ({ size: 1, etag: 'e', versionId: 'v' }) },
        timeLeft: () => 60_000,
        report: () => undefined,
        ...more,
      },
      now,
    );
  return { run, asked, workflow };
}

describe('A backlog', () => {
  it('of one kind does not keep another kind waiting: they take turns', async () => {
    const { run, asked } = backlog(50, 3);
    await run();
    expect(asked.slice(0, 6)).toEqual([
      'lost-0',
      'other-0',
      'lost-1',
      'other-1',
      'lost-2',
      'other-2',
    ]);
  });

  it('starts 250 executions a run at most, and leaves the others for the next run', async () => {
    const { run, workflow } = backlog(MAX_STARTS_PER_RUN + 7, 2);
    expect(await run()).toMatchObject({
      started: MAX_STARTS_PER_RUN,
      deferred: 7,
      settled: 2,
      faults: 0,
      unfinished: 0,
    });
    expect(workflow.known.size).toBe(MAX_STARTS_PER_RUN);
    // An hour later the executions have other names.
    expect(await run(NOW + 3_600_000)).toMatchObject({ started: MAX_STARTS_PER_RUN });
  });

  it('ends the run where fewer than 50 requests are left', async () => {
    let left = 53;
    let begun = 0;
    const requests = { begin: () => void begun++, left: () => left-- };
    const { run } = backlog(50, 0, { requests });
    expect(await run()).toMatchObject({ unfinished: 1, faults: 0 });
    expect(begun).toBe(1);
  });
});
