import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const FENCE = /^```(?<info>(?:ts|typescript|tsx|js|javascript)\b[^\n]*)\n(?<code>[\s\S]*?)^```$/gm;
/** Folders of the snippets that import a file beside them: the example in the local cloud's README, and an engine. */
const FOLDERS = ['examples/object-index', 'src/dynamodb/engine'].map((folder) =>
  join(ROOT, 'packages/local-cloud', folder),
);
/** These run: test/e2e/other-clients-page.test.ts, with the published packages. */
const EXECUTED = ['js uppy-5', 'js uppy-6'];

interface Snippet {
  readonly page: string;
  /** The line of the page above the first line of the code. */
  readonly line: number;
  /** The words after the opening fence: `ts`, then a name for other snippets' imports, or `browser`. */
  readonly info: string;
  readonly code: string;
}

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...['docs', 'packages'].flatMap(markdownIn),
];

function markdownIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.split('/').includes('node_modules'))
    .map((name) => join(folder, name));
}

function snippetsOf(page: string, text: string): Snippet[] {
  return [...text.matchAll(FENCE)].map(({ index, groups: { info = '', code = '' } = {} }) => ({
    page,
    line: text.slice(0, index).split('\n').length,
    info,
    code,
  }));
}

const snippets = pages.flatMap((page) => snippetsOf(page, readFileSync(join(ROOT, page), 'utf8')));

/** `ts sign-in.ts` is the file that another snippet imports as `./sign-in.js`. */
function fileNameOf({ page, line, info }: Snippet): string {
  const named = info.split(' ').find((word) => word.endsWith('.ts'));
  return named ?? `${page.replaceAll('/', '__').replace(/\.md$/, '')}__${line}.ts`;
}

/** The code on the lines that it has in its page. `ts browser` is compiled with the client's types for browsers. */
function sourceOf({ line, info, code }: Snippet): string {
  const isForBrowsers = info.split(' ').includes('browser');
  const entry = isForBrowsers ? "'@reelgate/client/browser'" : "'@reelgate/client'";
  return '\n'.repeat(line) + code.replaceAll("'@reelgate/client'", entry);
}

/** Errors of the compiler, each with page and line. One run compiles all snippets with the options of the project. */
function errorsOf(checked: readonly Snippet[]): string[] {
  // Below the project, so that imports find its packages.
  mkdirSync(join(ROOT, '.reelgate'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.reelgate', 'snippets-'));
  try {
    const pageOf = new Map(checked.map((snippet) => [fileNameOf(snippet), snippet.page]));
    for (const snippet of checked)
      writeFileSync(join(folder, fileNameOf(snippet)), sourceOf(snippet));
    const settings = {
      extends: relative(folder, join(ROOT, 'tsconfig.json')),
      compilerOptions: { rootDirs: ['.', ...FOLDERS] },
      include: ['*.ts'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
    const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const run = spawnSync(process.execPath, [compiler, '-p', '.', '--pretty', 'false'], {
      cwd: folder,
      encoding: 'utf8',
    });
    if (run.error) throw run.error;
    const lines = `${run.stdout}${run.stderr}`.split('\n').filter((line) => line !== '');
    if (run.status !== 0 && lines.length === 0) throw new Error(`tsc ended with ${run.status}.`);
    return lines.map((line) =>
      line.replace(/^([^\s(]+)\((\d+),\d+\)/, (_, file, at) => `${pageOf.get(file) ?? file}:${at}`),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const typescript = snippets.filter(({ info }) => info.startsWith('ts'));

describe('The code in the documentation', () => {
  it('compiles with the types of the product', () => {
    expect(typescript.length).toBeGreaterThan(8);
    expect(errorsOf(typescript)).toEqual([]);
  });

  it('is TypeScript, or JavaScript that a test runs', () => {
    const others = snippets.filter((snippet) => !typescript.includes(snippet));
    expect(others.map(({ info }) => info)).toEqual(EXECUTED);
  });

  it('has a file name of its own for each snippet', () => {
    const names = typescript.map(fileNameOf);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('is reported by page and line if it does not compile', () => {
    const page = [
      '# Page',
      '',
      '```ts browser',
      "import { upload } from '@reelgate/client';",
      '',
      "upload('a path', { api: 'https://api.example.com', getToken: () => 'token' });",
      '```',
      '',
      '```ts',
      'undeclared();',
      '```',
    ].join('\n');
    expect(errorsOf(snippetsOf('page.md', page))).toEqual([
      expect.stringMatching(/^page\.md:6: error TS2345: /),
      expect.stringMatching(/^page\.md:10: error TS2304: /),
    ]);
  });
});
