import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { INTAKE_KEY } from '../../../../../core/uploads/records.ts';
import { intakeOf } from '../../../../../functions/adapters/dynamodb/intake.ts';
import { NOW } from '../../../../kit/ports/upload-fixture.ts';
import { localTable } from './local-table.ts';

const local = await localTable();
const { table } = local;
afterAll(() => local.close());

async function write(closed: boolean): Promise<void> {
  const Item = { ...INTAKE_KEY, closed, since: '2026-03-04T05:06:07.890Z' };
  await table.client.send(new PutCommand({ TableName: table.name, Item }));
}

it('The switch is open without an item, and read again after five seconds', async () => {
  const intake = intakeOf(table);
  expect(await intake.isClosed(NOW)).toBe(false);
  await write(true);
  expect(await intake.isClosed(NOW + 4_999)).toBe(false);
  expect(await intake.isClosed(NOW + 5_000)).toBe(true);
  await write(false);
  expect(await intake.isClosed(NOW + 9_999)).toBe(true);
  expect(await intake.isClosed(NOW + 10_000)).toBe(false);
});

it('A failed read is not remembered', async () => {
  let fails = true;
  const send = async (command: never) => {
    if (fails) throw new Error('lost');
    return table.client.send(command);
  };
  const intake = intakeOf({ name: table.name, client: { send } as typeof table.client });
  await expect(intake.isClosed(NOW)).rejects.toThrow('lost');
  fails = false;
  expect(await intake.isClosed(NOW)).toBe(false);
});
