import { execFile } from 'node:child_process';
import {
  accessSync,
  constants,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { buildClient } from '../../packages/client/build.ts';
import { checkPackage, MAX_BROWSER_BYTES, sizeResult } from '../../tools/release/check-package.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);

let folder: string;
let contents: string[];
let tarball: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reelgate-package-'));
  await buildClient(join(folder, 'package'));
  const packed = await run('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: join(folder, 'package'),
  });
  const [facts] = JSON.parse(packed.stdout) as [{ filename: string; files: { path: string }[] }];
  contents = facts.files.map(({ path }) => path);
  mkdirSync(join(folder, 'project'));
  put('package.json', JSON.stringify({ name: 'somebody', private: true, type: 'module' }));
  tarball = join(folder, facts.filename);
  await inProject('npm', 'install', '--offline', '--no-audit', '--no-fund', tarball);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(file: string, text: string): void {
  writeFileSync(join(folder, 'project', file), text);
}

/** Runs a program in an empty project in which only the tarball is installed. */
function inProject(program: string, ...args: string[]) {
  return run(program, args, { cwd: join(folder, 'project') });
}

describe('The package', () => {
  it('contains the built files and no sources', () => {
    expect(contents).toEqual(
      expect.arrayContaining([
        ...['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE', 'esm/cli.js'],
        ...['esm/browser.js', 'esm/node.js', 'cjs/browser.js', 'cjs/node.js'],
      ]),
    );
    expect(contents.filter((path) => /(?<!\.d)\.ts$/.test(path))).toEqual([]);
  });

  it('has no dependency and names its license', () => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package', 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({ license: 'Apache-2.0', sideEffects: false });
    for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies', 'private']) {
      expect(manifest).not.toHaveProperty(kind);
    }
  });

  it('has declarations that mention neither its source files nor zod', () => {
    const types = contents.filter((path) => path.endsWith('.d.ts'));
    expect(types.length).toBeGreaterThan(10);
    for (const path of types) {
      const text = readFileSync(join(folder, 'package', path), 'utf8');
      expect(text).not.toMatch(/from '(zod|[^']*\.ts)'/);
    }
  });
});

describe('The checks before a release', () => {
  it('pass, without a network', async () => {
    const results = await checkPackage(join(folder, 'package'), tarball);
    expect(results.map(({ check }) => check)).toEqual([
      'publint',
      'are the types wrong',
      'npm publish --dry-run',
      'size of the part for browsers, gzipped',
      'size of the part that plays, gzipped',
      'size of the tarball',
    ]);
    expect(results.filter(({ problems }) => problems.length > 0)).toEqual([]);
  });

  it('fail for a package with a missing entry and missing declarations', async () => {
    const damaged = join(folder, 'damaged');
    cpSync(join(folder, 'package'), damaged, { recursive: true });
    rmSync(join(damaged, 'cjs', 'node.js'));
    rmSync(join(damaged, 'cjs', 'types'), { recursive: true });
    const packed = await run('npm', ['pack', '--json', '--pack-destination', damaged], {
      cwd: damaged,
    });
    const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
    const results = await checkPackage(damaged, join(damaged, filename));
    const failed = results.filter(({ problems }) => problems.length > 0);
    expect(failed.map(({ check }) => check)).toEqual(['publint', 'are the types wrong']);
  });

  it('fail above a size limit', () => {
    expect(sizeResult('size', 10, 10)).toEqual({ check: 'size', problems: [], detail: '10 bytes' });
    expect(sizeResult('size', 11, 10).problems).toEqual(['11 bytes; at most 10 are allowed']);
  });
});

/** The Node that runs this test, and the machine's own Node if it is another supported version. */
async function nodes(): Promise<string[]> {
  const found = [process.execPath];
  const folders = (process.env.PATH ?? '').split(delimiter);
  const own = folders
    .filter((path) => !path.includes('node_modules'))
    .map((path) => join(path, 'node'))
    .find(isExecutable);
  if (own) {
    const { stdout } = await run(own, ['--version']);
    const major = Number(/^v(\d+)/.exec(stdout)?.[1]);
    if (major >= 20 && stdout.trim() !== process.version) found.push(own);
  }
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

describe('In an empty project', () => {
  // The port is closed: the error shows that the client reached the network.
  const use = `
    const store = fileStore('./state');
    const done = upload('package.json', { api: 'http://127.0.0.1:9', getToken: () => 'x', attempts: 1, patienceMs: 0, store }).done;
    done.catch((error) => console.log(error instanceof UploadError, error.name, error.code));`;
  const seen = 'true UploadError network\n';

  it('the package is imported as an ES module', async () => {
    put('esm.mjs', `import { fileStore, upload, UploadError } from '@reelgate/client';${use}`);
    for (const node of await nodes()) {
      expect((await inProject(node, 'esm.mjs')).stdout).toBe(seen);
    }
  });

  it('the package is required as CommonJS', async () => {
    put('cjs.cjs', `const { fileStore, upload, UploadError } = require('@reelgate/client');${use}`);
    for (const node of await nodes()) {
      expect((await inProject(node, 'cjs.cjs')).stdout).toBe(seen);
    }
  });

  it('the command line runs', async () => {
    const { version } = JSON.parse(
      readFileSync(join(ROOT, 'packages', 'client', 'package.json'), 'utf8'),
    );
    const help = await inProject('npx', '--no-install', 'reelgate', '--help');
    expect(help.stdout).toContain('reelgate upload FILE...');
    const cli = join(folder, 'project', 'node_modules', '@reelgate', 'client', 'esm', 'cli.js');
    for (const node of await nodes()) {
      expect((await run(node, [cli, '--version'])).stdout).toBe(`${version}\n`);
    }
  });

  it('a bundler takes the browser entry, below 13 KB compressed', async () => {
    put('page.js', "import * as reelgate from '@reelgate/client'; globalThis.reelgate = reelgate;");
    const { outputFiles } = await build({
      entryPoints: [join(folder, 'project', 'page.js')],
      bundle: true,
      minify: true,
      write: false,
      platform: 'browser',
      format: 'esm',
    });
    const text = outputFiles[0]?.text ?? '';
    expect(text).toContain('XMLHttpRequest');
    expect(text).not.toContain('node:');
    expect(gzipSync(text, { level: 9 }).length).toBeLessThanOrEqual(MAX_BROWSER_BYTES);
  });
});

const RIGHT = `
import { type Progress, type Transfer, type Upload, upload, UploadError, watch } from '@reelgate/client';
const options = { api: 'https://api.example.com', getToken: async () => 'token' };
export async function send(file: File, show: (progress: Progress) => void): Promise<Upload> {
  const transfer: Transfer = upload(file, { ...options, concurrency: 4, onProgress: show });
  transfer.pause();
  transfer.resume();
  try {
    const { id } = await transfer.done;
    const upload = await watch(id, options);
    if (upload.status === 'ready') return upload;
    throw new Error(upload.reason?.sentence);
  } catch (error) {
    if (error instanceof UploadError && error.code === 'file_changed') await transfer.cancel();
    throw error;
  }
}
`;
const RIGHT_IN_NODE = `
import { fileStore, resumable, resumeUpload, upload } from '@reelgate/client';
const options = { api: 'https://api.example.com', getToken: () => 'token', store: fileStore('/tmp/x') };
upload('film.mp4', options).done.then(({ status }) => console.log(status));
upload(new URL('file:///film.mp4'), options);
resumable().then((records) => records.map((record) => resumeUpload(record, { getToken: () => 't' })));
`;
/** The compiler must report each of these lines. */
const WRONG = [
  "upload(file, { getToken: () => 'token' });",
  "upload(file, { api: 'https://api.example.com', getToken: () => 7 });",
  'upload(42, options);',
  'upload(file, { ...options, concurency: 4 });',
  "upload(file, options).done.then(({ status }) => status === 'finished');",
  'upload(file, options).stop();',
  'upload(file, options).uploadId.length;',
];

describe('TypeScript', () => {
  const compile = async (file: string, text: string, more: object = {}) => {
    put(file, text);
    put(
      `tsconfig.${file}.json`,
      JSON.stringify({
        compilerOptions: {
          strict: true,
          exactOptionalPropertyTypes: true,
          noEmit: true,
          skipLibCheck: false,
          target: 'es2022',
          module: 'nodenext',
          lib: ['es2022', 'dom', 'dom.iterable'],
          types: [],
          ...more,
        },
        files: [file],
      }),
    );
    const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const args = [compiler, '-p', `tsconfig.${file}.json`, '--pretty', 'false'];
    return inProject(process.execPath, ...args).then(
      () => '',
      ({ stdout }: { stdout: string }) => stdout,
    );
  };
  const bundler = { module: 'esnext', moduleResolution: 'bundler' };
  const node = { types: ['node'] };

  beforeAll(() => {
    const types = join(folder, 'project', 'node_modules', '@types');
    cpSync(join(ROOT, 'node_modules', '@types', 'node'), join(types, 'node'), { recursive: true });
    const undici = join('node_modules', 'undici-types');
    cpSync(join(ROOT, undici), join(folder, 'project', undici), { recursive: true });
  });

  it.each([
    ['a page with a bundler', 'page.ts', RIGHT, { ...bundler, customConditions: ['browser'] }],
    ['a page with a bundler that says nothing', 'plain.ts', RIGHT, bundler],
    ['an ES module in Node', 'node.mts', RIGHT_IN_NODE, node],
    ['CommonJS in Node', 'node.cts', RIGHT_IN_NODE, node],
    ['CommonJS of before require(esm)', 'old.cts', RIGHT_IN_NODE, { ...node, module: 'node16' }],
    ['Node without the types of browsers', 'bare.mts', RIGHT_IN_NODE, { ...node, lib: ['es2024'] }],
  ])('compiles right use: %s', async (_, file, text, more) =>
    expect(await compile(file, text, more)).toBe(''),
  );

  it('compiles what the README shows', async () => {
    const readme = readFileSync(join(folder, 'package', 'README.md'), 'utf8');
    const [inPage = '', inNode = ''] = [...readme.matchAll(/```ts[^\n]*\n(.*?)```/gs)].map(
      ([, code = '']) => code,
    );
    expect(await compile('readme.mts', inPage, bundler)).toBe('');
    expect(await compile('readme-node.mts', inNode, node)).toBe('');
  });

  it('reports each line of wrong use', async () => {
    const head = [
      "import { upload } from '@reelgate/client';",
      'declare const file: File;',
      "const options = { api: 'https://api.example.com', getToken: () => 'token' };",
    ];
    const complaints = await compile('wrong.ts', [...head, ...WRONG].join('\n'), bundler);
    const lines = new Set(
      [...complaints.matchAll(/^wrong\.ts\((\d+),/gm)].map(([, line]) => Number(line)),
    );
    expect([...lines]).toEqual(WRONG.map((_, index) => head.length + index + 1));
  });
});
