import { temporaryFolder } from '../cloud/temporary-folder.ts';
import type { BenchArguments } from './arguments.ts';
import type { Bench } from './bench.ts';
import { BENCHES } from './benches.ts';
import { benchClouds, type Clouds } from './cloud/bench-cloud.ts';
import { load, thisMachine } from './machine.ts';
import { terminalTable } from './report/table.ts';
import type { BenchRecord } from './results.ts';

/** Runs the named benches one after the other and prints a table for each; one that fails does not stop the next. */
export async function runBenches(
  asked: Omit<BenchArguments, 'page'>,
): Promise<{ measured: Record<string, BenchRecord>; failed: number }> {
  const measured: Record<string, BenchRecord> = {};
  let failed = 0;
  const clouds = benchClouds(asked.small);
  for (const bench of BENCHES.filter(({ name }) => asked.names.includes(name))) {
    try {
      measured[bench.name] = await runBench(bench, asked, clouds);
    } catch (error) {
      failed += 1;
      console.error(`\n${bench.name} failed:`, error);
    }
  }
  await clouds.close();
  return { measured, failed };
}

async function runBench(
  bench: Bench,
  { small, runs }: Pick<BenchArguments, 'small' | 'runs'>,
  clouds: Clouds,
): Promise<BenchRecord> {
  const folder = temporaryFolder(`bench-${bench.name}`);
  const began = performance.now();
  const measuredAt = new Date().toISOString();
  const loadBefore = load();
  try {
    const found = await bench.run({
      small,
      runs,
      folder: folder.path,
      openCloud: clouds.open,
      say: (line) => showProgress(`${bench.name}  ${line}`),
    });
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    showProgress('');
    console.log(`${terminalTable(bench.name, found, small)}\n\n  ${seconds} s`);
    return { measuredAt, runs, seconds, loadBefore, machine: thisMachine(), ...found };
  } finally {
    folder.remove();
  }
}

/** On a terminal, one line that is overwritten; elsewhere, one line for each step. */
function showProgress(line: string): void {
  if (process.stderr.isTTY)
    process.stderr.write(`\r\x1b[K${line.slice(0, process.stderr.columns - 1)}`);
  else if (line) process.stderr.write(`${line}\n`);
}
