import { type Bench, type BenchRun, type Measured, OURS, type Series } from '../bench.ts';
import { resultsOf, rounds } from '../rounds.ts';
import { median } from '../statistics.ts';
import { allBundles, type FunctionBundles } from './bundles.ts';
import { loadMilliseconds } from './load.ts';

const NAIVE = 'naive bundle';
const EXTERNAL = 'SDK not bundled';
const KINDS = { [OURS]: 'ours', [NAIVE]: 'naive', [EXTERNAL]: 'external' } as const;
type Kind = keyof typeof KINDS;
const KIND_NAMES = Object.keys(KINDS) as Kind[];
const TOGETHER = 'loading all functions, one after the other';

export const cold: Bench = {
  name: 'cold',
  prose: {
    title: 'What a cold start reads',
    measures:
      'The size of every function’s bundle, and the time that a fresh Node takes from right before it loads the bundle to its handler: most of what a cold start adds, and the part that a bundle decides.',
    contenders: [
      {
        name: OURS,
        how: 'the assets that `cdk deploy` uploads, out of the synthesized templates: CommonJS, minified, `mainFields: module, main`, the SDK bundled, and small stand-ins for what of the dependencies no function uses: other sources of credentials, profiles, event streams, zlib, a browser’s window; without the shapes of operations that no function calls (docs/decisions/0022-lambda-bundles.md).',
      },
      {
        name: NAIVE,
        how: 'the same handler by `esbuild --bundle --platform=node --format=cjs --target=node24`: CDK’s `NodejsFunction` with nothing configured, but with the SDK in the bundle, so that both carry the same code.',
      },
      {
        name: EXTERNAL,
        how: '`NodejsFunction` with nothing configured at all: `@aws-sdk/*` and `@smithy/*` stay outside and are loaded from node_modules, as Lambda’s runtime loads its own copy.',
      },
    ],
    leftOut: [
      'The start of Node and of Lambda’s sandbox, which are the same for all, and the download of the asset, which its size decides.',
      'Lambda’s slower CPU at less than 1,769 MB: it lengthens all of them alike.',
      'SnapStart, provisioned concurrency and Node’s compile cache, which would help all of them.',
    ],
    limits: [
      'What each request needs is loaded here and not put off to the first request, which would only hide it. So some of the time is the same for all: Node’s own https and crypto are about a tenth of what reelgate’s create-upload takes.',
      'Of the rest about half is V8 reading the code. inspect-media gains least, since two fifths of it are the reader of media files, of which the naive bundle carries no more.',
    ],
  },
  run: measureCold,
};

type Loads = Readonly<Record<string, number>>;

async function measureCold(run: BenchRun): Promise<Measured> {
  run.say('synthesizing and bundling');
  const all = await allBundles(run.folder);
  const bundles = run.small ? all.slice(0, 2) : all;
  const found = await rounds<Loads>(
    run,
    'loading every bundle',
    KIND_NAMES.map((kind) => ({
      name: kind,
      run: async () =>
        Object.fromEntries(
          bundles.map((each) => [each.name, loadMilliseconds(each[KINDS[kind]], each.environment)]),
        ),
    })),
  );
  const loads = (kind: Kind, name: string) =>
    resultsOf(found, kind).map((each) => each[name] ?? Number.NaN);
  const ratios = bundles.map(({ name }) => median(loads(NAIVE, name)) / median(loads(OURS, name)));
  const total = (kind: Kind) =>
    resultsOf(found, kind).map((each) => Object.values(each).reduce((sum, ms) => sum + ms, 0));
  return {
    series: [
      ...KIND_NAMES.map((kind): Series => ms(TOGETHER, kind, total(kind))),
      ...bundles.flatMap(({ name }) =>
        ([OURS, NAIVE] as const).map((kind) => ms(`loading ${name}`, kind, loads(kind, name))),
      ),
      ...bundles.flatMap(sizes),
    ],
    plotted: [TOGETHER],
    targets: [
      {
        claim: 'largest bundle',
        reached: Math.max(...bundles.map(({ ours }) => ours.bytes)) / 1e3,
        unit: 'KB',
        bound: 'at most',
        limit: 700,
      },
      {
        claim: 'loading beside the naive bundle, all functions',
        reached: median(total(NAIVE)) / median(total(OURS)),
        unit: '×',
        bound: 'at least',
        limit: 2,
      },
      {
        claim: 'loading beside the naive bundle, the function that gains least',
        reached: Math.min(...ratios),
        unit: '×',
        bound: 'at least',
        limit: 2,
      },
    ],
    growth: [],
    remarks: [],
  };
}

function ms(measure: string, contender: string, values: readonly number[]): Series {
  return { measure, contender, unit: 'ms', better: 'less', values: [...values] };
}

function sizes({ name, ours, naive }: FunctionBundles): Series[] {
  return [[OURS, ours] as const, [NAIVE, naive] as const].map(([contender, { bytes }]) => ({
    measure: `size of ${name}`,
    contender,
    unit: 'KB',
    better: 'less',
    values: [bytes / 1e3],
  }));
}
