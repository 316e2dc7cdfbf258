import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { build } from 'esbuild';

const CLIENT = import.meta.dirname;
const ROOT = join(CLIENT, '..', '..');
const BROWSER = join(CLIENT, 'src', 'browser', 'index.ts');
const NODE = join(CLIENT, 'src', 'node', 'index.ts');
const PLAYBACK = join(CLIENT, 'src', 'playback', 'index.ts');
const COMMAND_LINE = join(CLIENT, 'src', 'cli', 'main.ts');

/** The oldest that are supported; browsers of the last three years are newer. */
const NODE_TARGET = 'node20';
const BROWSER_TARGET = 'es2022';

/**
 * Builds the package `@reelgate/client` as it is published: ES modules and CommonJS for browsers and Node, the command
 * line, and declarations.
 *
 * @param folder is emptied first
 */
export async function buildClient(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await Promise.all([
    writeManifest(folder),
    ...['README.md', 'CHANGELOG.md', 'LICENSE'].map((file) =>
      cp(join(CLIENT, file), join(folder, file)),
    ),
    ...(['esm', 'cjs'] as const).map((format) => bundle(folder, format)),
    declarations(folder),
  ]);
}

/** In the sources `private` prevents that they are published in the package's place. */
async function writeManifest(folder: string): Promise<void> {
  const {
    private: _,
    publishConfig,
    ...manifest
  } = JSON.parse(await readFile(join(CLIENT, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  > & { publishConfig: { bin: object; exports: object } };
  const { bin, exports } = publishConfig;
  const published = { ...manifest, bin, exports, publishConfig: { access: 'public' } };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
}

async function bundle(folder: string, format: 'esm' | 'cjs'): Promise<void> {
  const into = join(folder, format);
  const common = { bundle: true, format, charset: 'utf8', logLevel: 'warning' } as const;
  const node = { ...common, platform: 'node', target: NODE_TARGET } as const;
  await Promise.all([
    build({
      ...common,
      entryPoints: [BROWSER],
      outfile: join(into, 'browser.js'),
      platform: 'browser',
      target: BROWSER_TARGET,
      // Inlines constants, which the consumer's bundler cannot do any more. Names stay readable.
      minifySyntax: true,
    }),
    build({
      ...common,
      entryPoints: [PLAYBACK],
      outfile: join(into, 'playback.js'),
      // For pages, and for a server that renders them: it uses nothing of either.
      platform: 'neutral',
      target: BROWSER_TARGET,
      minifySyntax: true,
    }),
    build({ ...node, entryPoints: [NODE], outfile: join(into, 'node.js') }),
    ...(format === 'esm'
      ? [build({ ...node, entryPoints: [COMMAND_LINE], outfile: join(into, 'cli.js') })]
      : []),
  ]);
  // Each of the two folders declares the module format of its .js and .d.ts files.
  const type = format === 'esm' ? 'module' : 'commonjs';
  await writeFile(join(into, 'package.json'), `${JSON.stringify({ type, sideEffects: false })}\n`);
}

/** Declarations, once for each module format, because TypeScript takes the format from their folder. */
async function declarations(folder: string): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'reelgate-declarations-'));
  const output = join(work, 'types');
  try {
    await writeFile(
      join(work, 'tsconfig.json'),
      JSON.stringify({
        extends: join(ROOT, 'tsconfig.json'),
        compilerOptions: {
          noEmit: false,
          declaration: true,
          emitDeclarationOnly: true,
          rewriteRelativeImportExtensions: true,
          rootDir: ROOT,
          outDir: output,
          typeRoots: [join(ROOT, 'node_modules', '@types')],
          types: ['node'],
        },
        include: [],
        files: [BROWSER, NODE, PLAYBACK],
      }),
    );
    const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    await promisify(execFile)(process.execPath, [compiler, '-p', work]);
    await rewriteImports(output);
    await Promise.all(
      ['esm', 'cjs'].map((format) =>
        cp(output, join(folder, format, 'types'), { recursive: true }),
      ),
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The compiler keeps `./file.ts` in declarations; a consumer without the sources needs `.js`. */
async function rewriteImports(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((found) => found.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replaceAll(/((?:from |import\()'\.[^']*)\.ts'/g, "$1.js'"));
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { out: { type: 'string', default: join(ROOT, '.reelgate', 'client-package') } },
  });
  const folder = resolve(values.out);
  await buildClient(folder);
  console.log(`Built ${folder}. Pack it with: npm pack ${folder}`);
}
