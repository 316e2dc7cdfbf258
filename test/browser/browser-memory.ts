import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';

/** Memory of all processes of a browser, in bytes (`RssAnon` on Linux: without code and cached files). */
export async function browserMemory(browser: Browser): Promise<number> {
  const devtools = await browser.newBrowserCDPSession();
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  await devtools.detach();
  return processInfo.reduce((sum, { id }) => sum + anonymousBytes(id), 0);
}

function anonymousBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    // The process has ended in the meantime.
    return 0;
  }
}
