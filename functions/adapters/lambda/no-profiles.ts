/**
 * Stands in bundles for `node:fs/promises` (lib/bundle-functions.ts), with which the SDK looks for profiles below
 * the home directory: Lambda has none, every setting comes from the environment. Answered as what is not there.
 */
export async function readFile(path: string): Promise<string> {
  throw Object.assign(new Error(`ENOENT: ${path}; a function reads no files.`), { code: 'ENOENT' });
}
