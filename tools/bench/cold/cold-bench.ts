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
    title: 'Loading the bundles at a cold start',
    measures:
      'The size of every function’s bundle, and the time that a fresh Node needs to load the bundle up to its handler. That is most of what a cold start adds, and the part that depends on the bundle.',
    candidates: [
      {
        name: OURS,
        how: 'the assets that `cdk deploy` uploads: CommonJS, minified, `mainFields: module, main`, with the SDK bundled. Parts of the dependencies that no function uses are replaced by small modules (other sources of credentials, profiles, event streams, zlib, a browser’s window), and the shapes of operations that no function calls are left out (docs/decisions/0022-lambda-bundles.md).',
      },
      {
        name: NAIVE,
        how: 'the same handler by `esbuild --bundle --platform=node --format=cjs --target=node24`: CDK’s `NodejsFunction` without configuration, but with the SDK in the bundle, so that both contain the same code.',
      },
      {
        name: EXTERNAL,
        how: '`NodejsFunction` without any configuration: `@aws-sdk/*` and `@smithy/*` are not bundled but loaded from node_modules, as Lambda’s runtime loads its own copy.',
      },
    ],
    leftOut: [
      'The start of Node and of Lambda’s sandbox, which are the same for all, and the download of the asset, which depends on its size.',
      'Lambda’s slower CPU below 1,769 MB, which affects all alike.',
      'SnapStart, provisioned concurrency and Node’s compile cache, which would help all candidates.',
    ],
    limits: [
      'Everything that a request needs is loaded at the start; loading it with the first request would only hide the time. Some of the time is therefore the same for all: Node’s https and crypto modules are about a tenth of the time of reelgate’s create-upload.',
      'About half of the rest is V8 parsing the code. inspect-media gains least, because two fifths of it are the reader of media files, which is equally large in the naive bundle.',
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
        claim: 'loading compared with the naive bundle, all functions',
        reached: median(total(NAIVE)) / median(total(OURS)),
        unit: '×',
        bound: 'at least',
        limit: 2,
      },
      {
        claim: 'loading compared with the naive bundle, the function that gains least',
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

function ms(measure: string, candidate: string, values: readonly number[]): Series {
  return { measure, candidate, unit: 'ms', better: 'less', values: [...values] };
}

function sizes({ name, ours, naive }: FunctionBundles): Series[] {
  return [[OURS, ours] as const, [NAIVE, naive] as const].map(([candidate, { bytes }]) => ({
    measure: `size of ${name}`,
    candidate,
    unit: 'KB',
    better: 'less',
    values: [bytes / 1e3],
  }));
}
