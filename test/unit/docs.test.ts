import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { statuses } from '../../core/contract/lifecycle.ts';
import { routes } from '../../core/contract/routes.ts';
import { committedReasonCodes, reasonCodesPage } from '../../docs/api/reason-codes.ts';
import { demoPicture, PICTURE_FILE } from '../../docs/images/render-demo.ts';
import { readConfiguration } from '../../lib/configuration.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const MAX_README_LINES = 150;

const pages = ['', '.github', 'docs', 'packages'].flatMap((folder) => markdownIn(folder));

/** Markdown files of the repository by their path from its root; of the root itself only those beside the README. */
function markdownIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: folder !== '', encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.split('/').includes('node_modules'))
    .map((name) => join(folder, name))
    .sort();
}

const read = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** Without code blocks: what stands in them is no Markdown. */
const proseOf = (page: string): string => read(page).replace(/^```[\s\S]*?^```$/gm, '');

/** Targets of links and images that lead to a file of the repository. */
function linksOf(page: string): string[] {
  return [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** Anchors of a page, as GitHub makes them from its headings. */
function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of proseOf(page).matchAll(/^#{1,6} (.+)$/gm)) {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    let anchor = slug;
    for (let copy = 1; anchors.has(anchor); copy++) anchor = `${slug}-${copy}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** What is wrong with a link; undefined for one that leads somewhere. */
function brokenLink(page: string, target: string): string | undefined {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : relative(ROOT, resolve(ROOT, dirname(page), path));
  if (file.startsWith('..') || !existsSync(join(ROOT, file))) return `${target}: no such file`;
  if (anchor === undefined) return undefined;
  return anchorsOf(file).has(anchor) ? undefined : `${target}: no such heading`;
}

describe('The documentation', () => {
  it.each(pages)('%s has no broken link', (page) => {
    expect(linksOf(page).flatMap((target) => brokenLink(page, target) ?? [])).toEqual([]);
  });

  it.each(pages)('%s names only npm scripts that exist', (page) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [
      ...read(page).matchAll(/\bnpm run (?:-s |--silent )?([\w:-]*\w)/g),
      ...read(page).matchAll(/\bnpm (start|test)\b/g),
    ].map(([, script = '']) => script);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });

  it.each(pages.filter((page) => !page.startsWith('packages/')))(
    '%s names only files of the product that exist',
    (page) => {
      const FILE =
        /`((?:bin|core|docs|functions|lib|packages|statemachines|test|tools)\/[\w./-]+)`/g;
      const named = [...proseOf(page).matchAll(FILE)].map(([, path = '']) => path);
      expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    },
  );

  it('can be reached from its index, page by page', () => {
    const reached = new Set(['docs/README.md']);
    for (const page of reached) {
      for (const target of linksOf(page)) {
        const file = relative(ROOT, resolve(ROOT, dirname(page), target.split('#')[0] ?? ''));
        if (file.endsWith('.md') && pages.includes(file)) reached.add(file);
      }
    }
    const reachable = (page: string) =>
      page.startsWith('docs/') && page !== 'docs/images/README.md';
    expect(pages.filter(reachable).filter((page) => !reached.has(page))).toEqual([]);
  });

  it('contains no conflict markers', () => {
    const conflicted = pages.filter((page) => /^(<{7}|>{7}) /m.test(read(page)));
    expect(conflicted).toEqual([]);
  });

  it('has a README that can be read in one go', () => {
    expect(read('README.md').trimEnd().split('\n').length).toBeLessThan(MAX_README_LINES);
  });

  it('shows the reason codes of the catalogue (npm run openapi)', () => {
    expect(committedReasonCodes()).toBe(reasonCodesPage());
  });

  it('shows the picture of the committed terminal output (node docs/images/render-demo.ts)', () => {
    expect(readFileSync(PICTURE_FILE, 'utf8')).toBe(demoPicture());
  });
});

describe('The reference', () => {
  it('lists every route of the API', () => {
    const listed = new Set(read('docs/reference/api.md').match(/(?<=^\| `)[A-Z]+ [^`]+/gm));
    expect(routes.map(({ method, path }) => `${method} ${path}`)).toEqual([...listed]);
  });

  it('describes every status, in the order of the lifecycle', () => {
    const described = read('docs/reference/upload-lifecycle.md').match(
      /(?<=^\| `)[a-z_]+(?=` \|)/gm,
    );
    expect([...new Set(described)]).toEqual([...statuses]);
  });

  it('names every state of the workflow', () => {
    const { States } = JSON.parse(read('statemachines/process-upload.asl.json')) as {
      States: object;
    };
    const page = read('docs/reference/workflow.md');
    const missing = Object.keys(States).filter((state) => !new RegExp(`\\b${state}\\b`).test(page));
    expect(missing).toEqual([]);
  });

  it('lists every field of the configuration', () => {
    const page = read('docs/reference/configuration.md');
    const isListed = (path: readonly string[]): boolean => {
      const [parent, name] = [path.slice(0, -1).join('.'), path.at(-1)];
      const own = page.includes(`\`${path.join('.')}\``);
      return own || new RegExp(`^\\| \`${parent}\` .*\\b${name}\\b`, 'm').test(page);
    };
    const fields = leaves(readConfiguration({}));
    expect(fields.length).toBeGreaterThan(20);
    expect(fields.filter((path) => !isListed(path)).map((path) => path.join('.'))).toEqual([]);
  });
});

/** Paths of everything in `value` that is not an object. */
function leaves(value: object, path: readonly string[] = []): (readonly string[])[] {
  return Object.entries(value).flatMap(([name, member]) => {
    const own = [...path, name];
    return typeof member === 'object' && !Array.isArray(member) ? leaves(member, own) : [own];
  });
}

describe('The hosted CI', () => {
  it('runs .ci/run and nothing else', () => {
    const steps = read('.github/workflows/ci.yml').match(/(?<=^ +- run: ).+$/gm);
    expect(steps).toEqual(['.ci/run']);
  });
});

describe('The decisions', () => {
  const FOLDER = 'docs/decisions';
  const records = readdirSync(join(ROOT, FOLDER)).filter((name) => name !== 'README.md');

  it('are numbered from 0001 without a gap', () => {
    const numbers = records.sort().map((name) => /^(\d{4})-[a-z0-9-]+\.md$/.exec(name)?.[1]);
    expect(numbers).toEqual(records.map((_, index) => String(index + 1).padStart(4, '0')));
  });

  it('are in the index by number, title and file', () => {
    const rows = records.map((name) => {
      const [, number, title] = /^# (\d{4})\. (.+)$/m.exec(read(join(FOLDER, name))) ?? [];
      return `| ${number} | [${title}](${name}) |`;
    });
    const index = read(join(FOLDER, 'README.md'));
    expect(index.match(/^\| \d{4} \|.*$/gm)).toEqual(rows);
  });

  it.each(records)('%s says context, decision, alternatives and consequences', (name) => {
    const headings = [...read(join(FOLDER, name)).matchAll(/^## (.+)$/gm)].map(([, text]) => text);
    expect(headings).toEqual(['Context', 'Decision', 'Alternatives', 'Consequences']);
  });
});

describe('The glossary', () => {
  const rows = [...read('docs/glossary.md').matchAll(/^\| (\*\*.+?\*\*.*?) \| (.+) \|$/gm)];
  const terms = rows.flatMap(([, cell = '']) =>
    [...cell.matchAll(/\*\*(.+?)\*\*/g)].map(([, term = '']) => term),
  );

  it('defines each term once', () => {
    expect(terms.filter((term, index) => terms.indexOf(term) !== index)).toEqual([]);
  });

  it('defines the terms that the product’s names are made of', () => {
    const expected = [
      'adapter',
      'announcement',
      'audit log',
      'capability',
      'claim',
      'engine',
      'grant',
      'inspection budget',
      'late object',
      'lease',
      'no-op provider',
      'outcome',
      'owner',
      'part plan',
      'pending announcement',
      'port',
      'reconcile rule',
      'reconciler',
      'resume record',
      'staged file',
      'transfer',
      'use case',
    ];
    expect(expected.filter((term) => !terms.includes(term))).toEqual([]);
  });
});
