import { type Browser, type BrowserContext, chromium, type LaunchOptions } from 'playwright-core';
import { chromiumBinary } from './chromium-binary.ts';

/** The origin of the pages: the first one that the default configuration allows. */
export const PAGE_ORIGIN = 'http://localhost:5173';

/**
 * Maps a `host:port` of URLs to the address to connect to: `{'localhost:5173': '127.0.0.1:40123'}`. The page and the
 * signatures use the name. So pages have an origin that the API allows without a fixed
 * port, and a proxy can be placed before S3 although `host` is signed.
 */
export type HostRules = Readonly<Record<string, string>>;

/** Launches a headless Chromium whose contexts are isolated from each other. */
export function launchBrowser(hostRules: HostRules): Promise<Browser> {
  return launched(hostRules, (options) => chromium.launch(options));
}

/**
 * Launches a headless Chromium with a profile on disk. Unlike in a context, which is like a private window,
 * a FileSystemFileHandle that was stored in IndexedDB can be read there (in a context this Chromium crashes).
 *
 * @param folder of the profile
 */
export function launchProfile(hostRules: HostRules, folder: string): Promise<BrowserContext> {
  return launched(hostRules, (options) => chromium.launchPersistentContext(folder, options));
}

async function launched<Launched>(
  hostRules: HostRules,
  launch: (options: LaunchOptions) => Promise<Launched>,
): Promise<Launched> {
  const { path, env } = await chromiumBinary();
  const rules = Object.entries(hostRules).map(([from, to]) => `MAP ${from} ${to}`);
  try {
    return await launch({
      executablePath: path,
      env: { ...definedOf(process.env), ...env },
      args: [`--host-resolver-rules=${rules.join(', ')}`],
    });
  } catch (error) {
    const missing = /lib[\w.+-]+\.so[.\d]*(?=: cannot open shared object)/.exec(String(error))?.[0];
    if (!missing) throw error;
    throw new Error(
      `Chromium lacks ${missing}. On Debian and Ubuntu: apt-get install -y libnss3 libexpat1.`,
      { cause: error },
    );
  }
}

function definedOf(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
