import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { type Assets, readAssets } from './assets.ts';
import { UnsupportedAssembly } from './problem.ts';

/** One stack of a CDK cloud assembly. */
export interface AssemblyStack {
  readonly name: string;
  /** The template as JSON. */
  readonly template: unknown;
}

export interface Assembly {
  /** In order: each after its dependencies. */
  readonly stacks: readonly AssemblyStack[];
  readonly assets: Assets;
}

const artifact = z.object({
  type: z.string(),
  dependencies: z.array(z.string()).default([]),
  properties: z
    .object({
      templateFile: z.string().optional(),
      stackName: z.string().optional(),
      file: z.string().optional(),
    })
    .default({}),
});
const manifest = z.object({ artifacts: z.record(z.string(), artifact).default({}) });

/** Artifacts that describe the app and deploy nothing. */
const DESCRIPTIVE = new Set(['cdk:tree', 'cdk:asset-manifest', 'cdk:feature-flag-report']);

/**
 * Reads the output folder of `cdk synth`. Throws UnsupportedAssembly for artifacts that cannot be hosted
 * (stages, container images), Error if the folder is not an assembly.
 */
export function readAssembly(folder: string): Assembly {
  const path = join(folder, 'manifest.json');
  if (!existsSync(path)) {
    throw new Error(`${resolve(folder)} is not a CDK cloud assembly: it has no manifest.json.`);
  }
  const { artifacts } = manifest.parse(readJson(path));
  const unknown = Object.entries(artifacts).filter(
    ([, { type }]) => type !== 'aws:cloudformation:stack' && !DESCRIPTIVE.has(type),
  );
  if (unknown.length > 0) {
    throw new UnsupportedAssembly(
      unknown.map(([id, { type }]) => ({
        stack: id,
        message: `artifact type ${type} is not supported; supported are aws:cloudformation:stack, ${[...DESCRIPTIVE].join(', ')}`,
      })),
    );
  }
  const assetFiles = Object.values(artifacts).flatMap(({ type, properties }) =>
    type === 'cdk:asset-manifest' && properties.file ? [properties.file] : [],
  );
  return {
    stacks: inOrder(artifacts).flatMap((id) => {
      const { type, properties } = artifacts[id] ?? { type: '', properties: {} };
      if (type !== 'aws:cloudformation:stack' || !properties.templateFile) return [];
      return [
        {
          name: properties.stackName ?? id,
          template: readJson(join(folder, properties.templateFile)),
        },
      ];
    }),
    assets: readAssets(folder, assetFiles),
  };
}

/** CDK has checked that stacks have no circular dependencies. */
function inOrder(artifacts: Readonly<Record<string, z.output<typeof artifact>>>): string[] {
  const ordered = new Set<string>();
  const visit = (id: string) => {
    if (ordered.has(id)) return;
    for (const dependency of artifacts[id]?.dependencies ?? []) visit(dependency);
    ordered.add(id);
  };
  for (const id of Object.keys(artifacts)) visit(id);
  return [...ordered];
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
