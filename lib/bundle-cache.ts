import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { environments } from '../core/environment.ts';
import { fromContentCache } from './content-cache.ts';

const ROOT = join(import.meta.dirname, '..');
const BUNDLER = join(import.meta.dirname, 'bundle-functions.ts');
/** `npm run reset` keeps it; `npm ci` removes it together with the packages. */
const CACHE = join(ROOT, 'node_modules', '.cache', 'reelgate', 'bundles');

/** Everything that a bundle depends on. The last file lists the installed version of every package. */
const INPUTS = [
  '{core,functions}/**/*.{ts,json}',
  'lib/bundle-functions.ts',
  'package.json',
  'tsconfig.json',
  'node_modules/.package-lock.json',
];

let current: string | undefined;

/**
 * Returns the folder that holds the bundle of every function, at `<name>/index.js`. The CDK synthesizes
 * synchronously and esbuild's plugins are asynchronous, so another process builds the bundles, all of them at once.
 * They are built again only when one of `INPUTS` changes.
 *
 * @throws Error with esbuild's output if a function does not bundle
 */
export function bundlesFolder(): string {
  current ??= fromContentCache({ cache: CACHE, root: ROOT, inputs: INPUTS, build });
  return current;
}

function build(folder: string): void {
  const names = Object.keys(environments);
  process.stderr.write(`Bundling ${names.length} functions (again only when their code changes)\n`);
  const { status, stderr, error } = spawnSync(process.execPath, [BUNDLER, folder, ...names], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`Bundling the functions failed:\n${error ?? stderr}`);
  process.stderr.write(stderr);
}
