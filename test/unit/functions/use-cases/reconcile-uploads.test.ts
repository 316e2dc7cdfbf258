import { RECONCILE_RULES } from '../../../../core/reconciliation/reconcile-rules.ts';
import type { StatusIndex } from '../../../../functions/ports/uploads.ts';
import {
  type ReconcileEvent,
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

  it('rotates the order of the shards each minute', async () => {
    const first = run(() => 60_000, 0);
    const next = run(() => 60_000, 61_000);
    await Promise.all([first.counters, next.counters]);
    expect(first.asked.slice(0, 16).map(({ shard }) => shard)).toEqual(SHARDS);
    expect(next.asked.slice(0, 16).map(({ shard }) => shard)).toEqual([...SHARDS.slice(1), '0']);
  });

  it('continues where one upload fails, and reports it', async () => {
    const { reported, counters } = run(() => 60_000);
    expect(await counters).toMatchObject({ looked: 32, faults: 16, unfinished: 0 });
    expect(reported).toHaveLength(16);
    expect(reported[0]).toEqual({ uploadId: BROKEN, error: new Error('unavailable') });
  });

  it('ends before its time is over, and says that it is unfinished', async () => {
    let left = 60_000;
    const { counters } = run(() => {
      left -= 10_000;
      return left;
    });
    expect(await counters).toMatchObject({ looked: 3, unfinished: 1 });
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
      failed: 0,
      cleared: 0,
      swept: 0,
      settled: 0,
      faults: 0,
      unfinished: 0,
    });
    expect(reported).toEqual([{ uploadId: UPLOAD_ID, outcome: 'expired' }]);
  });
});
