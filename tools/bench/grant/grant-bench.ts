import { type Bench, type BenchRun, type Growth, type Measured, OURS } from '../bench.ts';
import { resultsOf, rounds } from '../rounds.ts';
import { median } from '../statistics.ts';
import { type AnswerCost, measureResponse } from './answer.ts';
import { grantRequest, presignByReelgate, presignBySdk, sizeOf } from './signing.ts';

const SDK = '@aws-sdk/s3-request-presigner';

export const grant: Bench = {
  name: 'grant',
  prose: {
    title: 'Signing the parts of an upload',
    measures:
      'Presigned URLs of all parts of one upload, complete as text, each with its exact length signed; and the whole answer of `POST /v1/uploads` for a file of 10,000 parts.',
    contenders: [
      {
        name: OURS,
        how: '`signGrant` of core/grants/part-grant.ts and `expandGrant`, which writes the URLs out: more than the server does, which sends the signatures alone.',
      },
      {
        name: SDK,
        how: "`getSignedUrl` with one client for all parts, all promises at once, `requestChecksumCalculation: 'WHEN_REQUIRED'` and the same signed headers. Before anything is measured, the URLs of both are compared: they must be the same, byte for byte.",
      },
      {
        name: 'the answer',
        how: "the deployed templates on the local cloud, warm. The handler's duration is that of the function's own REPORT line: checks, quota transaction, CreateMultipartUpload, signing and JSON.",
      },
    ],
    leftOut: [
      'Compression of the answer: API Gateway sends it as it is.',
      'The way to a real DynamoDB and S3, some milliseconds each, which the handler waits for three times.',
    ],
  },
  run: measureGrant,
};

async function measureGrant(run: BenchRun): Promise<Measured> {
  const sizes = run.small ? [10, 100] : [100, 1_000, 10_000];
  const largest = sizes.at(-1) ?? 1;
  const points: Growth['points'] = [];
  const rates = { ours: [0], sdk: [0] };
  for (const parts of sizes) {
    const request = grantRequest(parts);
    const bySdk = presignBySdk(request);
    requireSame(presignByReelgate(request), await bySdk());
    const seconds = await rounds(run, `${parts} parts`, [
      { name: OURS, run: () => timed(async () => presignByReelgate(request)) },
      { name: SDK, run: () => timed(bySdk) },
    ]);
    for (const contender of [OURS, SDK]) {
      points.push({ contender, x: parts, y: median(resultsOf(seconds, contender)) * 1_000 });
    }
    rates.ours = resultsOf(seconds, OURS).map((each) => parts / each);
    rates.sdk = resultsOf(seconds, SDK).map((each) => parts / each);
  }
  const answers = await measureResponses(run, sizes);
  const full = answers.get(largest) ?? [];
  const measure = `signing ${largest.toLocaleString('en-US')} parts`;
  const unit = 'URLs/s';
  const answer = `answer for ${largest.toLocaleString('en-US')} parts`;
  const handlerMs = full.map((each) => each.handlerMs);
  const bytes = full.map((each) => each.bytes);
  return {
    series: [
      { measure, contender: OURS, unit, better: 'more', values: rates.ours },
      { measure, contender: SDK, unit, better: 'more', values: rates.sdk },
      { measure: `${answer}: size`, contender: OURS, unit: 'bytes', better: 'less', values: bytes },
      {
        measure: `${answer}: handler`,
        contender: OURS,
        unit: 'ms',
        better: 'less',
        values: handlerMs,
      },
      {
        measure: `${answer}: whole call`,
        contender: OURS,
        unit: 'ms',
        better: 'less',
        values: full.map((each) => each.wholeMs),
      },
    ],
    plotted: [measure],
    targets: [
      {
        claim: 'signatures a second, as many times as the SDK’s presigner',
        reached: median(rates.ours) / median(rates.sdk),
        unit: '×',
        bound: 'at least',
        limit: 30,
      },
      {
        claim: `${answer}`,
        reached: median(bytes),
        unit: 'bytes',
        bound: 'at most',
        limit: 1_000_000,
      },
      {
        claim: `handler, ${answer}`,
        reached: median(handlerMs),
        unit: 'ms',
        bound: 'at most',
        limit: 150,
      },
    ],
    growth: [
      {
        id: 'parts',
        title: 'Signing grows with the number of parts',
        x: 'parts',
        y: 'ms for all',
        logarithmic: true,
        points,
      },
      {
        id: 'handler',
        title: 'The handler grows with the number of parts',
        x: 'parts',
        y: 'ms of the handler',
        logarithmic: false,
        points: [...answers].map(([parts, costs]) => ({
          contender: OURS,
          x: parts,
          y: median(costs.map(({ handlerMs: ms }) => ms)),
        })),
      },
    ],
    remarks: [],
  };
}

async function measureResponses(
  run: BenchRun,
  sizes: readonly number[],
): Promise<Map<number, readonly AnswerCost[]>> {
  run.say('starting the local cloud');
  const cloud = await run.openCloud();
  try {
    const answers = await rounds(
      run,
      'the answer',
      sizes.map((parts) => ({
        name: String(parts),
        run: () => measureResponse(cloud, sizeOf(parts)),
      })),
    );
    return new Map([...answers.values()].map((costs) => [costs[0]?.parts ?? 0, costs] as const));
  } finally {
    await cloud.close();
  }
}

/** Seconds that `work` took. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
}

function requireSame(ours: readonly string[], theirs: readonly string[]): void {
  const differs = ours.findIndex((url, index) => url !== theirs[index]);
  if (differs < 0 && ours.length === theirs.length) return;
  throw new Error(`The URLs differ: ${ours[differs]} and ${theirs[differs]}.`);
}
