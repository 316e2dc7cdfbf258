import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  customMetrics,
  monthlyBillOf,
  monthlyPricesTable,
  monthlyTable,
  SMALL_DEPLOYMENT,
  transcodingCost,
} from '../../../../tools/bench/cost/monthly-bill.ts';
import { MONTHLY_PRICES_AS_OF } from '../../../../tools/bench/prices.ts';

const PAGE = join(import.meta.dirname, '../../../../docs/reference/costs.md');

describe('The bill of a month', () => {
  const usage = {
    videos: 10,
    activeUsers: 4,
    requestsPerVideo: 20,
    invocationsPerVideo: 50,
    transitionsPerVideo: 8,
    tracedShare: 0.5,
  };

  it('has a line for each service that no call of one upload shows', () => {
    const bill = monthlyBillOf(usage);
    expect(bill.apiRequests).toBeCloseTo(200 / 1e6, 12);
    expect(bill.users).toBeCloseTo(4 * 0.015, 12);
    // A trace for each request and for each execution.
    expect(bill.traces).toBeCloseTo(105 * (5 / 1e6), 12);
    expect(bill.workflowLogs).toBeCloseTo(((10 * 8 * 5 * 500) / 1e9) * 0.5, 12);
    expect(bill.functionLogs).toBeCloseTo(((10 * 50 * 2_000) / 1e9) * 0.5, 12);
    expect(bill.metrics).toBeCloseTo(customMetrics() * 0.3, 9);
  });

  it('counts ten metrics for each route, whatever the number of videos', () => {
    expect(customMetrics() % 10).toBe(0);
    expect(customMetrics()).toBeGreaterThan(100);
    expect(monthlyBillOf({ ...usage, videos: 0 }).metrics).toBe(monthlyBillOf(usage).metrics);
  });
});

describe('The cost of a job', () => {
  it('is that of the normalized minutes of its outputs', () => {
    expect(transcodingCost(600, [2, 2, 1, 1, 1])).toBeCloseTo(10 * 7 * 0.0075, 12);
  });

  it('is that of ten seconds at least for each output', () => {
    expect(transcodingCost(3, [1, 2])).toBeCloseTo((10 / 60) * 3 * 0.0075, 12);
    expect(transcodingCost(10, [1])).toBe(transcodingCost(1, [1]));
    expect(transcodingCost(11, [1])).toBeGreaterThan(transcodingCost(10, [1]));
  });
});

describe('docs/reference/costs.md', () => {
  const page = readFileSync(PAGE, 'utf8');

  it('has the table and the prices of the price file', () => {
    expect(page).toContain(monthlyTable(SMALL_DEPLOYMENT));
    expect(page).toContain(monthlyPricesTable());
    expect(page).toContain(MONTHLY_PRICES_AS_OF);
  });
});
