import { makeFiles, startRows } from './matrix.ts';
import { outageRows } from './outage-rows.ts';

it('one', async () => {
  const row = outageRows().find(({ name }) => name.startsWith('nothing can be announced'));
  if (!row) throw new Error('none');
  const running = startRows([row], makeFiles());
  const outcome = await running.outcomeOf(row);
  console.log(JSON.stringify(outcome, null, 1));
  const clean = await running.clean;
  console.log([...clean.states].join(' '));
  await running.close();
  expect(outcome.problems).toEqual([]);
}, 500_000);
