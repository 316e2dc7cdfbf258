import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** The part for browsers, bundled and minified by a consumer, gzipped. */
export const MAX_BROWSER_BYTES = 13_312;
/** The part that plays, likewise. */
export const MAX_PLAYBACK_BYTES = 4_096;
/** The tarball. */
export const MAX_PACKED_BYTES = 200_000;

const ATTW = join(import.meta.dirname, '../../node_modules/@arethetypeswrong/cli/dist/index.js');

/** The result of one check. Without problems, the package can be published as far as this check covers. */
export interface CheckResult {
  readonly check: string;
  readonly problems: readonly string[];
  /** A measured value, for the log. */
  readonly detail?: string;
}

/**
 * Checks a built package before it is published. Needs no network.
 *
 * @param folder the built package
 * @param tarball the same, packed
 */
export async function checkPackage(folder: string, tarball: string): Promise<CheckResult[]> {
  return Promise.all([
    checkWithPublint(folder),
    checkTypes(tarball),
    checkPublishing(folder),
    checkBrowserSize(folder),
    checkPlaybackSize(folder),
    checkPackedSize(tarball),
  ]);
}

async function checkWithPublint(folder: string): Promise<CheckResult> {
  const { messages, pkg } = await publint({ pkgDir: folder, strict: true });
  const problems = messages.map((message) => formatMessage(message, pkg) ?? message.code);
  return { check: 'publint', problems };
}

/** `node16`: the subpaths `./browser` and `./node` need a resolution that knows `exports`. */
async function checkTypes(tarball: string): Promise<CheckResult> {
  const args = [ATTW, tarball, '--profile', 'node16', '--no-definitely-typed', '--format', 'ascii'];
  return { check: 'are the types wrong', problems: await problemsOf(process.execPath, args) };
}

async function checkPublishing(folder: string): Promise<CheckResult> {
  const args = ['publish', '--dry-run', '--offline', '--ignore-scripts', '--access', 'public'];
  return { check: 'npm publish --dry-run', problems: await problemsOf('npm', args, folder) };
}

/** Runs a program. Its output is the problem if it fails. */
async function problemsOf(program: string, args: string[], cwd?: string): Promise<string[]> {
  try {
    await promisify(execFile)(program, args, { ...(cwd && { cwd }), maxBuffer: 2 ** 24 });
    return [];
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & Record<string, string>;
    return [`${stdout}${stderr}`.trim() || message];
  }
}

async function checkBrowserSize(folder: string): Promise<CheckResult> {
  const bytes = await browserBytes(join(folder, 'esm', 'browser.js'));
  return sizeResult('size of the part for browsers, gzipped', bytes, MAX_BROWSER_BYTES);
}

async function checkPlaybackSize(folder: string): Promise<CheckResult> {
  const bytes = await browserBytes(join(folder, 'esm', 'playback.js'));
  return sizeResult('size of the part that plays, gzipped', bytes, MAX_PLAYBACK_BYTES);
}

async function checkPackedSize(tarball: string): Promise<CheckResult> {
  return sizeResult('size of the tarball', (await stat(tarball)).size, MAX_PACKED_BYTES);
}

/** Bytes of a module when a consumer bundles, minifies and compresses it. */
async function browserBytes(module: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import * as reelgate from ${JSON.stringify(module)}; globalThis.reelgate = reelgate;`,
      resolveDir: '/',
    },
    bundle: true,
    minify: true,
    write: false,
    platform: 'browser',
    format: 'esm',
  });
  return gzipSync(outputFiles[0]?.text ?? '', { level: 9 }).length;
}

export function sizeResult(check: string, bytes: number, maxBytes: number): CheckResult {
  const problem = `${bytes} bytes; at most ${maxBytes} are allowed`;
  return { check, problems: bytes > maxBytes ? [problem] : [], detail: `${bytes} bytes` };
}
