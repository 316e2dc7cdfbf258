import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { uploadItemKey } from '../../../../../core/uploads/records.ts';
import {
  reservedOutput,
  reserveOutput,
  usedOutput,
} from '../../../../../functions/adapters/dynamodb/output-budget.ts';
import { getUploadItem } from '../../../../../functions/adapters/dynamodb/read-uploads.ts';
import { NOW, uploadIn } from '../../../../kit/ports/upload-fixture.ts';
import { localTable } from './local-table.ts';

const local = await localTable();
const { table } = local;
afterAll(() => local.close());

const DAY = '2026-03-04';
let counter = 0;

async function upload(owner: string) {
  counter += 1;
  const uploadId = `019cb735-1b52-7000-8000-${counter.toString(16).padStart(12, '0')}`;
  const item = uploadIn('validating', { ...uploadItemKey(uploadId), uploadId, owner });
  await table.client.send(new PutCommand({ TableName: table.name, Item: { ...item } }));
  return item;
}

const output = (count: number, limit = 100) => ({ amount: 'outputSeconds', count, limit }) as const;

describe('The output of an upload', () => {
  it('is reserved once for each upload, up to the budget of the day', async () => {
    const [first, second, third] = [await upload('a'), await upload('a'), await upload('a')];
    expect(await reserveOutput(table, first, output(60), NOW)).toBe(true);
    expect(await reserveOutput(table, first, output(1), NOW)).toBe(false);
    expect(await reserveOutput(table, second, output(41), NOW)).toBe(false);
    expect(await reserveOutput(table, third, output(40), NOW)).toBe(true);
    expect(await usedOutput(table, 'a', DAY)).toBe(100);
    expect(await usedOutput(table, 'a', '2026-03-05')).toBeUndefined();
    const reserved = [first, second, third].map((item) => reservedOutput(table, item.uploadId));
    expect(await Promise.all(reserved)).toEqual([60, undefined, 40]);
    expect(await getUploadItem(table, first.uploadId)).toEqual({ ...first, outputSeconds: 60 });
    expect(await reserveOutput(table, second, output(41), NOW + 86_400_000)).toBe(true);
  });

  it('never exceeds the budget under concurrent inspections', async () => {
    const items = await Promise.all(Array.from({ length: 10 }, () => upload('b')));
    const results = await Promise.all(
      items.map((item) => reserveOutput(table, item, output(30), NOW)),
    );
    expect(results.filter(Boolean)).toHaveLength(3);
    expect(await usedOutput(table, 'b', DAY)).toBe(90);
  });

  it('is not reserved for an upload that does not exist', async () => {
    const absent = { uploadId: 'absent', owner: 'c' };
    expect(await reserveOutput(table, absent, output(1), NOW)).toBe(false);
    expect(await usedOutput(table, 'c', DAY)).toBeUndefined();
  });
});
