import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BENCHES } from '../../../../tools/bench/benches.ts';
import { PAGE, PLOTS, RESULTS } from '../../../../tools/bench/places.ts';
import { performancePage } from '../../../../tools/bench/report/performance-page.ts';
import { readResults } from '../../../../tools/bench/results.ts';

const results = readResults(RESULTS);
const page = await performancePage(results, BENCHES);

describe('docs/performance.md', () => {
  it('is up to date with tools/bench/results.json and the texts in the benches (npm run bench -- --page)', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(page.markdown);
  });

  it('has exactly the plots that it refers to', () => {
    expect(readdirSync(PLOTS).sort()).toEqual([...page.plots.keys()].sort());
    for (const [file, svg] of page.plots) {
      expect(readFileSync(join(PLOTS, file), 'utf8')).toBe(svg);
    }
  });

  it('has a section for every measured bench, in the order of the benches, and no other', () => {
    const names = BENCHES.map(({ name }) => name).filter((name) => name in results);
    expect(Object.keys(results)).toEqual(names);
    expect([...page.markdown.matchAll(/^## (\w+)$/gm)].map(([, name]) => name)).toEqual([
      'Claims',
      ...names,
    ]);
  });

  it('has a text alternative for every plot', () => {
    for (const [file, svg] of page.plots) {
      const [, alternative = ''] =
        new RegExp(`!\\[([^\\]]+)\\]\\(performance/${file}\\)`).exec(page.markdown) ?? [];
      expect(alternative.length).toBeGreaterThan(20);
      expect(svg).toMatch(/^<svg [^>]*role="img" aria-label="[^"]{20,}"><title>/);
    }
  });

  it('has no host name, user name or path of the machine', () => {
    for (const { machine } of Object.values(results)) {
      expect(Object.keys(machine).sort()).toEqual([
        'cores',
        'cpu',
        'memoryGigabytes',
        'node',
        'os',
      ]);
    }
    expect(page.markdown).not.toMatch(/\/(home|root|tmp|work|Users)\//);
  });
});
