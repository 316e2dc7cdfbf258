import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultBudgets } from '../../../../core/quota/budgets.ts';
import { readConfiguration } from '../../../../lib/configuration.ts';
import { floodCost, ownerBillOf, ownerTable } from '../../../../tools/bench/cost/owner-bill.ts';

const PAGE = join(import.meta.dirname, '../../../../docs/reference/costs.md');

describe('What an owner can spend in a day', () => {
  it('is nothing where nothing is allowed', () => {
    const none = Object.fromEntries(Object.keys(defaultBudgets).map((name) => [name, 0]));
    expect(Object.values(ownerBillOf(none as unknown as typeof defaultBudgets))).toEqual([
      0, 0, 0, 0,
    ]);
  });

  it('grows with each budget alone', () => {
    const bill = ownerBillOf(defaultBudgets);
    const twice = (name: keyof typeof defaultBudgets) =>
      ownerBillOf({ ...defaultBudgets, [name]: 2 * defaultBudgets[name] });
    expect(twice('uploadsPerDay')).toEqual({ ...bill, uploads: 2 * bill.uploads });
    expect(twice('outputMinutesPerDay')).toEqual({ ...bill, output: 2 * bill.output });
    expect(twice('requestsPerMinute').requests).toBeGreaterThan(1.9 * bill.requests);
  });

  it('counts a 4K ladder: its renditions weigh less than two minutes each on average', () => {
    const { output } = ownerBillOf({ ...defaultBudgets, outputMinutesPerDay: 1 });
    expect(output / 0.0075).toBeGreaterThan(1.5);
    expect(output / 0.0075).toBeLessThanOrEqual(2);
  });

  it('without a token is limited by the routes that anybody may call', () => {
    expect(floodCost({ rate: 20 })).toBeCloseTo(20 * floodCost({ rate: 1 }), 9);
  });
});

it('docs/reference/costs.md has the table of the default budgets', () => {
  const { withoutToken } = readConfiguration({}).throttle;
  expect(readFileSync(PAGE, 'utf8')).toContain(ownerTable(withoutToken));
});
