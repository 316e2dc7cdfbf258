import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** A Chromium executable. */
export interface ChromiumBinary {
  readonly path: string;
  /** Environment variables that it needs in addition to those of this process. */
  readonly env: Readonly<Record<string, string>>;
}

const INSTALL =
  'No Chromium was found: on Linux x64 `npm ci` brings one; elsewhere install Chrome or name a Chromium by CHROMIUM_PATH.';

/**
 * Finds the Chromium for the tests: CHROMIUM_PATH, else the one in @sparticuz/chromium (Linux x64),
 * else a Chrome or Chromium on the PATH.
 *
 * @throws Error that says in one line what to install
 */
export async function chromiumBinary(): Promise<ChromiumBinary> {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (existsSync(named)) return { path: named, env: {} };
    throw new Error(`CHROMIUM_PATH names ${JSON.stringify(named)}, and there is no such file.`);
  }
  if (process.platform === 'linux' && process.arch === 'x64') return packagedChromium();
  const path = installed();
  if (path) return { path, env: {} };
  throw new Error(INSTALL);
}

const NAMES = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser'];
const APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

function installed(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...candidates, ...APPLICATIONS].find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function packagedChromium(): Promise<ChromiumBinary> {
  // The package does not export its package.json.
  const manifest = join(ROOT, 'node_modules', '@sparticuz', 'chromium', 'package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const cache = join(ROOT, 'node_modules', '.cache', 'reelgate');
  const folder = join(cache, `chromium-${version}`);
  if (!existsSync(folder)) await extract(cache, folder);
  const path = join(folder, 'chromium');
  const env = { FONTCONFIG_PATH: join(folder, 'fonts') };
  if (await startsAsItIs(path)) return { path, env };
  // The package contains NSS and Expat for Lambda. The machine's own libraries are newer and are preferred.
  return { path, env: { ...env, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') } };
}

/**
 * The package extracts to TMPDIR, under fixed names and without a lock. A process with a TMPDIR of its own
 * extracts, and the folder is renamed when it is complete, so that two test processes can extract at once.
 */
async function extract(cache: string, folder: string): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(join(cache, 'extracting-'));
  try {
    await promisify(execFile)(
      process.execPath,
      [join(import.meta.dirname, 'extract-chromium.ts')],
      {
        // The package extracts the libraries that a minimal Linux lacks only if it detects Lambda.
        env: { ...process.env, TMPDIR: unfinished, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
      },
    );
    await writeFile(join(unfinished, 'fonts', 'fonts.conf'), fontsOf(folder));
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

/** The package's font configuration points to /tmp. Chromium exits at the first page if it finds no font. */
function fontsOf(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(folder, 'fonts')}</dir>
  <cachedir>${join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`;
}

/** Returns whether the dynamic linker finds every library. */
async function startsAsItIs(path: string): Promise<boolean> {
  try {
    await promisify(execFile)(path, ['--version']);
    return true;
  } catch {
    return false;
  }
}
