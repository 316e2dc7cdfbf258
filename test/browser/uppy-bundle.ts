import { join } from 'node:path';
import { build } from 'esbuild';

const PEERS = join(import.meta.dirname, '..', 'peers');

/** The published @uppy/core and @uppy/aws-s3 of a major version, as a script that sets them on `globalThis`. */
export async function uppyBundle(major: 5 | 6): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: {
      contents:
        "import Uppy from '@uppy/core'; import AwsS3 from '@uppy/aws-s3'; Object.assign(globalThis, { Uppy, AwsS3 });",
      resolveDir: join(PEERS, `uppy-${major}`),
    },
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    logLevel: 'error',
  });
  const [script] = outputFiles;
  if (!script) throw new Error(`esbuild made nothing of Uppy ${major}.`);
  return script.contents;
}
