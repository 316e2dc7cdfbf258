import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');

/** Modules that no function needs, and the file that replaces each in a bundle. The file gives the reason. */
const REPLACEMENTS = {
  '@aws-sdk/credential-provider-node': 'lambda-credentials.ts',
  '@smithy/core/event-streams': 'no-event-streams.ts',
  'node:fs/promises': 'no-profiles.ts',
  'node:zlib': 'no-zlib.ts',
  'global/window': 'global-window.ts',
};

/**
 * The SDK's schemas name their members by constants: `{ [_K]: … }`. esbuild cannot know that evaluating such a key
 * has no side effect, so it keeps the schemas of every operation of a service. With the value in place,
 * `{ "Key": … }`, it keeps only those of the operations in use: for S3 about 8 KB of 66 KB.
 */
const INLINE_SCHEMA_KEYS: Plugin = {
  name: 'inline-schema-keys',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@aws-sdk[\\/].+[\\/]schemas_\d+\.js$/ }, async ({ path }) => {
      const code = await readFile(path, 'utf8');
      const names = new Map(
        [...code.matchAll(/^const (_\w+) = (".*");$/gm)].map(([, name, text]) => [name, text]),
      );
      const contents = code.replaceAll(/\[(_\w+)\]:/g, (key, name) =>
        names.has(name) ? `${names.get(name)}:` : key,
      );
      return { contents };
    });
  },
};

/** What ES modules know of their place, in CommonJS. */
const COMMONJS_PATHS = {
  'import.meta.dirname': '__dirname',
  'import.meta.filename': '__filename',
};

/** Writes the bundle of one function, as Lambda loads it, to `<folder>/<name>/index.js`. */
async function bundleFunction(name: string, folder: string): Promise<void> {
  await build({
    entryPoints: [join(ROOT, 'functions', `${name}.ts`)],
    outfile: join(folder, name, 'index.js'),
    bundle: true,
    minify: true,
    platform: 'node',
    // Node loads one CommonJS file faster than the same code as an ES module (docs/decisions/0022-lambda-bundles.md).
    format: 'cjs',
    target: 'node24',
    define: COMMONJS_PATHS,
    mainFields: ['module', 'main'],
    // The bundle contains the SDK clients that were tested, not those of the Lambda runtime.
    alias: Object.fromEntries(
      Object.entries(REPLACEMENTS).map(([from, file]) => [
        from,
        join(ROOT, 'functions', 'adapters', 'lambda', file),
      ]),
    ),
    plugins: [INLINE_SCHEMA_KEYS],
    logLevel: 'warning',
  });
  // In Lambda, the folder stands alone. In the local cloud it is below the project, whose package.json declares ES modules.
  await writeFile(join(folder, name, 'package.json'), '{"type":"commonjs"}\n');
  if (name === 'inspect-media') await bundleMediaInfo(join(folder, name));
}

/** The thread of `functions/media/mediainfo.ts`, and MediaInfo's WebAssembly module beside it. */
async function bundleMediaInfo(folder: string): Promise<void> {
  await build({
    entryPoints: [join(ROOT, 'functions', 'media', 'mediainfo-worker.ts')],
    outfile: join(folder, 'mediainfo-worker.js'),
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    define: { ...COMMONJS_PATHS, 'import.meta.url': '__filename' },
    // The package's build for Node; by default esbuild takes the one for browsers.
    conditions: ['node'],
    logLevel: 'warning',
  });
  const wasm = createRequire(import.meta.url).resolve('mediainfo.js/MediaInfoModule.wasm');
  await copyFile(wasm, join(folder, 'MediaInfoModule.wasm'));
}

// One build each: with several entry points in one build, esbuild keeps in every bundle what any of them uses.
// All builds share this process and esbuild's service.
const [folder = '', ...names] = process.argv.slice(2);
await Promise.all(names.map((name) => bundleFunction(name, folder)));
