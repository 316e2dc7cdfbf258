import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { type Assets, readAssets } from './assets.ts';
import { UnsupportedAssembly } from './problem.ts';

/** One stack of a CDK cloud assembly, not yet looked into. */
export interface AssemblyStack {
  readonly name: string;
  /** The template as JSON. */
  readonly template: unknown;
}

export interface Assembly {
  /** Each after all that it depends on. */
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

/** Artifacts that describe the app itself and deploy nothing. */
const DESCRIPTIVE = new Set(['cdk:tree', 'cdk:asset-manifest', 'cdk:feature-flag-report']);

/**
 * Reads `cdk synth`'s output folder. Throws UnsupportedAssembly for what cannot be hosted (stages, container
 * images), Error where there is no assembly.
 */
export function readAssembly(folder: string): Assembly {
  const path = join(folder, 'manifest.json');
  if (!existsSync(path)) {
    throw new Error(`${resolve(folder)} is no CDK cloud assembly: it has no manifest.json.`);
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

/** CDK has checked that stacks depend on each other in no circle. */
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
