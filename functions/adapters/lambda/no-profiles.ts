/**
 * Replaces `node:fs/promises` in bundles (lib/bundle-functions.ts), with which the SDK looks for profiles below
 * the home directory: Lambda has none, every setting comes from the environment. Every file is reported as missing.
 */
export async function readFile(path: string): Promise<string> {
  throw Object.assign(new Error(`ENOENT: ${path}; a function reads no files.`), { code: 'ENOENT' });
}
