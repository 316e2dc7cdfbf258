import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');

/** What a function never uses of its dependencies, and what a bundle has instead; each file gives the reason. */
const STAND_INS = {
  '@aws-sdk/credential-provider-node': 'lambda-credentials.ts',
  '@smithy/core/event-streams': 'no-event-streams.ts',
  'node:fs/promises': 'no-profiles.ts',
  'node:zlib': 'no-zlib.ts',
  'global/window': 'global-window.ts',
};

/**
 * The SDK's shapes name members by constants: `{ [_K]: … }`. esbuild cannot know that to evaluate such a key does
 * nothing else, and keeps the shapes of all operations of a service. Written out, `{ "Key": … }`, it keeps those of
 * the operations that are used: of S3's 66 KB some 8.
 */
const KEYS_WRITTEN_OUT: Plugin = {
  name: 'keys-written-out',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@aws-sdk[\\/].+[\\/]schemas_\d+\.js$/ }, async ({ path }) => {
      const code = await readFile(path, 'utf8');
      const names = new Map(
        [...code.matchAll(/^const (_\w+) = (".*");$/gm)].map(([, name, text]) => [name, text]),
      );
      const written = code.replaceAll(/\[(_\w+)\]:/g, (key, name) =>
        names.has(name) ? `${names.get(name)}:` : key,
      );
      return { contents: written };
    });
  },
};

/** Writes the bundle of one function, as Lambda loads it, into a folder that is there. */
async function bundleFunction(name: string, folder: string): Promise<void> {
  await build({
    entryPoints: [join(ROOT, 'functions', `${name}.ts`)],
    outfile: join(folder, 'index.js'),
    bundle: true,
    minify: true,
    platform: 'node',
    // Node reads one file of CommonJS faster than the same as an ES module (docs/decisions/0022-lambda-bundles.md).
    format: 'cjs',
    target: 'node24',
    mainFields: ['module', 'main'],
    // The bundle carries the SDK clients that were tested, not those of the runtime.
    alias: Object.fromEntries(
      Object.entries(STAND_INS).map(([from, file]) => [
        from,
        join(ROOT, 'functions', 'adapters', 'lambda', file),
      ]),
    ),
    plugins: [KEYS_WRITTEN_OUT],
    logLevel: 'warning',
  });
  // In Lambda the asset lies alone; hosted from this checkout it lies below a package of ES modules.
  await writeFile(join(folder, 'package.json'), '{"type":"commonjs"}\n');
}

const [name = '', folder = ''] = process.argv.slice(2);
await bundleFunction(name, folder);
