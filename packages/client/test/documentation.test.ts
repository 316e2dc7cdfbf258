import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SRC = join(import.meta.dirname, '../src');
const page = readFileSync(join(import.meta.dirname, '../../../docs/client.md'), 'utf8');
const reference = page.slice(page.indexOf('## Reference'), page.indexOf('## Design'));
const source = (file: string) => readFileSync(join(SRC, file), 'utf8');

/** Names that the package exports, types included. */
function exportsOf(file: string): string[] {
  const text = source(file);
  const lists = [...text.matchAll(/^export (?:type |const )?\{([^}]+)\}/gm)];
  const declared = [...text.matchAll(/^export (?:type|interface|class|function|const) (\w+)/gm)];
  return [
    ...lists.flatMap(([, names = '']) =>
      names.split(',').map((name) => name.replace('type ', '').trim()),
    ),
    ...declared.map(([, name = '']) => name),
  ].filter(Boolean);
}

/** The members of an interface that are optional. */
function optionsOf(file: string, name: string): string[] {
  const body = new RegExp(`export interface ${name}[^{]*\\{([\\s\\S]*?)\\n\\}`).exec(source(file));
  return [...(body?.[1] ?? '').matchAll(/^ {2}readonly (\w+)\?/gm)].map(
    ([, member = '']) => member,
  );
}

describe('The reference of the client', () => {
  const names = ['index.ts', 'browser/index.ts', 'node/index.ts', 'playback/index.ts'].flatMap(
    exportsOf,
  );

  it('lists every export', () => {
    expect(names.length).toBeGreaterThan(30);
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(reference))).toEqual([]);
  });

  it.each([
    ['api-options.ts', 'ApiOptions'],
    ['upload-options.ts', 'UploadOptions'],
    ['watch.ts', 'WatchOptions'],
  ])('lists every option of %s', (file, name) => {
    const options = optionsOf(file, name);
    expect(options.length).toBeGreaterThan(1);
    expect(options.filter((option) => !reference.includes(`\`${option}\``))).toEqual([]);
  });

  it('lists every error code of the package', () => {
    const map =
      /const CLIENT_REASONS = \{([\s\S]*?)\n\}/.exec(source('upload-error.ts'))?.[1] ?? '';
    const codes = [...map.matchAll(/^ {2}(\w+):/gm)].map(([, code = '']) => code);
    expect(codes).toHaveLength(10);
    expect(codes.filter((code) => !page.includes(`| \`${code}\` |`))).toEqual([]);
  });
});

describe('Every option in the sources', () => {
  it.each([
    ['api-options.ts', 'ApiOptions'],
    ['api.ts', 'ListQuery'],
    ['upload-client.ts', 'ResumableQuery'],
    ['upload-options.ts', 'StreamInput'],
    ['upload-options.ts', 'UploadOptions'],
    ['watch.ts', 'WatchOptions'],
  ])('of %s, %s, says its default', (file, name) => {
    const text = source(file);
    for (const option of optionsOf(file, name)) {
      const before = text.slice(0, text.indexOf(`  readonly ${option}?`)).trimEnd();
      const comment = before.slice(before.lastIndexOf('/**'));
      expect(comment).toMatch(/@default [\s\S]*\*\/$/);
    }
  });
});
