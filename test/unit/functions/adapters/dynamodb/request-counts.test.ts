import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { requestsItemKey } from '../../../../../core/uploads/records.ts';
import { addRequests } from '../../../../../functions/adapters/dynamodb/request-counts.ts';
import { NOW } from '../../../../kit/ports/upload-fixture.ts';
import { localTable } from './local-table.ts';

const local = await localTable();
const { table } = local;
afterAll(() => local.close());

async function stored(caller: string, minute = '2026-03-04T05:06') {
  const Key = requestsItemKey(caller, minute);
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key }));
  return Item;
}

describe('Requests of a caller', () => {
  it('are added up to the limit of a minute, and then none', async () => {
    expect(await addRequests(table, 'OWNER#a', 10, 25, NOW)).toBe(true);
    expect(await addRequests(table, 'OWNER#a', 10, 25, NOW)).toBe(true);
    expect(await addRequests(table, 'OWNER#a', 10, 25, NOW)).toBe(false);
    expect(await addRequests(table, 'OWNER#a', 5, 25, NOW)).toBe(true);
    expect(await addRequests(table, 'OWNER#a', 1, 25, NOW)).toBe(false);
    expect(await stored('OWNER#a')).toEqual({
      pk: 'REQUESTS#OWNER#a',
      sk: 'MINUTE#2026-03-04T05:06',
      requests: 25,
      expiresAt: Date.parse('2026-03-04T06:07:00Z') / 1000,
    });
  });

  it('begin again in the next minute', async () => {
    expect(await addRequests(table, 'OWNER#b', 1, 1, NOW)).toBe(true);
    expect(await addRequests(table, 'OWNER#b', 1, 1, NOW)).toBe(false);
    expect(await addRequests(table, 'OWNER#b', 1, 1, NOW + 60_000)).toBe(true);
    expect(await stored('OWNER#b', '2026-03-04T05:07')).toMatchObject({ requests: 1 });
  });

  it('never exceed the limit when many instances add them at the same time', async () => {
    const added = await Promise.all(
      Array.from({ length: 40 }, () => addRequests(table, 'OWNER#c', 10, 105, NOW)),
    );
    expect(added.filter(Boolean)).toHaveLength(10);
    expect(await stored('OWNER#c')).toMatchObject({ requests: 100 });
  });
});
