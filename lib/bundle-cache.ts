import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { environments } from '../core/environment.ts';

const ROOT = join(import.meta.dirname, '..');
const BUNDLER = join(import.meta.dirname, 'bundle-functions.ts');
/** Survives `npm run reset`, which removes data; `npm ci` removes it together with the dependencies. */
const CACHE = join(ROOT, 'node_modules', '.cache', 'reelgate', 'bundles');

/** Everything that a bundle depends on. The last one lists the installed version of every package. */
const INPUTS = [
  '{core,functions}/**/*.{ts,json}',
  'lib/bundle-functions.ts',
  'package.json',
  'tsconfig.json',
  'node_modules/.package-lock.json',
];

/** A folder for each state of the sources. Older ones are removed once they were unused for an hour. */
const MAX_KEPT = 5;
const UNUSED_MS = 60 * 60 * 1000;

let current: string | undefined;

/**
 * Returns the folder that holds the bundle of every function, at `<name>/index.js`. The CDK synthesizes
 * synchronously and esbuild's plugins are asynchronous, so a process of its own builds the bundles, all of them at
 * once. They are kept by a hash of `INPUTS`.
 *
 * @throws Error with esbuild's output if a function does not bundle
 */
export function bundlesFolder(): string {
  current ??= findOrBuild();
  return current;
}

function findOrBuild(): string {
  const folder = join(CACHE, hashInputs());
  if (existsSync(folder)) {
    const now = new Date();
    utimesSync(folder, now, now);
    return folder;
  }
  const unfinished = `${folder}.${process.pid}`;
  try {
    buildAll(unfinished);
    moveInto(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  removeOld();
  return folder;
}

function buildAll(folder: string): void {
  const names = Object.keys(environments);
  process.stderr.write(`Bundling ${names.length} functions (again only when their code changes)\n`);
  mkdirSync(folder, { recursive: true });
  const { status, stderr, error } = spawnSync(process.execPath, [BUNDLER, folder, ...names], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The functions do not bundle:\n${error ?? stderr}`);
  process.stderr.write(stderr);
}

/** Another process may have built the same bundles meanwhile; then those are used. */
function moveInto(unfinished: string, folder: string): void {
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

function hashInputs(): string {
  const hash = createHash('sha256');
  for (const file of INPUTS.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).sort()) {
    const content = readFileSync(join(ROOT, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}

function removeOld(): void {
  const folders = readdirSync(CACHE)
    .map((name) => ({ path: join(CACHE, name), usedAt: lastUse(join(CACHE, name)) }))
    .sort((one, other) => other.usedAt - one.usedAt);
  for (const { path, usedAt } of folders.slice(MAX_KEPT)) {
    if (Date.now() - usedAt > UNUSED_MS) rmSync(path, { recursive: true, force: true });
  }
}

/** In milliseconds since 1970; 0 if another process removed the folder. */
function lastUse(folder: string): number {
  return statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
