import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = join(import.meta.dirname, '../../../docs/client.md');
const SNIPPETS = join(import.meta.dirname, 'snippets');
const MARK = /<!-- snippet: ([\w.]+) -->\n(?:\n```ts\n[\s\S]*?```\n)?/g;

/** A snippet as a reader has it: from the package, not from this repository. */
function shown(name: string): string {
  const text = readFileSync(join(SNIPPETS, name), 'utf8');
  return text.replaceAll(/'[./]+\/src\/(browser|node)\/index\.ts'/g, "'@reelgate/client'");
}

/** The page with every snippet as its file says; the files are checked by the compiler. */
function pageWithSnippets(page: string): string {
  return page.replace(
    MARK,
    (_, name) => `<!-- snippet: ${name} -->\n\n\`\`\`ts\n${shown(name)}\`\`\`\n`,
  );
}

const page = readFileSync(PAGE, 'utf8');
if (process.env.REELGATE_WRITE_SNIPPETS) writeFileSync(PAGE, pageWithSnippets(page));

describe('The page of the client', () => {
  it('shows the snippets that the compiler has checked (REELGATE_WRITE_SNIPPETS=1 writes them)', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(pageWithSnippets(page));
  });

  it('shows all of them, and no other code', () => {
    const marked = [...page.matchAll(MARK)].map(([, name]) => name);
    expect(marked.sort()).toEqual(readdirSync(SNIPPETS).sort());
    expect(page.match(/```ts/g)).toHaveLength(marked.length);
  });
});
