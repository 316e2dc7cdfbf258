import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArguments, USAGE } from './arguments.ts';
import type { Bench, BenchRun } from './bench.ts';
import { BENCHES } from './benches.ts';
import { benchClouds } from './cloud/bench-cloud.ts';
import { load, thisMachine } from './machine.ts';
import { PAGE, PLOTS, RESULTS } from './places.ts';
import { performancePage } from './report/performance-page.ts';
import { terminalTable } from './report/table.ts';
import { type BenchRecord, type Results, readResults, writeResults } from './results.ts';

/**
 * `npm run bench -- [NAME…] [--small] [--runs N] [--page]`: measures, prints a table, and writes tools/bench/results.json,
 * docs/performance.md and its plots. With --small it only shows that every bench works: it writes nothing, since
 * its figures mean nothing; with --page it measures nothing and writes the page anew. Ends with 1 where a bench
 * broke off.
 */
const parsed = parseArguments(
  process.argv.slice(2),
  BENCHES.map(({ name }) => name),
);
if ('mistake' in parsed) {
  console.error(`${parsed.mistake}\n${USAGE}`);
  process.exit(2);
}

if (parsed.page) {
  await publish({});
  process.exit(0);
}

const measured: Record<string, BenchRecord> = {};
let broken = 0;
const clouds = benchClouds(parsed.small);
for (const bench of BENCHES.filter(({ name }) => parsed.names.includes(name))) {
  try {
    measured[bench.name] = await record(bench, parsed);
  } catch (error) {
    broken += 1;
    console.error(`\n${bench.name} broke off:`, error);
  }
}
await clouds.close();
if (!parsed.small && Object.keys(measured).length > 0) await publish(measured);
process.exit(broken === 0 ? 0 : 1);

async function record(
  bench: Bench,
  { small, runs }: Pick<BenchRun, 'small' | 'runs'>,
): Promise<BenchRecord> {
  const folder = mkdtempSync(join(tmpdir(), `reelgate-bench-${bench.name}-`));
  const began = performance.now();
  const measuredAt = new Date().toISOString();
  const loadBefore = load();
  try {
    const found = await bench.run({
      small,
      runs,
      folder,
      openCloud: clouds.open,
      say: (line) => say(`${bench.name}  ${line}`),
    });
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    say('');
    console.log(`${terminalTable(bench.name, found, small)}\n\n  ${seconds} s`);
    return { measuredAt, runs, seconds, loadBefore, machine: thisMachine(), ...found };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Progress: one line that is written over on a terminal, a line each elsewhere. */
function say(line: string): void {
  if (process.stderr.isTTY)
    process.stderr.write(`\r\x1b[K${line.slice(0, process.stderr.columns - 1)}`);
  else if (line) process.stderr.write(`${line}\n`);
}

/** Keeps what other benches have found before; a bench that is no more goes. */
async function publish(fresh: Results): Promise<void> {
  const before = existing();
  const results = Object.fromEntries(
    BENCHES.flatMap(({ name }) => {
      const found = fresh[name] ?? before[name];
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
  console.log('\nWritten: tools/bench/results.json, docs/performance.md, docs/performance/*.svg');
}

function existing(): Results {
  try {
    return readResults(RESULTS);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
