import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Listens on `wanted`; without a wish on the port of the last time, or any free one. A URL that was signed
 * before a restart names the port, so it should stay the same. `file` keeps it.
 */
export async function listenAgain(
  file: string,
  wanted: number,
  listen: (port: number) => Promise<string>,
): Promise<string> {
  if (wanted !== 0) return listen(wanted);
  const url = await listen(keptPort(file)).catch(() => listen(0));
  writeFileSync(file, new URL(url).port);
  return url;
}

function keptPort(file: string): number {
  try {
    const port = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : 0;
  } catch {
    return 0;
  }
}
