import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { RECONCILE_RULES } from '../../../../core/reconciliation/reconcile-rules.ts';
import { uploadItemKey } from '../../../../core/uploads/records.ts';
import { reconcileUploads } from '../../../../functions/use-cases/reconcile-uploads.ts';

const NOW = Date.parse('2026-03-04T05:06:07.890Z');
const BROKEN = 'broken';

/** A table whose every partition of `waiting` has two uploads: one that cannot be read, one that is gone. */
function fakeTable() {
  const asked: string[] = [];
  const send = async (command: unknown) => {
    if (command instanceof QueryCommand) {
      const { ':shard': shard, ':before': before } = command.input.ExpressionAttributeValues ?? {};
      asked.push(`${shard}`);
      expect(Date.parse(`${before}`)).toBeLessThanOrEqual(NOW);
      if (!`${shard}`.startsWith('waiting#')) return {};
      return { Items: [BROKEN, 'gone'].map(uploadItemKey) };
    }
    if (command instanceof GetCommand) {
      if (JSON.stringify(command.input.Key).includes(BROKEN)) throw new Error('no answer');
      return {};
    }
    throw new TypeError('Nothing else is called for an upload that is gone.');
  };
  return { asked, table: { client: { send } as unknown as DynamoDBDocumentClient, name: 't' } };
}

function run(timeLeft: () => number) {
  const { asked, table } = fakeTable();
  const told: object[] = [];
  const counters = reconcileUploads({
    table,
    buckets: { source: 's', output: 'o' },
    stateMachine: 'arn',
    now: NOW,
    timeLeft,
    tell: (event) => told.push(event),
  });
  return { asked, told, counters };
}

describe('A run of the reconciler', () => {
  it('looks into every shard of everything that can stand still', async () => {
    const { asked, counters } = run(() => 60_000);
    await counters;
    const shards = [...'0123456789abcdef'];
    const partitions = RECONCILE_RULES.flatMap(({ partition }) =>
      shards.map((hex) => `${partition}#${hex}`),
    );
    expect([...new Set(asked)].sort()).toEqual(partitions.sort());
  });

  it('goes on where one upload cannot be looked at, and tells which', async () => {
    const { told, counters } = run(() => 60_000);
    expect(await counters).toMatchObject({ looked: 32, faults: 16, unfinished: 0 });
    expect(told).toHaveLength(16);
    expect(told[0]).toMatchObject({ uploadId: BROKEN, error: new Error('no answer') });
  });

  it('ends in time, and says that it was not done', async () => {
    let left = 60_000;
    const { counters } = run(() => {
      left -= 10_000;
      return left;
    });
    expect(await counters).toMatchObject({ looked: 3, unfinished: 1 });
  });
});
