import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fullBill, fullTable } from '../../../../tools/bench/cost/full-bill.ts';
import {
  customMetrics,
  monthlyBillOf,
  monthlyPricesTable,
  SMALL_DEPLOYMENT,
  transcodingCost,
} from '../../../../tools/bench/cost/monthly-bill.ts';
import { RESULTS } from '../../../../tools/bench/places.ts';
import { MONTHLY_PRICES_AS_OF } from '../../../../tools/bench/prices.ts';
import { readResults } from '../../../../tools/bench/results.ts';

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

  it('counts ten metrics for each route and two more, whatever the number of videos', () => {
    expect(customMetrics() % 10).toBe(2);
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

describe('The full bill', () => {
  const results = readResults(RESULTS);
  const lines = fullBill(SMALL_DEPLOYMENT, results);
  const of = (line: string) => lines.find((each) => each.line === line)?.dollars ?? Number.NaN;

  it('has every line once, each with a price', () => {
    expect(new Set(lines.map(({ line }) => line)).size).toBe(lines.length);
    for (const { dollars } of lines) expect(dollars).toBeGreaterThan(0);
  });

  it('agrees with the bench that counts one upload, and adds the storage of a month', () => {
    const transcoding = results.cost?.series.find(({ measure }) =>
      measure.startsWith('MediaConvert'),
    );
    expect(of('MediaConvert: jobs')).toBeCloseTo(transcoding?.values[0] ?? Number.NaN, 6);
    expect(of('S3: a month of the sources')).toBeCloseTo(1_200 * 0.023, 9);
  });

  it('grows with the videos, except what a deployment costs without any', () => {
    const twice = fullBill({ ...SMALL_DEPLOYMENT, videos: 2_000 }, results);
    const fixed = twice.filter(({ dollars }, index) => dollars === lines[index]?.dollars);
    expect(fixed.map(({ line }) => line)).toEqual([
      'Cognito: active users',
      'CloudWatch: custom metrics',
      'CloudWatch: alarms',
      'CloudWatch: dashboard',
      'Reconciler',
      'Secrets Manager: signing keys of playback',
      'KMS: key of the topic for alarms',
    ]);
  });
});

describe('docs/reference/costs.md', () => {
  const page = readFileSync(PAGE, 'utf8');

  it('has the table and the prices of the price file (node_modules/.bin/node tools/costs-page.ts)', () => {
    expect(page).toContain(fullTable(SMALL_DEPLOYMENT, readResults(RESULTS)));
    expect(page).toContain(monthlyPricesTable());
    expect(page).toContain(MONTHLY_PRICES_AS_OF);
  });
});
