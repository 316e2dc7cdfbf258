import { type Bench, type BenchRun, type Growth, type Measured, OURS } from '../bench.ts';
import { resultsOf, rounds } from '../rounds.ts';
import { median } from '../statistics.ts';
import { measureResponse, type ResponseCost } from './measure-response.ts';
import { grantRequest, presignByReelgate, presignBySdk, sizeOf } from './signing.ts';

const SDK = '@aws-sdk/s3-request-presigner';

export const grant: Bench = {
  name: 'grant',
  prose: {
    title: 'Signing the parts of an upload',
    measures:
      'Presigned URLs for all parts of one upload, written out as text, each with its exact length signed; and the response of `POST /v1/uploads` for a file of 10,000 parts.',
    candidates: [
      {
        name: OURS,
        how: '`signGrant` of core/grants/part-grant.ts and `expandGrant`, which writes out the URLs. The server does less: it sends only the signatures.',
      },
      {
        name: SDK,
        how: "`getSignedUrl` with one client for all parts, all promises at once, `requestChecksumCalculation: 'WHEN_REQUIRED'` and the same signed headers. Before the measurement, the URLs of both must be equal byte for byte.",
      },
      {
        name: 'the response',
        how: "the deployed templates on the local cloud, warm. The handler's duration is that in the function's REPORT line: checks, quota transaction, CreateMultipartUpload, signing and JSON.",
      },
    ],
    leftOut: [
      'Compression of the response: API Gateway does not compress it.',
      'The network latency to a real DynamoDB and S3: the handler waits for three calls of some milliseconds each.',
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
    for (const candidate of [OURS, SDK]) {
      points.push({ candidate, x: parts, y: median(resultsOf(seconds, candidate)) * 1_000 });
    }
    rates.ours = resultsOf(seconds, OURS).map((each) => parts / each);
    rates.sdk = resultsOf(seconds, SDK).map((each) => parts / each);
  }
  const responses = await measureResponses(run, sizes);
  const full = responses.get(largest) ?? [];
  const measure = `signing ${largest.toLocaleString('en-US')} parts`;
  const unit = 'URLs/s';
  const response = `response for ${largest.toLocaleString('en-US')} parts`;
  const handlerMs = full.map((each) => each.handlerMs);
  const bytes = full.map((each) => each.bytes);
  return {
    series: [
      { measure, candidate: OURS, unit, better: 'more', values: rates.ours },
      { measure, candidate: SDK, unit, better: 'more', values: rates.sdk },
      {
        measure: `${response}: size`,
        candidate: OURS,
        unit: 'bytes',
        better: 'less',
        values: bytes,
      },
      {
        measure: `${response}: handler`,
        candidate: OURS,
        unit: 'ms',
        better: 'less',
        values: handlerMs,
      },
      {
        measure: `${response}: whole call`,
        candidate: OURS,
        unit: 'ms',
        better: 'less',
        values: full.map((each) => each.wholeMs),
      },
    ],
    plotted: [measure],
    targets: [
      {
        claim: 'signatures per second, compared with the SDK’s presigner',
        reached: median(rates.ours) / median(rates.sdk),
        unit: '×',
        bound: 'at least',
        limit: 30,
      },
      {
        claim: response,
        reached: median(bytes),
        unit: 'bytes',
        bound: 'at most',
        limit: 1_000_000,
      },
      {
        claim: `handler, ${response}`,
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
        points: [...responses].map(([parts, costs]) => ({
          candidate: OURS,
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
): Promise<Map<number, readonly ResponseCost[]>> {
  run.say('starting the local cloud');
  const cloud = await run.openCloud();
  try {
    const responses = await rounds(
      run,
      'response',
      sizes.map((parts) => ({
        name: String(parts),
        run: () => measureResponse(cloud, sizeOf(parts)),
      })),
    );
    return new Map([...responses.values()].map((costs) => [costs[0]?.parts ?? 0, costs] as const));
  } finally {
    await cloud.close();
  }
}

/** Duration of `work` in seconds. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
}

function requireSame(ours: readonly string[], theirs: readonly string[]): void {
  const differs = ours.findIndex((url, index) => url !== theirs[index]);
  if (differs < 0 && ours.length === theirs.length) return;
  throw new Error(`The URLs differ: ${ours[differs]} (reelgate) and ${theirs[differs]} (SDK).`);
}
