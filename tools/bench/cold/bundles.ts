import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { synthesize } from '../../cloud/synthesize.ts';
import { ROOT } from '../places.ts';

/** The bundle of one function for one candidate. */
export interface Bundle {
  readonly file: string;
  readonly bytes: number;
}

export interface FunctionBundles {
  /** `create-upload` */
  readonly name: string;
  /** The function's environment in the template. */
  readonly environment: Readonly<Record<string, string>>;
  readonly ours: Bundle;
  readonly naive: Bundle;
  readonly external: Bundle;
}

interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

interface Resource {
  readonly Type: string;
  readonly Properties: {
    readonly Environment?: { readonly Variables: Readonly<Record<string, unknown>> };
  };
  readonly Metadata?: Readonly<Record<string, string>>;
}

/** The esbuild options of an unconfigured `NodejsFunction`. */
const NAIVE: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  logLevel: 'silent',
};

/** Every function of the synthesized templates, and its source bundled in the two usual ways. */
export async function allBundles(folder: string): Promise<FunctionBundles[]> {
  const assembly = await synthesize(ROOT);
  const functions = globSync(join(assembly, '*.template.json'))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as Template)
    .flatMap(({ Resources }) => Object.values(Resources))
    .filter(({ Type }) => Type === 'AWS::Lambda::Function');
  const bundles = functions.map(async ({ Properties, Metadata }): Promise<FunctionBundles> => {
    const variables = Properties.Environment?.Variables ?? {};
    const name = String(variables.POWERTOOLS_SERVICE_NAME);
    const entry = join(ROOT, 'functions', `${name}.ts`);
    const [naive, external] = await Promise.all([
      bundle(entry, join(folder, 'naive', `${name}.cjs`), NAIVE),
      bundle(entry, join(folder, 'external', `${name}.cjs`), {
        ...NAIVE,
        external: ['@aws-sdk/*', '@smithy/*'],
      }),
    ]);
    return {
      name,
      environment: Object.fromEntries(
        Object.entries(variables).map(([key, value]) => [key, textOf(value, key)]),
      ),
      ours: bundleAt(join(assembly, Metadata?.['aws:asset:path'] ?? '', 'index.js')),
      naive,
      external,
    };
  });
  return (await Promise.all(bundles)).sort((a, b) => a.name.localeCompare(b.name));
}

async function bundle(entry: string, outfile: string, options: BuildOptions): Promise<Bundle> {
  await build({ ...options, entryPoints: [entry], outfile });
  return bundleAt(outfile);
}

function bundleAt(file: string): Bundle {
  return { file, bytes: statSync(file).size };
}

/** Values that are known only after a deployment get a placeholder. */
function textOf(value: unknown, key: string): string {
  return typeof value === 'string' ? value : `the-${key}`;
}
