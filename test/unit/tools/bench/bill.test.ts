import { type Assumptions, billOf } from '../../../../tools/bench/cost/bill.ts';
import type { CountedUpload } from '../../../../tools/bench/cost/counted-upload.ts';
import { PRICES } from '../../../../tools/bench/prices.ts';

const invocation = (name: CountedUpload['invocations'][number]['function'], billedMs: number) => ({
  function: name,
  time: '2026-01-02T03:04:05.678Z',
  durationMs: billedMs,
  billedMs,
  memorySizeMegabytes: 1_024,
  coldStart: false,
});

const counted: CountedUpload = {
  transitions: 7,
  calls: new Map([
    ['s3:PutObject', 3],
    ['s3:GetObject', 4],
    ['dynamodb:UpdateItem', 5],
    ['dynamodb:GetItem', 2],
  ]),
  invocations: [
    invocation('create-upload', 100),
    invocation('complete-upload', 100),
    invocation('inspect-media', 200),
    invocation('publish-video', 300),
    invocation('record-job', 50),
  ],
  units: new Map([
    ['create-upload', { requests: 1, reads: 0, writes: 9 }],
    ['complete-upload', { requests: 2, reads: 1, writes: 7 }],
    ['record-job', { requests: 1, reads: 1, writes: 8 }],
  ]),
  statusUnits: { requests: 1, reads: 1.5, writes: 0 },
};

const assumed: Assumptions = {
  minutes: 10,
  bitrate: 16_000_000,
  statusReads: 0,
  transcodingPace: 1,
  reportSeconds: 10,
};

const lambda = (times: number, seconds: number) =>
  times * PRICES.lambdaRequest.dollars + seconds * PRICES.lambdaGigabyteSecond.dollars;

describe('The bill of one upload', () => {
  const bill = billOf(counted, assumed);

  it('counts only transitions and the two functions of the workflow as orchestration', () => {
    expect(bill.orchestration).toBeCloseTo(7 * PRICES.stateTransition.dollars + lambda(2, 0.5), 12);
  });

  it('counts a progress event every ten seconds, with its function and its write', () => {
    const report = lambda(1, 0.05) + 8 * PRICES.dynamoDbWrite.dollars + PRICES.dynamoDbRead.dollars;
    expect(bill.progress).toBeCloseTo(60 * report, 12);
    expect(billOf(counted, { ...assumed, minutes: 20 }).progress).toBeCloseTo(120 * report, 12);
  });

  it('counts the units of all functions but those of the progress, which has a line of its own', () => {
    expect(bill.database).toBeCloseTo(
      16 * PRICES.dynamoDbWrite.dollars + PRICES.dynamoDbRead.dollars,
      12,
    );
    const twice = [...counted.invocations, invocation('record-job', 50)];
    const half = billOf({ ...counted, invocations: twice }, assumed);
    expect(bill.progress - half.progress).toBeCloseTo(
      60 * 0.5 * (8 * PRICES.dynamoDbWrite.dollars + PRICES.dynamoDbRead.dollars),
      12,
    );
  });

  it('adds the units of each request for the status', () => {
    const withReads = billOf(counted, { ...assumed, statusReads: 10 });
    expect(withReads.database - bill.database).toBeCloseTo(15 * PRICES.dynamoDbRead.dollars, 12);
  });

  it('counts the parts of a file of the assumed length', () => {
    const parts = Math.ceil((600 * 2_000_000) / (8 * 1024 ** 2));
    expect(bill.s3).toBeCloseTo(
      (2 + parts) * PRICES.s3Write.dollars + 4 * PRICES.s3Read.dollars,
      12,
    );
  });

  it('adds a request and an invocation for each request for the status', () => {
    const withReads = billOf(counted, { ...assumed, statusReads: 10 });
    expect(withReads.api - bill.api).toBeCloseTo(
      10 * (PRICES.httpApiRequest.dollars + lambda(1, 0.1)),
      12,
    );
  });
});
