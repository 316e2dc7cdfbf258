import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** A Chromium that can be launched. */
export interface ChromiumBinary {
  readonly path: string;
  /** What it needs in its environment beside what this process has. */
  readonly env: Readonly<Record<string, string>>;
}

const INSTALL =
  'No Chromium was found: on Linux x64 `npm ci` brings one; elsewhere install Chrome or name a Chromium by CHROMIUM_PATH.';

/**
 * The Chromium that the tests drive: CHROMIUM_PATH, else the one that @sparticuz/chromium carries (Linux x64),
 * else a Chrome or Chromium on the PATH.
 *
 * @throws Error saying in one line what to install
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
  // The package exports no package.json to ask for.
  const manifest = join(ROOT, 'node_modules', '@sparticuz', 'chromium', 'package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const cache = join(ROOT, 'node_modules', '.cache', 'reelgate');
  const folder = join(cache, `chromium-${version}`);
  if (!existsSync(folder)) await extract(cache, folder);
  const path = join(folder, 'chromium');
  const env = { FONTCONFIG_PATH: join(folder, 'fonts') };
  if (await startsAsItIs(path)) return { path, env };
  // The NSS and Expat that the package carries for Lambda; a machine's own are preferred, being newer.
  return { path, env: { ...env, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') } };
}

/**
 * The package extracts to the folder of temporary files, under fixed names and without a lock. In a process
 * with such a folder of its own, renamed when whole, two that extract at once do each other no harm.
 */
async function extract(cache: string, folder: string): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(join(cache, 'extracting-'));
  try {
    await promisify(execFile)(
      process.execPath,
      [join(import.meta.dirname, 'extract-chromium.ts')],
      {
        // Only for Lambda does it extract the libraries that a small Linux lacks.
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

/** The package's own configuration looks for its fonts in /tmp; without any font Chromium ends at the first page. */
function fontsOf(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(folder, 'fonts')}</dir>
  <cachedir>${join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`;
}

/** Whether the dynamic linker finds every library. */
async function startsAsItIs(path: string): Promise<boolean> {
  try {
    await promisify(execFile)(path, ['--version']);
    return true;
  } catch {
    return false;
  }
}
