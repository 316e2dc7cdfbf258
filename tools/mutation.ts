// Plants bugs (mutants) in the code, one at a time, and reports those that no unit test notices:
// docs/mutation-testing.md.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Stryker } from '@stryker-mutator/core';
import { type MutationArguments, mutationArguments } from './mutation/arguments.ts';
import { strykerOptions } from './mutation/stryker-options.ts';
import { summarize } from './mutation/summary.ts';
import { TARGETS } from './mutation/targets.ts';

process.chdir(new URL('..', import.meta.url).pathname);

function readArguments(): MutationArguments {
  try {
    return mutationArguments(process.argv.slice(2));
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}

const { names, files, withStatic, concurrency = availableParallelism() } = readArguments();
const scores: string[] = [];
for (const name of names) {
  console.error(`${name}: planting bugs…`);
  const target = files.length === 0 ? TARGETS[name] : { ...TARGETS[name], mutate: files };
  const options = strykerOptions({ name, target, withStatic, concurrency });
  const mutants = await new Stryker(options).runMutationTest();
  const summary = summarize(mutants, (file) => readFileSync(file, 'utf8'), process.cwd());
  for (const line of summary.undetected) console.log(line);
  const score = summary.score === null ? 'no mutants' : `${summary.score.toFixed(1)} %`;
  scores.push(
    `${name}: ${score}: ${summary.detected} of ${summary.valid} planted bugs detected, ${summary.ignored} left out; reports/mutation/${name}.html`,
  );
}
console.log(scores.join('\n'));
