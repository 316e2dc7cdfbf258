import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { ROOT } from '../places.ts';

/** Some of the SDK's dependencies are CommonJS, which asks for Node's own modules by `require`. */
const REQUIRE =
  "import{createRequire as createRequire_}from'node:module';const require=createRequire_(import.meta.url);";

/**
 * A contender in Node as an app would carry it: one file without the others' code, so that its process holds
 * nothing else. Answers the file.
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

/** The page's own script, with reelgate's client and lib-storage in it. */
export async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    ...FOR_PAGE,
    entryPoints: [join(ROOT, 'tools', 'bench', 'upload', 'in-page', 'page.ts')],
  });
  return outputFiles[0]?.text ?? '';
}

/** The real packages of one major: the workspace's folder decides which is found. */
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
