import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Listens on `wanted`. With 0, listens on the port that `file` names, or on a free one, and stores the port in
 * `file`: a presigned URL contains the port, so it stays valid after a restart. Returns the URL.
 */
export async function listenOnSamePort(
  file: string,
  wanted: number,
  listen: (port: number) => Promise<string>,
): Promise<string> {
  if (wanted !== 0) return listen(wanted);
  const url = await listen(storedPort(file)).catch(() => listen(0));
  writeFileSync(file, new URL(url).port);
  return url;
}

function storedPort(file: string): number {
  try {
    const port = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : 0;
  } catch {
    return 0;
  }
}
