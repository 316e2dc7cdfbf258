import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';

/** Bytes that all processes of a browser have in memory (Linux: `RssAnon`, so no code and no cached file). */
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
    // It has just ended.
    return 0;
  }
}
