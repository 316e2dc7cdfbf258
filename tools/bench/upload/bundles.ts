import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { ROOT } from '../places.ts';

/** Some dependencies of the SDK are CommonJS and load Node's modules with `require`. */
const REQUIRE =
  "import{createRequire as createRequire_}from'node:module';const require=createRequire_(import.meta.url);";

/**
 * Bundles one candidate for Node into a file of its own, without the code of the others, so that its memory can be
 * compared. Returns the file.
 */
export async function bundleForNode(name: string, folder: string): Promise<string> {
  const outfile = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [join(ROOT, 'tools', 'bench', 'upload', 'in-node', `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE },
    logLevel: 'warning',
  });
  return outfile;
}

const FOR_PAGE = {
  bundle: true,
  write: false,
  minify: true,
  platform: 'browser',
  format: 'esm',
  target: 'es2022',
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** The page's script with reelgate's client and lib-storage. */
export async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    ...FOR_PAGE,
    entryPoints: [join(ROOT, 'tools', 'bench', 'upload', 'in-page', 'page.ts')],
  });
  return outputFiles[0]?.text ?? '';
}

/** The packages of one major version of Uppy; each is installed in a workspace of its own. */
export async function bundleUppy(workspace: 'uppy-5' | 'uppy-6'): Promise<string> {
  const { outputFiles } = await build({
    ...FOR_PAGE,
    stdin: {
      contents:
        "export { default as Uppy } from '@uppy/core'; export { default as AwsS3 } from '@uppy/aws-s3';",
      resolveDir: join(ROOT, 'test', 'peers', workspace),
    },
  });
  return outputFiles[0]?.text ?? '';
}
