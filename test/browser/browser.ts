import { type Browser, chromium } from 'playwright-core';
import { chromiumBinary } from './chromium-binary.ts';

/** The origin of the pages: the first that the default configuration allows. */
export const PAGE_ORIGIN = 'http://localhost:5173';

/**
 * Launches a headless Chromium.
 *
 * @param detours where a `host:port` of a URL really leads: `{'localhost:5173': '127.0.0.1:40123'}`. The page
 * and the signatures see the name, the connection goes to the address; so pages have an origin that the API
 * allows without a fixed port, and a proxy can stand before S3 although `host` is signed.
 */
export async function launchBrowser(detours: Readonly<Record<string, string>>): Promise<Browser> {
  const { path, env } = await chromiumBinary();
  const rules = Object.entries(detours).map(([from, to]) => `MAP ${from} ${to}`);
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  try {
    return await chromium.launch({
      executablePath: path,
      env: { ...definedOf(process.env), ...env },
      args: [
        ...sandbox,
        `--host-resolver-rules=${rules.join(', ')}`,
        // Exact sizes of the heap; they are rounded for pages otherwise.
        '--enable-precise-memory-info',
      ],
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
