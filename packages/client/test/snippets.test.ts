import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = join(import.meta.dirname, '../../../docs/client.md');
const SNIPPETS = join(import.meta.dirname, 'snippets');
const MARK = /<!-- snippet: ([\w.]+) -->\n(?:\n```ts\n[\s\S]*?```\n)?/g;

/** A snippet with the import that a reader needs: from the package, not from this repository. */
function snippet(name: string): string {
  const text = readFileSync(join(SNIPPETS, name), 'utf8');
  return text.replaceAll(/'[./]+\/src\/(browser|node)\/index\.ts'/g, "'@reelgate/client'");
}

/** The page with the current text of every snippet. The compiler checks the files. */
function pageWithSnippets(page: string): string {
  return page.replace(
    MARK,
    (_, name) => `<!-- snippet: ${name} -->\n\n\`\`\`ts\n${snippet(name)}\`\`\`\n`,
  );
}

const page = readFileSync(PAGE, 'utf8');
if (process.env.REELGATE_WRITE_SNIPPETS) writeFileSync(PAGE, pageWithSnippets(page));

describe('docs/client.md', () => {
  it('contains the snippets of test/snippets (REELGATE_WRITE_SNIPPETS=1 writes them)', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(pageWithSnippets(page));
  });

  it('contains all of them, and no other TypeScript', () => {
    const marked = [...page.matchAll(MARK)].map(([, name]) => name);
    expect(marked.sort()).toEqual(readdirSync(SNIPPETS).sort());
    expect(page.match(/```ts/g)).toHaveLength(marked.length);
  });
});
