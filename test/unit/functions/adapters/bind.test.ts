import { bind } from '../../../../functions/adapters/bind.ts';

it('An adapter’s functions are bound to their first argument, under the names of the port', async () => {
  const put = async (table: string, key: string, value: number) => `${table}/${key}=${value}`;
  const count = (table: string) => table.length;
  const port = bind('uploads', { put, size: count });
  expect(await port.put('a', 1)).toBe('uploads/a=1');
  expect(port.size()).toBe(7);
});
