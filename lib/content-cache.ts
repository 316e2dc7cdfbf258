import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';

export interface ContentCache {
  /** Contains one folder for each state of the inputs, named by the hash of the inputs. */
  readonly cache: string;
  /** The folder that `inputs` are relative to. */
  readonly root: string;
  /** Globs of all files that the result depends on. */
  readonly inputs: readonly string[];
  /** Writes the result into an empty folder, or throws. */
  readonly build: (folder: string) => void;
  /** Milliseconds since 1970, for tests. @default Date.now */
  readonly now?: () => number;
}

/** The most recent results are kept, and every one that was used within the last hour. */
const MAX_KEPT = 5;
const UNUSED_MS = 60 * 60 * 1000;

/** Returns the folder with the result for the current inputs. Builds it first if it does not exist. */
export function fromContentCache({
  cache,
  root,
  inputs,
  build,
  now = Date.now,
}: ContentCache): string {
  const folder = join(cache, hashFiles(root, inputs));
  if (existsSync(folder)) {
    utimesSync(folder, now() / 1000, now() / 1000);
    return folder;
  }
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(`${folder}.`);
  try {
    build(unfinished);
    utimesSync(unfinished, now() / 1000, now() / 1000);
    moveTo(folder, unfinished);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  removeUnused(cache, now());
  return folder;
}

/** Another process may have built the same result in the meantime; its result is used. */
function moveTo(folder: string, unfinished: string): void {
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

function hashFiles(root: string, patterns: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of patterns.flatMap((pattern) => globSync(pattern, { cwd: root })).sort()) {
    const content = readFileSync(join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}

function removeUnused(cache: string, now: number): void {
  const folders = readdirSync(cache)
    .map((name) => ({ path: join(cache, name), usedAt: lastUse(join(cache, name)) }))
    .sort((a, b) => b.usedAt - a.usedAt);
  for (const { path, usedAt } of folders.slice(MAX_KEPT)) {
    if (now - usedAt > UNUSED_MS) rmSync(path, { recursive: true, force: true });
  }
}

/** In milliseconds since 1970; 0 if another process has removed the folder. */
function lastUse(folder: string): number {
  return statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
