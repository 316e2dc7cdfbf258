import { open, readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';

const EXTENSIONS = new Set(
  '3g2 3gp asf avi cmfv f4v flv m2ts m4s m4v mkv mov mp4 mpeg mpg mts mxf ps qt ts vob webm wmv'
    .split(' ')
    .map((name) => `.${name}`),
);

/** What a repository holds in place of a large file: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
const LFS_POINTER = 'version https://git-lfs';

/** The media files at a path, in order; of `.ts` files those that are not TypeScript. */
export async function mediaFiles(path: string): Promise<string[]> {
  if ((await stat(path)).isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && EXTENSIONS.has(extname(entry.name).toLowerCase()))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const checked = await Promise.all(
    files.map(async (file) => ((await isMedia(file)) ? [file] : [])),
  );
  return checked.flat();
}

async function isMedia(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1024), 0, 1024, 0);
    const head = buffer.subarray(0, bytesRead);
    if (head.length === 0 || head.toString('latin1').startsWith(LFS_POINTER)) return false;
    return extname(file) !== '.ts' || head.some((byte) => byte === 0 || byte > 0xf4);
  } finally {
    await handle.close();
  }
}
