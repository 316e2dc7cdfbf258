import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BENCHES } from './benches.ts';
import { PAGE, PLOTS, RESULTS } from './places.ts';
import { performancePage } from './report/performance-page.ts';
import { type Results, readResults, writeResults } from './results.ts';

/**
 * Writes the results, the page and its plots. Benches without a new result keep their last one; results of benches
 * that no longer exist are removed.
 */
export async function publish(measured: Results): Promise<void> {
  const before = existing();
  const results = Object.fromEntries(
    BENCHES.flatMap(({ name }) => {
      const found = measured[name] ?? before[name];
      return found ? [[name, found]] : [];
    }),
  );
  writeResults(RESULTS, results);
  const page = await performancePage(readResults(RESULTS), BENCHES);
  mkdirSync(PLOTS, { recursive: true });
  for (const file of readdirSync(PLOTS)) {
    if (!page.plots.has(file)) rmSync(join(PLOTS, file));
  }
  for (const [file, svg] of page.plots) writeFileSync(join(PLOTS, file), svg);
  writeFileSync(PAGE, page.markdown);
  console.log('\nWrote tools/bench/results.json, docs/performance.md and docs/performance/*.svg.');
}

function existing(): Results {
  try {
    return readResults(RESULTS);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
