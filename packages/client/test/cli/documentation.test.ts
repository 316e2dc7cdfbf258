import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '../../src/cli/exit-code.ts';
import { USAGE } from '../../src/cli/usage.ts';

const page = readFileSync(join(import.meta.dirname, '../../../../docs/cli.md'), 'utf8');

describe('docs/cli.md', () => {
  it('contains the usage as the command line prints it', () => {
    expect(page).toContain(`\`\`\`text\n${USAGE}\`\`\``);
  });

  it('lists every exit code', () => {
    const listed = [...page.matchAll(/^\| ([\d, ]+) \|/gm)].flatMap(([, codes = '']) =>
      codes.split(',').map(Number),
    );
    expect(listed).toEqual(Object.values(EXIT).sort((a, b) => a - b));
  });
});

describe('The usage', () => {
  it('fits into 80 columns', () => {
    for (const line of USAGE.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});
